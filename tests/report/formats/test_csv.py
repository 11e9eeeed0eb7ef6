import csv
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.report.formats.csv import Csv, _text
from modeloid.report.record import Curve, Record
from modeloid.report.story import Story
from report import records

NAMES = ["curves-long", "curves-wide", "card", "tests", "measures", "distances", "originality"]
NAMES += ["pieces", "events", "speeds", "sets", "refused"]


def back(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture
def written(tmp_path):
    stories = [records.tell(tmp_path / "a"), records.tell(tmp_path / "b", shift=1.0, turns=30)]
    (tmp_path / "out").mkdir()
    paths = Csv().write(stories, tmp_path / "out")
    assert [path.name for path in paths] == [f"{name}.csv" for name in NAMES]
    assert sorted(paths) == sorted((tmp_path / "out").iterdir())
    return stories, {path.stem: back(path) for path in paths}


def test_long_curves_are_the_record(written):
    stories, found = written
    for story in stories:
        for key, curve in story.record.curves.items():
            stage, _, name = key.partition("/")
            mine = [row for row in found["curves-long"] if row["modeloid"] == story.label]
            rows = [row for row in mine if (row["stage"], row["quantity"]) == (stage, name)]
            assert [int(row["turn"]) for row in rows] == curve.turns.tolist()
            assert [float(row["value"]) for row in rows] == curve.values.tolist()
    assert len(found["curves-long"]) == sum(len(curve) for story in stories for curve in story.record.curves.values())


def test_wide_curves_are_the_record(written):
    stories, found = written
    for story in stories:
        rows = [row for row in found["curves-wide"] if row["modeloid"] == story.label]
        assert [int(row["turn"]) for row in rows] == list(range(1, story.turns + 1))
        for key, curve in story.record.curves.items():
            told = {int(row["turn"]): float(row[key]) for row in rows if row[key]}
            assert told == dict(zip(curve.turns.tolist(), curve.values.tolist(), strict=True))


def test_wide_curves_have_the_last_turn_that_there_can_be(tmp_path):
    turns = np.array([1, 2**63 - 1], np.int64)
    story = Story(tmp_path, {}, Record(curves={"train/loss": Curve(turns, np.array([0.5, 0.25]))}), "far")
    Csv().write([story], tmp_path)
    rows = back(tmp_path / "curves-wide.csv")
    assert [(row["turn"], row["train/loss"]) for row in rows] == [("1", "0.5"), (str(2**63 - 1), "0.25")]


def test_wide_curves_longer_than_a_block(tmp_path):
    turns = np.arange(1, 120_002, dtype=np.int64)
    curves = {
        "train/loss": Curve(turns, turns / 7),
        "valid/loss": Curve(turns[49_999:100_001:10], turns[49_999:100_001:10] / 3),
    }
    Csv().write([Story(tmp_path, {}, Record(curves=curves), "x")], tmp_path)
    rows = back(tmp_path / "curves-wide.csv")
    for key, curve in curves.items():
        told = {int(row["turn"]): float(row[key]) for row in rows if row[key]}
        assert told == dict(zip(curve.turns.tolist(), curve.values.tolist(), strict=True))
    assert len(rows) == len(turns)


def test_the_other_tables_are_the_record(written):
    stories, found = written
    first, second = stories
    mine = {name: [row for row in rows if row["modeloid"] == "b"] for name, rows in found.items()}
    for row, tested in zip(mine["tests"], second.tested, strict=True):
        assert (row["kind"], row["name"], float(row["made"])) == (tested.kind, tested.name, tested.made)
        assert row["real"] == ("" if tested.real is None else repr(tested.real))
        assert float(row["made_high"] or "nan") == pytest.approx(
            tested.made + 1.96 * (tested.error or math.nan), nan_ok=True
        )
    for row, metric in zip(mine["measures"], second.comparison["metrics"], strict=True):
        assert {key: row[key] for key in ("name", "verdict")} == {key: metric[key] for key in ("name", "verdict")}
        assert float(row["wasserstein_low"]) == metric["wasserstein_low"]
    shared = second.comparison["originality"]
    assert [row.pop("modeloid") for row in mine["originality"]] == ["b"] * len(shared) == ["b", "b"]
    told = {row.pop("name"): {key: float(text) for key, text in row.items()} for row in mine["originality"]}
    assert told == shared
    for row, piece in zip(mine["pieces"], second.pieces, strict=True):
        assert row["part"] == ("test" if piece.step is None else "sample")
        assert (int(row["number"]), int(row["seed"])) == (piece.number, piece.seed)
        assert json.loads(row["wishes"]) == piece.wishes
        assert (second.directory / row["files"]).read_bytes() == piece.files["mid"].read_bytes()
        assert float(row["metric/pitch_range"]) == piece.annotation["metrics"]["pitch_range"]
    assert [row["text"] for row in mine["events"]] == [event.text for event in second.events]
    assert [float(row["turns_per_s"]) for row in mine["speeds"]] == [speed.turns_per_s for speed in second.speeds]
    assert mine["refused"][0] == {"modeloid": "b", "what": "refused", "name": "broken.mid", "reason": "no header"}
    card = {(row["part"], row["key"]): row["value"] for row in found["card"] if row["modeloid"] == "a"}
    assert card["card", "model/hidden"] == json.dumps(first.card["model"]["hidden"])
    assert card["recipe", "data"] == records.DIGEST


def test_where_it_was_made_is_not_told_and_twice_is_the_same(tmp_path):
    story = records.tell(tmp_path / "a")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        Csv().write([story], tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
        assert str(tmp_path).encode() not in path.read_bytes()


def test_spreadsheets_see_the_encoding(tmp_path):
    story = records.tell(tmp_path / "a", name="Dvořák")
    Csv().write([story], tmp_path)
    assert (tmp_path / "card.csv").read_bytes().startswith(b'\xef\xbb\xbf"modeloid"')
    assert back(tmp_path / "card.csv")[0]["modeloid"] == "Dvořák"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", '=HYPERLINK("x")', "'=1", "＝1"])
def test_no_name_becomes_a_formula(tmp_path, name):
    story = records.tell(tmp_path / "a", name=name)
    Csv().write([story], tmp_path)
    told = back(tmp_path / "card.csv")[0]["modeloid"]
    assert told == "'" + name.strip()


def test_harmless_text_and_numbers_are_as_they_are(written):
    _, found = written
    assert _text("a=b") == '"a=b"'
    assert min(float(row["value"]) for row in found["curves-long"]) < 0


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=20).filter(lambda text: not set(text) & set("\r\n")))
def test_any_text_comes_back(text):
    (row,) = csv.reader([_text(text) + ",1\r\n"], strict=True)
    assert row[0].removeprefix("'") == text.replace("\0", "\ufffd")
    assert not row[0].lstrip(" ").startswith(("=", "+", "-", "@"))


def test_a_story_of_nothing_has_all_files(tmp_path):
    Csv().write([Story(tmp_path, {}, Record(), "nothing")], tmp_path)
    assert {path.stem: back(path) for path in tmp_path.iterdir()} == {
        name: [{"modeloid": "nothing", "part": "recipe", "key": "seed", "value": "0"}] if name == "card" else []
        for name in NAMES
    }


def test_another_domain_and_an_older_record(tmp_path):
    stories = [
        records.tell(tmp_path / "digits", music=False),
        records.tell(tmp_path / "old", annotated=False, compared=False),
    ]
    Csv().write(stories, tmp_path)
    rows = back(tmp_path / "pieces.csv")
    digits = [row for row in rows if row["modeloid"] == "digits"]
    assert float(digits[0]["metric/ink"]) == 0.25
    assert digits[0]["files"].endswith("00.txt")
    assert [row["notes"] for row in rows if row["modeloid"] == "old"] == [""] * 16
    assert back(tmp_path / "measures.csv") == [
        row for row in back(tmp_path / "measures.csv") if row["modeloid"] == "digits"
    ]
