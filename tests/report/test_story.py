import json
from pathlib import Path

import pytest

from modeloid.report.record import Record
from modeloid.report.story import Story, apart, rows, tell
from modeloid.report.tables import tables
from report import records


def story(journal=(), card=None, directory=Path("one"), **record):
    return Story(directory, card or {}, Record(journal=list(journal), **record), "one")


def test_the_story_of_a_complete_record(tmp_path):
    found = records.tell(tmp_path / "bach", turns=40)
    assert (found.name, found.label, found.turns) == ("bach", "bach", 40)
    assert found.best["step"] == 40
    assert list(found.quantities)[:3] == ["loss", "gap", "learning_rate"]
    assert list(found.quantities["loss"]) == ["train", "valid"]
    assert found.lines == {"pitch_range": 31.0, "polyphony": 3.9, "groove_consistency": 0.81}
    assert "data/pitch_range" not in found.quantities
    assert [piece.step for piece in found.pieces] == [13] * 4 + [26] * 4 + [40] * 4 + [None] * 4
    assert found.newest == found.record.tested


def test_hours_leave_out_the_time_between_runs(tmp_path):
    found = records.tell(tmp_path, turns=40)
    assert found.hours == pytest.approx(40 / 3600)
    assert [speed.step for speed in found.speeds] == [5, 10, 15, 20, 25, 30, 35, 40]
    assert [speed.hours * 3600 for speed in found.speeds] == pytest.approx([5, 10, 15, 20, 25, 30, 35, 40])


def test_a_run_that_was_killed_counts_until_its_last_line():
    lines = [(0, "start"), (100, "speed"), (9_000, "start"), (9_050, "speed")]
    found = story([{"time": float(time), "what": what} for time, what in lines])
    assert [round(speed.hours * 3600) for speed in found.speeds] == [100, 150]


def test_a_clock_put_back_does_not_take_hours_away():
    lines = [(1000, "start"), (1100, "speed"), (500, "speed"), (1200, "speed")]
    found = story([{"time": float(time), "what": what} for time, what in lines])
    assert [round(speed.hours * 3600) for speed in found.speeds] == [100, 100, 200]


def test_events_in_words(tmp_path):
    texts = [event.text for event in records.tell(tmp_path).events if event.what != "generate"]
    assert texts == [
        "training began",
        "saved step-000000020 in 0.125 s",
        "stopped: SIGTERM",
        "training went on",
        "the newest checkpoint was damaged: fell back",
        "saved step-000000040 in 0.125 s",
        "done: last turn",
    ]


def test_rows_of_the_test_carry_errors_and_what_real_pieces_show(tmp_path):
    found = {(row.kind, row.name): row for row in records.tell(tmp_path).tested}
    assert found["likelihood", "nll_per_step"].error == 0.02
    assert found["judge", "polyphony"].real == 3.9
    assert found["loss", "loss"].error is None
    assert not any(name.startswith("data/") or name.endswith("_se") for _, name in found)
    assert rows({"loss": "rubbish", "judge": {"x": "1", "y": float("nan"), "z": 2}})[0].name == "z"


def test_where_it_lies_is_not_told(tmp_path):
    directory = records.make(tmp_path / "here")
    card = records.card(directory) | {"fault": f"{directory}/mconfig.py: line 3 is code"}
    found = tell(directory, card)
    assert str(tmp_path) in str(card)
    assert str(tmp_path) not in json.dumps(found.card)
    assert found.card["fault"] == "here/mconfig.py: line 3 is code"


def test_a_card_of_rubbish_is_borne(tmp_path):
    card = {"name": 7, "cycle": [1], "best": {"step": "x"}, "step": "many", "model": {"x": float("inf")}, 3: "\ud800"}
    found = tell(tmp_path / "two words", card)
    assert (found.name, found.turns, found.best) == ("two words", 0, {})
    assert found.recipe == {"seed": 0}
    assert found.repeat[0] == "modeloid fork --new 'two words' 'two words-again'"
    json.dumps(found.card, allow_nan=False, ensure_ascii=False).encode()


def test_a_name_is_one_line(tmp_path):
    assert tell(tmp_path, {"name": "a\n b\tc"}).label == "a b c"


def test_labels_differ():
    cards = [{"name": "a"}, {"name": "a"}, {"name": "b"}]
    places = [Path("x/one"), Path("x/two"), Path("y/two")]
    found = [tell(place, card) for place, card in zip(places, cards, strict=True)]
    assert [each.label for each in apart(found)] == ["a (one)", "a (two)", "b (two)"]
    assert [each.label for each in apart(found[1:])] == ["a", "b"]
    assert [each.label for each in apart([found[0], found[0]])] == ["a (1)", "a (2)"]


def test_the_table_of_what_was_not_taken_has_all_kinds(tmp_path):
    found = tables([records.tell(tmp_path / "a")])["refused"].rows
    assert [(row["what"], row["name"], row["reason"]) for row in found] == [
        ("refused", "broken.mid", "no header"),
        ("silent", "hush.mid", "holds no notes"),
        ("left_out", "short", "shorter than a window"),
    ]
