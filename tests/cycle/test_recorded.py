"""What a run writes down besides its curves: what the data are, the test's comparison, and what ended it."""

import json

import pytest

from modeloid.cycle.errors import NonFiniteError
from modeloid.cycle.loop import run
from toys import Points, card, journal


class Telling(Points):
    def about(self):
        return {"sets": [{"name": "points"}], "refused": [{"file": "a.mid", "reason": "no notes"}]}

    def compare(self, pieces, part):
        return {"count": len(pieces), "part": part}


def test_what_the_data_are_is_written_down(tmp_path):
    run(card(tmp_path), Telling())
    found = json.loads((tmp_path / "record" / "data.json").read_text())
    assert found == {"schema": 1, **Telling().about()}


def test_the_test_compares_its_pieces_with_the_data(tmp_path):
    outcome = run(card(tmp_path), Telling())
    assert outcome.test["comparison"] == {"count": 3, "part": "test"}
    assert json.loads((tmp_path / "record" / "test.json").read_text()) == outcome.test


def test_a_domain_that_says_nothing_needs_to_say_nothing(tmp_path):
    outcome = run(card(tmp_path), Points())
    assert "comparison" not in outcome.test and not (tmp_path / "record" / "data.json").exists()


def test_what_ended_a_run_is_in_the_journal(tmp_path):
    with pytest.raises(NonFiniteError):
        run(card(tmp_path, {"nan_at": 3}), Points())
    (entry,) = journal(tmp_path, "failed")
    assert entry["step"] == 3 and "train/loss is nan" in entry["text"]
    assert not journal(tmp_path, "end")
    run(card(tmp_path / "well"), Points())
    assert not journal(tmp_path / "well", "failed") and journal(tmp_path / "well", "end")
