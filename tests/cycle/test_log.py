"""The line files of the record."""

import json

import numpy as np
import pytest

from modeloid.cycle.log import HEADER, Log, append
from modeloid.cycle.loop import run
from toys import Points, card, journal


def test_a_log_begins_with_its_schema_and_is_cut_to_its_offset(tmp_path):
    path = tmp_path / "record" / "log.jsonl"
    log = Log(path, None)
    log.write(1, "train", {"loss": 0.1, "ü": 2.0})
    offset = log.durable()
    log.write(2, "train", {"loss": 0.2})
    log.close()
    assert offset < path.stat().st_size
    again = Log(path, offset)
    again.write(2, "valid", {"loss": 1 / 3})
    again.close()
    lines = path.read_bytes().splitlines(keepends=True)
    assert lines[0] == HEADER
    entries = [json.loads(line) for line in lines[1:]]
    assert entries == [{"step": 1, "train": {"loss": 0.1, "ü": 2.0}}, {"step": 2, "valid": {"loss": 1 / 3}}]


def test_a_log_refuses_what_json_has_not(tmp_path):
    log = Log(tmp_path / "log.jsonl", None)
    with pytest.raises(ValueError, match="JSON"):
        log.write(1, "train", {"loss": float("nan")})


def test_a_torn_line_of_the_journal_is_closed_before_the_next(tmp_path):
    path = tmp_path / "journal.jsonl"
    append(path, {"what": "one"})
    with path.open("ab") as file:
        file.write(b'{"what":"ha')
    append(path, {"what": "two"})
    append(path, {"what": "three"})
    lines = path.read_text().splitlines()
    assert [json.loads(lines[i])["what"] for i in (0, 2, 3)] == ["one", "two", "three"] and lines[1] == '{"what":"ha'


def test_the_logged_value_is_the_mean_of_the_turns_since_the_last(tmp_path):
    run(card(tmp_path / "each"), Points())
    run(card(tmp_path / "third", log="3t"), Points())
    each = [entry["train"]["loss"] for entry in entries(tmp_path / "each") if "train" in entry]
    third = {entry["step"]: entry["train"]["loss"] for entry in entries(tmp_path / "third") if "train" in entry}
    assert third == {step: pytest.approx(np.mean(each[step - 3 : step]), abs=1e-14) for step in (3, 6, 9)}


def entries(directory):
    return [json.loads(line) for line in (directory / "record" / "log.jsonl").read_text().splitlines()[1:]]


def test_the_journal_is_never_cut_and_every_start_is_noted(tmp_path):
    run(card(tmp_path, last="1e"), Points())
    before = (tmp_path / "record" / "journal.jsonl").read_bytes()
    run(card(tmp_path), Points())
    assert (tmp_path / "record" / "journal.jsonl").read_bytes().startswith(before)
    runs = [json.loads(line) for line in (tmp_path / "record" / "runs.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in runs] == [0, 5]
    assert [entry["new"] for entry in journal(tmp_path, "start")] == [True, False]
    assert {"argv", "commit", "machine", "environment", "data", "licences", "cycle", "model"} <= set(runs[0])


def test_pieces_stand_beside_their_seeds_and_wishes(tmp_path):
    run(card(tmp_path, wishes={"scale": 3.0}), Points())
    directory = tmp_path / "record" / "samples" / "step-000000005"
    index = json.loads((directory / "index.json").read_text())
    assert [piece["files"] for piece in index["pieces"]] == [["00.json"], ["01.json"], ["02.json"]]
    assert [piece["address"] for piece in index["pieces"]] == [["sample", 0], ["sample", 1], ["sample", 2]]
    assert all(piece["seed"] == 0 and piece["wishes"] == {"scale": 3.0} for piece in index["pieces"])
