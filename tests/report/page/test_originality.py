"""What pieces share with the training data, on the page: the drums have a table of their own where there are any."""

import re

import pytest

from modeloid.report.page import originality
from modeloid.report.story import apart
from report import records

DRUMS = {"longest_run": 3, "copied": 0.625, "nearest": "groove 12", "nearest_share": 0.5}


@pytest.fixture
def story(tmp_path):
    return records.tell(tmp_path / "one", pieces=3, turns=8)


def rows(found, caption):
    """The cells of a table, "" where it is not there."""
    table = re.search(rf'data-name="{re.escape(caption)}".*?</table>', found, re.DOTALL)
    body = table[0].partition("<tbody>")[2] if table else ""
    lines = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", line)] for line in lines]


def test_drums_are_shown_of_the_pieces_that_have_some(story):
    assert rows(originality.section([story]), "Originality of each piece&#x27;s drums") == []
    story.newest[1].annotation["originality"]["drums"] = DRUMS
    found = originality.section([story])
    assert rows(found, "Originality of each piece&#x27;s drums") == [["Piece 2", "3", "62.5 %", "groove 12", "50 %"]]
    assert len(rows(found, "Originality of each piece")) == 3
    assert "The drums of 1 piece<" in found
    assert "in bar patterns" in found


def test_what_is_not_known_of_drums_is_a_dash(story):
    story.newest[0].annotation["originality"]["drums"] = {"longest_run": 0}
    story.newest[1].annotation["originality"]["drums"] = "odd"
    found = rows(originality.section([story]), "Originality of each piece&#x27;s drums")
    assert found == [["Piece 1", "0", "–", "–", "–"]]


def test_drums_of_several_modeloids_name_their_own(tmp_path, story):
    both = apart([story, records.tell(tmp_path / "two", pieces=1, turns=8)])
    both[1].newest[0].annotation["originality"]["drums"] = DRUMS
    (line,) = rows(originality.section(both), "Originality of each piece&#x27;s drums")
    assert line[0] == "Piece 1" and line[1].strip() == "two"
