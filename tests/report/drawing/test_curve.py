import re
import sys
import xml.etree.ElementTree as Tree

import numpy as np
import pytest

from modeloid.report.drawing import curve
from modeloid.report.drawing.chart import Chart, Level, Line, Mark
from modeloid.report.drawing.theme import DARK, LIGHT, Theme

SVG = "{http://www.w3.org/2000/svg}"
MOST = sys.float_info.max


def chart(y, x=None, **more):
    values = np.array(y, dtype=float)
    turns = np.arange(1, len(values) + 1) if x is None else np.array(x)
    return Chart("loss", [Line("train", turns, values)], **more)


def places(picture):
    """The points of the first line, put together from its steps."""
    path = next(path for path in Tree.fromstring(picture).iter(f"{SVG}path") if path.get("fill") == "none")
    start, _, steps = path.get("d").removeprefix("M").partition("l")
    moves = np.array([[float(number) for number in pair.split(",")] for pair in steps.split()])
    return np.cumsum(np.vstack([[float(number) for number in start.split(",")], moves]), axis=0)


def test_the_line_goes_through_its_values():
    values = np.random.default_rng(3).normal(size=200)
    found = places(curve.svg(chart(values)))
    assert np.corrcoef(found[:, 0], np.arange(200))[0, 1] > 0.999999
    assert np.corrcoef(found[:, 1], -values)[0, 1] > 0.9999
    assert found.min() >= 0
    assert found[:, 0].max() <= 400


def test_a_logarithmic_scale_makes_a_straight_line_of_a_power():
    found = places(curve.svg(chart(2.0 ** np.arange(12)), logarithmic=True))
    assert np.ptp(np.diff(found[:, 1])) <= 0.21
    assert np.ptp(np.diff(places(curve.svg(chart(2.0 ** np.arange(12))))[:, 1])) > 10


def test_colours_are_those_of_the_theme_and_no_others():
    drawn = {theme: curve.svg(chart([1, 2], levels=[Level("real", 1.5)]), theme) for theme in (LIGHT, DARK)}
    for theme, picture in drawn.items():
        used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', picture)) - {"none"}
        known = {theme.ink, theme.faint, theme.line, theme.paper, *theme.series}
        assert used <= known, used - known
        assert "var(" not in picture
        assert "class=" not in picture


def test_names_are_in_the_legend_and_safe():
    picture = curve.svg(Chart("a<b", [Line("x & y", np.array([1, 2]), np.array([1.0, 2.0]))], [Level("real", 1.0)]))
    texts = [text.text for text in Tree.fromstring(picture).iter(f"{SVG}text")]
    assert "x & y" in texts
    assert "real" in texts
    assert "x & y" not in [t.text for t in Tree.fromstring(curve.svg(chart([1, 2]), named=False)).iter(f"{SVG}text")]


def test_it_is_said_to_those_who_do_not_see_it():
    said = curve.said(chart([3.0, 1.0, 2.0], levels=[Level("real pieces", 1.5)], marks=[Mark("best", 2, 1.0)]))
    assert said == (
        "loss: train from 3 to 2, lowest 1 at turn 2, highest 3 at turn 1; real pieces 1.5; best 1 at turn 2."
    )


def test_no_points_no_picture():
    assert curve.svg(chart([])) == ""


@pytest.mark.parametrize(
    ("y", "x"),
    [
        ([1.0], [7]),
        ([1.0, 1.0], None),
        ([0.0, 0.0], None),
        ([-2.0, -2.0], None),
        ([1e-12, 2e-12], None),
        ([1e300, -1e300], None),
        ([27.70710, 27.70712], [10**6, 10**6 + 1]),
    ],
)
def test_odd_values_are_drawn_inside_the_drawing(y, x):
    picture = curve.svg(chart(y, x))
    assert "nan" not in picture
    numbers = [float(number) for number in re.findall(r'(?:cx|cy|x|y)="(-?[\d.]+)"', picture)]
    assert all(-1 <= number <= 401 for number in numbers)


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize(
    "y", [[MOST], [MOST, MOST], [0.0, MOST], [1.0, MOST], [1.5e308, MOST], [MOST, -MOST], [-MOST], [MOST, 0.0, -1e308]]
)
def test_the_greatest_numbers_are_drawn_inside_the_drawing(y, logarithmic):
    if logarithmic and min(y) <= 0:
        return
    with np.errstate(all="raise"):
        picture = curve.svg(chart(y), logarithmic=logarithmic)
    assert not re.search("nan|inf", picture)
    found = [float(number) for number in re.findall(r'(?:cx|cy|x|y)="(-?[\d.]+)"', picture)]
    found += places(picture).ravel().tolist() if len(y) > 1 else []
    assert all(0 <= number <= 401 for number in found)
    if len(set(y)) > 1:
        down = places(picture)[:, 1]
        assert np.corrcoef(np.argsort(down), np.argsort(-np.array(y)))[0, 1] == pytest.approx(1), "the higher, the more"
        assert np.ptp(down) > 100


def test_the_greatest_numbers_lie_where_small_ones_of_their_ratio_do():
    small, great = (places(curve.svg(chart(np.array([1.0, 0.25, -1.0, 0.5]) * size))) for size in (1.0, MOST))
    # only the widths of the axes' names differ, and above the greatest there is no margin
    assert np.allclose(
        np.diff(great[:, 1]) / np.ptp(great[:, 1]), np.diff(small[:, 1]) / np.ptp(small[:, 1]), atol=2e-3
    )


def test_the_same_chart_gives_the_same_text():
    assert curve.svg(chart([1, 2, 3])) == curve.svg(chart([1, 2, 3]))


def test_a_theme_may_name_its_colours():
    theme = Theme("var(--ink)", "var(--faint)", "var(--line)", "var(--paper)", "var(--accent)", ("var(--series0)",))
    assert 'stroke="var(--series0)"' in curve.svg(chart([1, 2]), theme)
