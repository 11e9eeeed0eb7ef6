"""The test on paper: what is said of how it was measured, and the intervals."""

import pytest

from modeloid.report import story as stories
from modeloid.report.paper import tested
from report import records


@pytest.fixture
def story(tmp_path):
    return records.tell(tmp_path / "one", pieces=1, turns=8, samples=1)


def told(story):
    """The words of its texts and notes."""
    return [block["text"] for block in tested.test(story, 1) if block["kind"] in ("text", "note")]


def test_what_was_measured_is_said_and_no_more(story):
    assert "Measured on 100 held-out items with the weights of turn 8." in told(story)
    story.record.test["likelihood"]["items"] = 1
    del story.record.test["step"]
    assert "Measured on 1 held-out item with the weights." in told(story)
    story.record.test["likelihood"] = "odd"
    assert "Measured on held-out data with the weights." in told(story)


def test_the_floor_is_told_as_it_is_measured(story):
    (note,) = [text for text in told(story) if "Wasserstein" in text]
    assert "of as many of them as were generated (at most half) from all others" in note
    assert "the distance's whole interval lies above that point" in note


def test_an_interval_is_1_96_standard_errors_to_each_side():
    sure = stories.Tested("likelihood", "nll_per_step", 0.75, error=0.02, real=None)
    assert tested.interval(sure) == {"text": "0.75", "under": "0.7108 to 0.7892"}
    assert tested.interval(stories.Tested("loss", "loss", 0.75, error=None, real=None)) == "0.75"
