import pytest

from modeloid.report.formats.parquet import Parquet
from modeloid.report.record import Record
from modeloid.report.story import Story
from modeloid.report.tables import tables
from report import records

reader = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def written(tmp_path):
    stories = [records.tell(tmp_path / "a"), records.tell(tmp_path / "b", shift=1.0, turns=30, music=False)]
    (tmp_path / "out").mkdir()
    paths = Parquet().write(stories, tmp_path / "out")
    assert sorted(paths) == sorted((tmp_path / "out").iterdir())
    return stories, {path.stem: reader.read_table(path) for path in paths}


def test_curves_are_the_record(written):
    stories, found = written
    rows = found["curves"].to_pydict()
    told = {}
    for label, stage, name, turn, value in zip(*rows.values(), strict=True):
        told.setdefault((label, f"{stage}/{name}"), []).append((turn, value))
    assert told == {
        (story.label, key): list(zip(curve.turns.tolist(), curve.values.tolist(), strict=True))
        for story in stories
        for key, curve in story.record.curves.items()
    }
    assert [str(field.type) for field in found["curves"].schema][3:] == ["int64", "double"]


def test_the_other_tables_are_the_stories(written):
    stories, found = written
    for name, table in tables(stories).items():
        expected = [{key: row.get(key) for key in table.kinds} for row in table.rows]
        assert found[name].to_pylist() == expected, name
    assert found["pieces"].num_rows == sum(len(story.pieces) for story in stories)
    assert str(found["pieces"].schema.field("metric/ink").type) == "double"
    copied = {"name": "copied", **stories[0].comparison["originality"]["copied"]}
    assert {"modeloid": "a", **copied} in found["originality"].to_pylist()
    assert found["tests"].to_pylist()[0]["made"] == stories[0].tested[0].made


def test_twice_is_the_same(tmp_path):
    story = records.tell(tmp_path / "a")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        Parquet().write([story], tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
        assert str(tmp_path).encode() not in path.read_bytes()


def test_a_story_of_nothing_has_all_files(tmp_path):
    paths = Parquet().write([Story(tmp_path, {}, Record(), "nothing")], tmp_path)
    assert [reader.read_table(path).num_rows for path in paths if path.stem != "card"] == [0] * 10
