import json

import pytest

from modeloid.report.record import RecordError, read


def write_log(directory, lines):
    record = directory / "record"
    record.mkdir()
    (record / "log.jsonl").write_text("".join(line + "\n" for line in lines))
    return record


def test_curves_are_what_was_logged(tmp_path):
    write_log(tmp_path, ['{"schema":1}', '{"step":1,"train":{"loss":2.5}}', '{"step":2,"train":{"loss":1.5,"size":3}}'])
    assert read(tmp_path).curves == {"train/loss": ([1, 2], [2.5, 1.5]), "train/size": ([2], [3.0])}


def test_a_line_cut_in_the_middle_loses_only_itself(tmp_path):
    write_log(tmp_path, ['{"schema":1}', '{"step":1,"train":{"loss":2.5}}', '{"step":2,"train":{"lo'])
    assert read(tmp_path).curves == {"train/loss": ([1], [2.5])}


def test_an_empty_record_is_empty(tmp_path):
    found = read(tmp_path)
    assert (found.curves, found.journal, found.test) == ({}, [], {})


def test_an_unknown_schema_is_refused_by_name(tmp_path):
    write_log(tmp_path, ['{"schema":99}', '{"step":1,"train":{"loss":2.5}}'])
    with pytest.raises(RecordError, match="schema 99"):
        read(tmp_path)


def test_the_test_result_is_read(tmp_path):
    (write_log(tmp_path, ['{"schema":1}']) / "test.json").write_text(json.dumps({"loss": {"loss": 1.0}}))
    assert read(tmp_path).test["loss"]["loss"] == 1.0
