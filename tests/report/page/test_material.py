"""The data on the page: files that were refused, and beside them those in which nothing sounds."""

import pytest

from modeloid.report.page import material
from report import records


@pytest.fixture
def story(tmp_path):
    return records.tell(tmp_path / "one", samples=0, turns=4)


def test_files_in_which_nothing_sounds_stand_beside_refused_ones(story):
    found = material.section([story])
    order = ("1 file was refused:", "1 file holds nothing that sounds:", "1 piece was left out:")
    assert [found.index(part) for part in order] == sorted(found.index(part) for part in order)
    table = found[found.index(order[1]) : found.index(order[2])]
    assert "hush.mid" in table and "holds no notes" in table and "broken.mid" not in table


def test_where_every_file_sounds_nothing_is_said_of_it(story):
    for silent in ([], None, "odd"):
        story.record.data["silent"] = silent
        assert "nothing that sounds" not in material.section([story])
    del story.record.data["silent"]
    assert "nothing that sounds" not in material.section([story])


def test_many_go_into_a_fold(story):
    story.record.data["silent"] = [{"file": f"{number}.mid", "reason": "x"} for number in range(material.FEW + 1)]
    assert "<summary>6 files hold nothing that sounds</summary>" in material.section([story])
