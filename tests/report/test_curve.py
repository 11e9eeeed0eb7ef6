import re

import numpy as np

from modeloid.report.curve import svg, thinned


def test_thinning_keeps_every_extreme():
    values = np.sin(np.arange(20_000) / 50.0)
    values[12_345], values[6_789] = 7.0, -7.0
    points = thinned(range(20_000), values.tolist())
    assert len(points) <= 700
    assert (12_345, 7.0) in points
    assert (6_789, -7.0) in points
    assert [turn for turn, _ in points] == sorted(turn for turn, _ in points)


def test_a_short_curve_is_kept_whole():
    assert thinned([1, 2], [0.5, 0.25]) == [(1, 0.5), (2, 0.25)]


def test_the_picture_has_a_line_for_each_name_and_stays_inside():
    picture = svg("loss", [("train", [1, 2, 3], [3.0, 2.0, 1.0]), ("valid", [2], [2.5])])
    assert picture.count("<polyline") == 2
    numbers = [float(x) for x in re.findall(r"(-?[\d.]+),", picture.split("polyline")[1])]
    assert all(0 <= x <= 640 for x in numbers)


def test_no_points_no_picture():
    assert svg("loss", [("train", [], [])]) == ""


def test_a_flat_curve_does_not_divide_by_zero():
    assert "nan" not in svg("loss", [("train", [1, 2], [1.0, 1.0])])
