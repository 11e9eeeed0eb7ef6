import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.report.drawing.chart import Chart, Level, Line, thinned


def test_thinning_keeps_the_ends_and_every_extreme():
    values = np.sin(np.arange(20_000) / 50.0)
    values[12_345], values[6_789] = 7.0, -7.0
    x, y = thinned(np.arange(20_000), values, 400)
    assert len(x) <= 402
    assert (x[0], x[-1]) == (0, 19_999)
    assert y[x == 12_345] == [7.0]
    assert y[x == 6_789] == [-7.0]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(4, 40))
def test_what_is_kept_is_as_it_was_and_has_the_extremes_of_each_stretch(values, most):
    x, y = np.arange(len(values)) * 3, np.array(values)
    kept_x, kept_y = thinned(x, y, most)
    assert (np.diff(kept_x) > 0).all()
    assert [values[turn // 3] for turn in kept_x] == kept_y.tolist()
    assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    assert len(kept_x) <= most + 4


def test_gaps_between_turns_do_not_hide_what_is_in_them():
    x = np.concatenate([np.arange(1000), [1_000_000], 1_000_000 + np.arange(1, 1000)])
    _, y = thinned(x, np.arange(len(x), dtype=float), 100)
    assert y[-1] == 1999.0


def test_a_short_curve_is_kept_whole():
    x, y = thinned(np.array([1, 2]), np.array([0.5, 0.25]), 400)
    assert (x.tolist(), y.tolist()) == ([1, 2], [0.5, 0.25])


def test_what_is_not_finite_is_left_out():
    x, _ = thinned(np.array([1, 2, 3, 4]), np.array([0.5, np.nan, np.inf, 0.25]), 400)
    assert x.tolist() == [1, 4]


def test_a_line_without_points_is_left_out():
    none = Line("none", np.array([], dtype=np.int64), np.array([]))
    some = Line("some", np.array([3]), np.array([1.5]))
    assert [line.name for line in Chart("loss", [none, some]).thinned().lines] == ["some"]


@pytest.mark.parametrize(("base", "reach"), [(None, (1.0, 4.0)), (0.0, (0.0, 4.0))])
def test_the_reach_holds_levels_and_the_base(base, reach):
    line = Line("some", np.array([1, 2]), np.array([1.0, 2.0]))
    assert Chart("loss", [line], [Level("real", 4.0)], base=base).reach == reach
