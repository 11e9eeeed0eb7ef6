from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from modeloid.music.represent.augment import drawn_factors, drawn_shifts, fitting
from modeloid.music.represent.bars import quantised, sections
from modeloid.music.represent.fill import counted, runs


def where(meters, tpq=480, steps=4):
    found, moved = sections({"tpq": tpq, "meters": meters}, steps)
    return [(section.step, *section.meter) for section in found], moved


def test_a_piece_without_a_meter_is_in_four():
    assert where([]) == ([(0, 4, 4)], 0)
    assert where([[0, 3, 4]]) == ([(0, 3, 4)], 0)
    assert where([[0, 4, 4], [1920, 4, 4]]) == ([(0, 4, 4)], 0)


def test_a_change_within_a_bar_waits_for_the_next_one():
    assert where([[480, 3, 4]]) == ([(0, 4, 4), (16, 3, 4)], 1)
    assert where([[1920, 3, 4]]) == ([(0, 4, 4), (16, 3, 4)], 0)
    # less than a step late is in time
    assert where([[1930, 3, 4]]) == ([(0, 4, 4), (16, 3, 4)], 0)
    assert where([[480, 3, 4], [960, 2, 4]]) == ([(0, 4, 4), (16, 2, 4)], 2)
    assert where([[480, 3, 4], [960, 4, 4]]) == ([(0, 4, 4)], 2)


@given(st.integers(0, 2**31 - 1), st.integers(1, 2**15 - 1), st.integers(1, 96))
def test_rounding_is_that_of_whole_numbers(tick, tpq, steps):
    assert quantised(np.array([tick]), tpq, steps)[0] == (2 * tick * steps + tpq) // (2 * tpq)


def test_runs_of_cells():
    assert counted(np.array([2, 0, 3])).tolist() == [0, 1, 0, 1, 2]
    assert runs(np.array([5, 0]), np.array([2, 3]), 10).tolist() == [5, 15, 0, 10, 20]
    assert counted(np.zeros(0, np.int64)).tolist() == []


def test_draws_cover_their_range_and_no_more():
    uniform = np.linspace(0, 1, 1000, endpoint=False)
    shifts = drawn_shifts(uniform, -2, 3)
    assert np.unique(shifts, return_counts=True)[1].tolist() == [167, 167, 166, 167, 167, 166]
    assert drawn_shifts(np.array([np.nextafter(1, 0)]), 0, 5).tolist() == [5]
    factors = drawn_factors(uniform, (0.5, 2.0))
    assert factors.min() == 0.5
    assert factors.max() < 2.0
    assert np.median(factors) == 1.0 or abs(np.log(np.median(factors))) < 1e-2
    low, high = fitting((-5, 6), np.array([30, 50]), np.array([40, 60]), 28, 64)
    assert (low.tolist(), high.tolist()) == ([-2, -5], [6, 3])
