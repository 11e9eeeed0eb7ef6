import json

import numpy as np

from modeloid.report.formats.jsonl import JsonLines
from modeloid.report.record import Curve, Record
from modeloid.report.story import Story
from modeloid.report.words import compared, words
from report import records


def back(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def curves(lines, label):
    found = {}
    for line in lines:
        if line["what"] == "curve" and line["modeloid"] == label:
            turns, values = found.setdefault(f"{line['stage']}/{line['quantity']}", ([], []))
            assert line["first"] == len(turns)
            turns += line["turns"]
            values += line["values"]
    return found


def test_everything_of_the_stories_comes_back(tmp_path):
    stories = [records.tell(tmp_path / "a"), records.tell(tmp_path / "b", shift=1.0, turns=30, music=False)]
    (path,) = JsonLines().write(stories, tmp_path)
    assert path.name == "record.jsonl"
    head, *lines = back(path)
    assert head == {"what": "modeloid report", "schema": 1, "modeloids": ["a", "b"], "compared": compared(stories)}
    for story in stories:
        record, mine = story.record, [line for line in lines if line["modeloid"] == story.label]
        told = {
            what: [line for line in mine if line["what"] == what]
            for what in dict.fromkeys(line["what"] for line in mine)
        }
        assert list(told) == ["card", "words", "data", "run", "journal", "curve", "piece", "test"]
        assert told["card"][0]["card"] == story.card
        assert told["words"][0]["words"] == words(story)
        assert [line["run"] for line in told["run"]] == record.runs
        assert [line["entry"] for line in told["journal"]] == record.journal
        assert told["data"][0]["data"] == record.data
        assert told["test"][0]["test"] == record.test
        expected = {key: (curve.turns.tolist(), curve.values.tolist()) for key, curve in record.curves.items()}
        assert curves(mine, story.label) == expected
        for line, piece in zip(told["piece"], story.pieces, strict=True):
            assert (line["turn"], line["number"], line["seed"]) == (piece.step, piece.number, piece.seed)
            assert (line["annotation"], line["wishes"]) == (piece.annotation, piece.wishes)
            assert [story.directory / name for name in line["files"]] == list(piece.files.values())


def test_long_curves_are_told_in_parts(tmp_path):
    turns = np.arange(1, 25_001, dtype=np.int64)
    story = Story(tmp_path, {}, Record(curves={"train/a/b": Curve(turns, turns / 7)}), "x")
    lines = back(JsonLines().write([story], tmp_path)[0])
    assert [len(line["turns"]) for line in lines if line["what"] == "curve"] == [10_000, 10_000, 5_000]
    assert curves(lines[1:], "x") == {"train/a/b": (turns.tolist(), (turns / 7).tolist())}


def test_a_story_of_nothing_and_twice_the_same(tmp_path):
    story = records.tell(tmp_path / "empty", tested=False, samples=0, turns=1)
    nothing = Story(tmp_path, {}, Record(), "nothing")
    texts = [JsonLines().write([story, nothing], tmp_path)[0].read_bytes() for _ in range(2)]
    assert texts[0] == texts[1]
    assert str(tmp_path).encode() not in texts[0]
    assert [line["what"] for line in back(tmp_path / "record.jsonl") if line.get("modeloid") == "nothing"] == [
        *("card", "words", "data", "test")
    ]
