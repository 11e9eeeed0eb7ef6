from __future__ import annotations

import pytest

from modeloid.music.errors import DataError, MusicError, check_keys, nearest


def test_an_error_is_one_line_of_what_where_and_what_to_do():
    assert str(MusicError("is broken", "here.mid", "Mend it.")) == "here.mid: is broken. Mend it."
    assert str(MusicError("is broken")) == "is broken."
    assert MusicError.exit_code == 2


def test_the_nearest_name_is_named():
    assert nearest("grups", ["groups", "random"]).startswith("Did you mean 'groups'?")
    assert nearest("zzzz", ["groups", "random"]) == "Known: groups, random."
    with pytest.raises(DataError, match=r"unknown key 'lo'.*'low'"):
        check_keys({"lo": 1}, ["low", "high"], "here", DataError)
