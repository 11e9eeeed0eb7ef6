"""What was not used, on paper: refused files, files in which nothing sounds, pieces left out."""

import pytest

from modeloid.report.paper import about
from report import records


@pytest.fixture
def story(tmp_path):
    return records.tell(tmp_path / "one", samples=0, turns=4)


def blocks(story):
    found = list(about.refused(story, 1))
    return [block["text"] for block in found if block["kind"] == "text"], {
        block["caption"]: block["rows"] for block in found if block["kind"] == "table"
    }


def test_files_in_which_nothing_sounds_stand_beside_refused_ones(story):
    texts, tables = blocks(story)
    assert texts == []
    assert list(tables) == ["Refused.", "Read, but nothing sounds in them.", "Left out."]
    assert tables["Read, but nothing sounds in them."] == [["hush.mid", "holds no notes"]]


def test_silence_is_no_refusal(story):
    story.record.data["refused"], story.record.data["left_out"] = [], []
    texts, tables = blocks(story)
    assert texts == ["None was refused."]
    assert list(tables) == ["Read, but nothing sounds in them."]
    story.record.data["silent"] = []
    assert blocks(story) == (["None was refused."], {})


def test_many_are_cut(story):
    story.record.data["silent"] = [{"file": str(number), "reason": "x"} for number in range(about.MOST_FILES + 1)]
    assert "Read, but nothing sounds in them, the first 60 of 61." in blocks(story)[1]
