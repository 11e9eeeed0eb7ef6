"""The test on the page: what stands in its tables equals the record, column by column."""

import re

import pytest

from modeloid.report.page import results
from report import records

METRICS = "Its pieces beside real ones"
DISTANCES = "Distances between what was made and what is real"
LIKELIHOOD = "Likelihood and loss on the test data"
MEASURE = {
    "name": "polyphony",
    "unit": "notes",
    "made": 1.0,
    "made_low": 0.875,
    "made_high": 1.25,
    "real": 2.0,
    "real_low": 1.75,
    "real_high": 2.5,
    "wasserstein": 0.5,
    "wasserstein_low": 0.375,
    "wasserstein_high": 0.625,
    "floor": 0.125,
    "floor_high": 0.1875,
    "overlap": 0.75,
    "verdict": "apart",
}
"""No two of its numbers are equal: one in another's place is seen."""


@pytest.fixture
def story(tmp_path):
    found = records.tell(tmp_path / "one", pieces=1, turns=8, samples=1)
    found.comparison["metrics"] = [MEASURE]
    return found


@pytest.fixture
def other(tmp_path):
    found = records.tell(tmp_path / "two", pieces=1, turns=6, samples=1)
    found.comparison["metrics"] = [{**MEASURE, "wasserstein": 0.4375, "floor": 0.25, "verdict": "unclear"}]
    return found


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def table(text, caption):
    """Head -> cell's words for each row."""
    found = re.search(rf'data-name="{re.escape(caption)}".*?</table>', text, re.DOTALL)[0]
    top, _, body = found.partition("<tbody>")
    heads = [words(head) for head in re.findall(r"<th scope=\"col\".*?</th>", top)]
    lines = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[dh].*?</t[dh]>", line, re.DOTALL) for line in lines]
    return [dict(zip(heads, map(words, line), strict=True)) for line in cells]


def test_each_column_holds_what_its_head_says(story):
    (row,) = table(results.section([story]), METRICS)
    row.pop("On one scale")
    assert row == {
        "Quantity": "polyphony notes",
        "Made": "1 0.875 to 1.25",
        "Real": "2 1.75 to 2.5",
        "Distance": "0.5 0.375 to 0.625",
        "Floor": "0.125 up to 0.1875",
        "Overlap": "0.75",
        "Verdict": "apart",
    }


def test_the_picture_has_the_intervals_that_the_columns_have(story):
    assert "made 1 (0.875 to 1.25); real 2 (1.75 to 2.5)" in results.section([story])


def test_a_comparison_has_each_ones_distance_with_its_floor_and_verdict(story, other):
    (row,) = table(results.section([story, other]), METRICS)
    assert row["Distance one"] == "0.5 0.375 to 0.625 floor 0.125 up to 0.1875 apart"
    assert row["Distance two"] == "0.4375 0.375 to 0.625 floor 0.25 up to 0.1875 unclear"


def test_distances_have_their_floors(story):
    story.comparison["distances"] = [
        {"name": "frechet", "value": 3.0, "low": 2.5, "high": 4.0, "floor": 1.5, "floor_high": 1.75}
    ]
    (row,) = table(results.section([story]), DISTANCES)
    assert row == {"Distance": "frechet", "Value": "3 2.5 to 4", "Floor": "1.5 up to 1.75"}


def test_a_likelihood_has_its_95_percent_interval(story):
    found = {row["Quantity"]: row["Value"] for row in table(results.section([story]), LIKELIHOOD)}
    assert found[results.NAMES["likelihood nll_per_step"]] == "0.75 0.7108 to 0.7892"  # 1.96 times 0.02 to each side
    assert found[results.NAMES["likelihood nll_per_step_mean_of_items"]] == "0.8 0.7412 to 0.8588"
    assert found["loss"] == "1.25"


def test_what_was_measured_is_said_and_no_more(story, other):
    text = results.section([story])
    assert "<p>Measured on 100 held-out items with the weights of turn 8.</p>" in text
    both = words(results.section([story, other]))
    assert "one : measured on 100 held-out items with the weights of turn 8." in both
    assert "two : measured on 100 held-out items with the weights of turn 6." in both
    story.record.test["likelihood"]["items"] = 1
    del story.record.test["step"]
    assert "<p>Measured on 1 held-out item with the weights.</p>" in results.section([story])
    del story.record.test["likelihood"]
    assert "<p>Measured on held-out data with the weights.</p>" in results.section([story])


def test_the_floor_is_told_as_it_is_measured(story):
    text = results.section([story])
    assert "of as many of them as pieces were made (at most half) from all others" in text
    assert "the distance's whole interval lies above that point" in text
