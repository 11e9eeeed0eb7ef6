from __future__ import annotations

import pytest

from modeloid.music.datasets import DATA_SETS, Licence, data_set, strictest
from modeloid.music.datasets.licence import TERMS


@pytest.mark.parametrize(
    ("names", "term"),
    [
        (["pop909"], "permissive"),
        (["pop909", "groove"], "attribution"),
        (["groove", "nottingham", "pop909"], "share-alike"),
        (["nottingham", "maestro"], "non-commercial"),
        (["essen", "palestrina"], "no derivatives"),
        (["palestrina", "jsb-chorales"], "none stated"),
        (["jsb-chorales", "folder:x"], "unknown"),
    ],
)
def test_the_strictest_counts_in_any_order(names, term):
    licences = [data_set(name).licence for name in names]
    assert strictest(licences).term == strictest(licences[::-1]).term == term


def test_the_texts_of_the_strictest_are_shown_once_each():
    one, two, free = Licence("non-commercial", "one"), Licence("non-commercial", "two"), Licence("permissive", "MIT")
    assert strictest([one, free, two, one]) == Licence("non-commercial", "one; two")
    assert strictest([free]) == free


@pytest.mark.parametrize("name", DATA_SETS)
def test_every_set_has_a_term_and_says_more(name):
    licence = data_set(name).licence
    assert licence.term in TERMS
    assert len(licence.text) > 5
    assert "\n" not in str(licence)


def test_a_term_that_nobody_knows_is_refused():
    with pytest.raises(AssertionError):
        Licence("free", "as in beer")
