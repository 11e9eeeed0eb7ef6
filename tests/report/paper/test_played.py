"""What pieces share with the training data, on paper: the drums have a table of their own where there are any."""

import pytest

from modeloid.report.paper import played
from report import records

DRUMS = {"longest_run": 3, "copied": 0.625, "nearest": "groove 12", "nearest_share": 0.5}
CAPTION = "What the drums of the pieces of the test share with the training data."


@pytest.fixture
def story(tmp_path):
    return records.tell(tmp_path / "one", pieces=3, turns=8)


def tables(story):
    """Caption -> table."""
    return {block["caption"]: block for block in played.originality(story, 1) if block["kind"] == "table"}


def test_drums_are_shown_of_the_pieces_that_have_some(story):
    before = tables(story)
    assert CAPTION not in before
    story.newest[1].annotation["originality"]["drums"] = DRUMS
    after = tables(story)
    assert after[CAPTION]["rows"] == [["1", "3", "0.625", "groove 12", "0.5"]]
    assert {caption: table for caption, table in after.items() if caption != CAPTION} == before


def test_odd_drums_are_passed_over(story):
    story.newest[0].annotation["originality"]["drums"] = 7
    assert CAPTION not in tables(story)
