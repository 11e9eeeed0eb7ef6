import json
import os
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modeloid.report import schema
from modeloid.report.reading import DEEPEST, blocks
from modeloid.report.record import read
from modeloid.report.shape import Each, Fields
from modeloid.report.story import apart, tell
from modeloid.report.words import compared, words
from report import damage, records

HEAD = '{"schema":1,"what":"modeloid log"}'


def write_log(directory, *lines, end="\n"):
    record = directory / "record"
    record.mkdir(exist_ok=True)
    (record / "log.jsonl").write_text("\n".join(lines) + end, encoding="utf-8", errors="surrogatepass")
    return directory


def plain(record):
    return {name: (curve.turns.tolist(), curve.values.tolist()) for name, curve in record.curves.items()}


def test_curves_are_what_was_logged(tmp_path):
    lines = [HEAD, '{"step":1,"train":{"loss":2.5}}', '{"step":2,"train":{"loss":1.5,"size":3}}']
    found = read(write_log(tmp_path, *lines))
    assert plain(found) == {"train/loss": ([1, 2], [2.5, 1.5]), "train/size": ([2], [3.0])}
    assert found.problems == []
    assert found.curves["train/size"].values.dtype == np.float64


def test_a_line_cut_in_the_middle_loses_only_itself(tmp_path):
    found = read(write_log(tmp_path, HEAD, '{"step":1,"train":{"loss":2.5}}', '{"step":2,"train":{"lo', end=""))
    assert plain(found) == {"train/loss": ([1], [2.5])}
    assert found.problems == ["log.jsonl: its last line is not whole (still being written, or cut off)."]


def test_a_last_line_that_lacks_only_its_end_counts(tmp_path):
    found = read(write_log(tmp_path, HEAD, '{"step":1,"train":{"loss":2.5}}', end=""))
    assert plain(found) == {"train/loss": ([1], [2.5])}
    assert found.problems == []


def test_a_broken_line_in_the_middle_is_counted(tmp_path):
    lines = [HEAD, '{"step":1,"train":{"loss":2.5}}', '{"step":2,"tr', '{"step":3,"train":{"loss":1.5}}', "7", ""]
    found = read(write_log(tmp_path, *lines))
    assert plain(found) == {"train/loss": ([1, 3], [2.5, 1.5])}
    assert found.problems == ["log.jsonl: 2 lines cannot be read as JSON objects and are left out."]


def test_two_halves_do_not_join_into_a_line(tmp_path):
    halves = '{"step":1', '"train":{"loss":2.5}}'
    found = read(write_log(tmp_path, *halves))
    assert found.curves == {}
    assert found.problems[0].startswith("log.jsonl: 2 lines")
    assert plain(read(write_log(tmp_path, ",".join(halves)))) == {"train/loss": ([1], [2.5])}


def test_no_record_an_empty_one_and_one_with_something(tmp_path):
    assert read(tmp_path).problems == ["There is no record yet, and whether it was trained is not known."]
    assert read(tmp_path, 0).problems == []
    (tmp_path / "record").mkdir()
    assert read(tmp_path, 0).problems == []
    found = read(tmp_path)
    assert (found.curves, found.journal, found.runs, found.data, found.test, found.samples) == ({}, [], [], {}, {}, {})
    assert found.problems == []
    assert read(write_log(tmp_path, HEAD, '{"step":1,"train":{"loss":2.5}}')).problems == []


def test_a_record_that_lost_what_was_trained_is_a_problem(tmp_path):
    lost = ["There is no record, although it stands at turn 1,360: what happened is not known."]
    assert read(tmp_path, 1360).problems == lost
    gone = ["log.jsonl is missing or tells of no turn, although it stands at turn 1,360."]
    (tmp_path / "record").mkdir()
    assert read(tmp_path, 1360).problems == gone
    assert read(write_log(tmp_path, end=""), 1360).problems == gone
    assert read(write_log(tmp_path, HEAD), 1360).problems == gone
    assert [problem[:24] for problem in read(write_log(tmp_path, '{"schema":9}'), 1360).problems] == [
        "log.jsonl has schema 9, "
    ]
    assert read(write_log(tmp_path, HEAD, '{"step":1,"train":{"loss":2.5}}'), 1360).problems == []


@pytest.mark.parametrize("name", ["journal", "runs"])
def test_lines_of_an_unknown_schema_are_not_taken(tmp_path, name):
    records.make(tmp_path)
    path = tmp_path / "record" / f"{name}.jsonl"
    whole = path.read_text()
    path.write_text('{"schema": 1}\n' + whole)
    assert len(getattr(read(tmp_path), name)) == whole.count("\n")
    path.write_text('{"schema": 99}\n' + whole)
    found = read(tmp_path)
    assert getattr(found, name) == []
    told = f"{name}.jsonl has schema 99, this version reads 1: it is left out; a newer modeloid may read it."
    assert found.problems == [told]


def test_turns_of_more_than_64_bits_are_no_samples(tmp_path):
    records.make(tmp_path, samples=1)
    samples = tmp_path / "record" / "samples"
    for digits in (18, 19, 30):
        shutil.copytree(samples / "step-000000040", samples / f"step-{'9' * digits}")
    assert list(read(tmp_path).samples) == [40, 10**18 - 1]


def test_an_unknown_schema_is_named_and_the_rest_is_read(tmp_path):
    records.make(tmp_path)
    log = tmp_path / "record" / "log.jsonl"
    log.write_text(log.read_text().replace('"schema": 1', '"schema": 99', 1))
    test = tmp_path / "record" / "test.json"
    test.write_text(json.dumps(json.loads(test.read_text()) | {"schema": "2.0"}))
    found = read(tmp_path)
    assert (found.curves, found.test) == ({}, {})
    assert found.problems == [
        "log.jsonl has schema 99, this version reads 1: it is left out; a newer modeloid may read it.",
        "test.json has schema 2.0, this version reads 1: it is left out; a newer modeloid may read it.",
    ]
    assert len(found.samples) == 3
    assert found.journal


def test_numbers_that_are_none_are_left_out_and_counted(tmp_path):
    odd = ['"2.5"', "true", "null", "[1]", "1" * 400]
    lines = [f'{{"step":{step},"train":{{"loss":{value},"size":1}}}}' for step, value in enumerate(odd, 1)]
    infinite = ['{"step":6,"train":{"loss":NaN}}', '{"step":7,"train":{"loss":1e999}}']
    steps = ['{"step":"8","train":{"loss":1}}', '{"step":-1,"train":{"loss":1}}', '{"step":9,"train":[]}', '{"step":9}']
    steps += ['{"step":true,"train":{"loss":1}}', f'{{"step":{2**70},"train":{{"loss":1}}}}']
    found = read(write_log(tmp_path, HEAD, *lines, *infinite, *steps, '{"step":10,"train":{"loss":4}}'))
    assert plain(found) == {"train/loss": ([10], [4.0]), "train/size": ([1, 2, 3, 4, 5], [1.0] * 5)}
    assert found.problems == [
        "log.jsonl: 11 entries are not a turn with numbers and are left out.",
        "log.jsonl: 2 values are not finite and are left out.",
    ]


def test_turns_told_twice_keep_the_last(tmp_path):
    lines = [f'{{"step":{step},"train":{{"loss":{value}}}}}' for step, value in ((1, 1), (3, 3), (2, 2), (3, 4))]
    found = read(write_log(tmp_path, HEAD, *lines))
    assert plain(found) == {"train/loss": ([1, 2, 3], [1.0, 2.0, 4.0])}
    assert found.problems == ["log.jsonl: 1 curve goes back in turns; of a turn told twice the last value is kept."]


def test_one_of_a_kind_is_told_in_the_singular(tmp_path):
    lines = ['{"step":1,"train":[]}', '{"step":2,"train":{"loss":NaN}}', "7"]
    assert read(write_log(tmp_path, HEAD, *lines)).problems == [
        "log.jsonl: 1 line cannot be read as a JSON object and is left out.",
        "log.jsonl: 1 entry is not a turn with numbers and is left out.",
        "log.jsonl: 1 value is not finite and is left out.",
    ]


def test_half_a_surrogate_pair_can_be_written_after_reading(tmp_path):
    found = read(write_log(tmp_path, HEAD, '{"step":1,"train":{"lo\\ud800ss":2.5}}'))
    assert list(found.curves) == ["train/lo\ufffdss"]


def test_a_complete_record_is_read_without_a_problem(tmp_path):
    story = records.tell(tmp_path)
    record = story.record
    assert record.problems == []
    assert len(record.runs) == 2
    assert [len(pieces) for pieces in record.samples.values()] == [4, 4, 4]
    assert record.tested[1].annotation["originality"]["passage"]["trained"]["piece"] == "chorale 7"
    assert record.tested[1].address == ("sample", 1)
    assert record.tested[1].files["mid"].read_bytes()[:4] == b"MThd"
    assert record.test["comparison"]["metrics"][0]["name"] == "pitch_range"


def test_files_of_a_piece_are_its_own(tmp_path):
    records.make(tmp_path / "one")
    (tmp_path / "secret.mid").write_bytes(b"secret")
    place = tmp_path / "one" / "record" / "samples" / "test"
    (place / "link.mid").symlink_to(tmp_path / "secret.mid")
    index = json.loads((place / "index.json").read_text())
    names = ("../../../../secret.mid", str(tmp_path / "secret.mid"), "link.mid", "00.mid")
    for entry, name in zip(index["pieces"], names, strict=True):
        entry["files"] = [name]
    (place / "index.json").write_text(json.dumps(index))
    found = read(tmp_path / "one")
    assert [list(piece.files) for piece in found.tested] == [[], [], [], ["mid"]]
    assert found.problems == ["test: 3 files of pieces are missing or elsewhere, the first of piece 0."]
    (tmp_path / "one" / "record" / "samples" / "step-000000040" / "02.mid").unlink()
    one = "step-000000040: 1 file of a piece is missing or elsewhere, the first of piece 2."
    assert read(tmp_path / "one").problems == [one, *found.problems]


def test_what_has_another_type_is_left_out_by_name(tmp_path):
    records.make(tmp_path)
    path = tmp_path / "record" / "test.json"
    test = json.loads(path.read_text())
    test["judge"]["polyphony"] = "4"
    test["comparison"]["metrics"][0] = {"made": 3}
    test["comparison"]["metrics"][1]["wasserstein"] = [1]
    path.write_text(json.dumps(test))
    found = read(tmp_path)
    assert "polyphony" not in found.test["judge"]
    assert "pitch_range" in found.test["judge"]
    assert [metric["name"] for metric in found.test["comparison"]["metrics"]] == ["polyphony", "groove_consistency"]
    left_out = "judge polyphony, comparison metrics[0] without name, comparison metrics[1] wasserstein"
    assert found.problems == [f"test.json: not what the schema says, and left out: {left_out}."]


def test_files_in_which_nothing_sounds_have_a_name(tmp_path):
    records.make(tmp_path)
    path = tmp_path / "record" / "data.json"
    assert read(tmp_path).data["silent"] == [{"file": "hush.mid", "reason": "holds no notes"}]
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"silent": [{"reason": "x"}, 7, {"file": "a.mid"}]}))
    found = read(tmp_path)
    assert found.data["silent"] == [{"file": "a.mid"}]
    assert found.problems == ["data.json: not what the schema says, and left out: silent[0] without file, silent[1]."]


def test_nesting_without_end_is_cut(tmp_path):
    records.make(tmp_path)
    path = tmp_path / "record" / "data.json"
    for deep, told in ((900, "too deep"), (100_000, "cannot be read as a JSON object")):
        path.write_text('{"schema":1,"x":' + "[" * deep + "]" * deep + "}")
        found = read(tmp_path)
        json.dumps(found.data)
        assert str(found.data).count("[") <= DEEPEST
        assert told in found.problems[0]


@pytest.mark.parametrize("name", ["log.jsonl", "journal.jsonl", "runs.jsonl", "data.json", "test.json", "samples"])
def test_anything_may_lie_where_a_file_should(tmp_path, name):
    records.make(tmp_path)
    path = tmp_path / "record" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert read(tmp_path).problems == []
    path.write_bytes(b"\xff\xfe\x00") if name == "samples" else path.mkdir()
    assert len(read(tmp_path).problems) == 1
    if name != "samples":
        path.rmdir()
        os.mkfifo(path)
        assert len(read(tmp_path).problems) == 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return records.make(tmp_path_factory.mktemp("whole") / "one", turns=6, samples=1, pieces=1)


@pytest.mark.parametrize("name", damage.FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(draw=st.data())
def test_any_value_anywhere_is_told_not_raised(whole, name, draw):
    with damage.changed(whole / "record" / name, draw):
        look_at_everything(tell(whole, records.card(whole)))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(draw=st.data())
def test_any_card_is_borne(whole, draw):
    look_at_everything(tell(whole, damage.inside(records.card(whole), draw)))


@pytest.mark.parametrize("name", damage.FILES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(where=st.floats(0, 1), cut=st.integers(0, 30), new=st.binary(max_size=9))
def test_any_damage_is_told_not_raised(whole, name, where, cut, new):
    with damage.torn(whole / "record" / name, where, cut, new):
        look_at_everything(tell(whole, records.card(whole)))


def look_at_everything(story):
    for curve in story.record.curves.values():
        assert np.isfinite(curve.values).all()
        assert (np.diff(curve.turns) > 0).all()
    told = [story.name, story.turns, story.best, story.hours, story.events, story.speeds, story.tested, story.recipe]
    told += [story.repeat, story.lines, story.record, story.pieces, story.comparison]
    str(told + words(story) + compared(apart([story, story]))).encode()
    documents = [story.record.journal, story.record.runs, story.record.data, story.record.test]
    pieces = [[piece.wishes, piece.annotation, piece.address, piece.seed] for piece in story.pieces]
    json.dumps([documents, pieces], allow_nan=False, ensure_ascii=False).encode()


def test_many_turns_are_read_quickly(tmp_path):
    lines = [f'{{"step":{step},"train":{{"loss":{step / 7},"gap":0.5}}}}' for step in range(1, 100_001)]
    write_log(tmp_path, HEAD, *lines)
    begin = time.process_time()
    found = read(tmp_path)
    seconds = time.process_time() - begin
    assert len(found.curves["train/loss"]) == 100_000
    assert found.curves["train/loss"].values[6] == 1.0
    assert seconds < 3


def test_blocks_read_at_once_and_line_by_line_are_equal(tmp_path):
    lines = [f'{{"step":{step},"train":{{"loss":{step / 7}}}}}' for step in range(1, 50_001)]
    clean, torn = tmp_path / "clean.jsonl", tmp_path / "torn.jsonl"
    clean.write_text("\n".join(lines) + "\n")
    torn.write_text("\n\n".join(lines) + "\n")
    one, other = ([line for block in blocks(path, []) for line in block] for path in (clean, torn))
    assert one == other
    assert len(one) == 50_000


def names_of(shape):
    """All field names of a shape."""
    if isinstance(shape, Fields):
        return set(shape.fields).union(*map(names_of, shape.fields.values()))
    if isinstance(shape, Each):
        return names_of(shape.shape)
    return set().union(*map(names_of, shape)) if isinstance(shape, (list, tuple)) else set()


DOC = Path(__file__).resolve().parents[2] / "docs" / "record.md"


@pytest.mark.parametrize("name", ["ENTRY", "RUN", "DATA", "TEST", "PIECE"])
def test_the_page_explains_every_field(name):
    told = set(re.findall(r"`([a-z_]+)`", DOC.read_text()))
    assert names_of(getattr(schema, name)) - told == set()
    assert "nothing_of_the_kind" not in told


def test_the_page_reads_a_log_as_it_says(tmp_path, monkeypatch):
    records.make(tmp_path / "bach-rbm")
    monkeypatch.chdir(tmp_path)
    example = DOC.read_text().split("## Reading it")[1].split("\n\n")[1]
    found = {}
    exec("\n".join(line.removeprefix("    ") for line in example.splitlines()), found)
    curve = read(tmp_path / "bach-rbm").curves["valid/loss"]
    assert found["losses"] == dict(zip(curve.turns.tolist(), curve.values.tolist(), strict=True))
