from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.datasets.downbeats import bars, from_chords, usual_bar


@pytest.mark.parametrize(
    ("downbeats", "usual", "found"),
    [
        ([0, 4, 8], 4, [(0, 4)]),
        ([3, 7, 9, 13], 4, [(3, 4), (7, 2), (9, 4)]),
        ([0, 6, 12, 18], 3, [(0, 3)]),
        ([1, 9, 13], 4, [(1, 4)]),
        ([0, 4, 10, 14], 4, [(0, 4), (4, 6), (10, 4)]),
        ([5], 4, [(5, 4)]),
    ],
)
def test_downbeats_say_the_meters(downbeats, usual, found):
    assert bars(downbeats, usual) == found


def test_the_usual_bar_is_what_most_bars_are():
    assert usual_bar([0, 4, 8, 11, 15]) == 4
    assert usual_bar([0, 6, 12, 16]) == usual_bar([0, 3, 6]) == 3
    assert usual_bar([2]) == 4


@pytest.mark.parametrize("first", range(4))
def test_chords_that_change_at_bars_say_where_these_begin(first):
    changes = [first + 4 * bar for bar in range(12)]
    downbeats, usual = from_chords(changes, 48)
    assert usual == 4
    assert set(changes) <= set(downbeats)
    assert set(np.diff(downbeats).tolist()) == {4}


def test_some_changes_within_bars_and_a_short_bar_mislead_nobody():
    downbeats = [0, 4, 8, 12, 16, 20, 22, 26, 30, 34, 38, 42]
    changes = sorted({*downbeats, 2, 11, 28})
    assert from_chords(changes, 46)[0] == downbeats


def test_bars_of_three_are_heard_as_such():
    downbeats, usual = from_chords(list(range(1, 60, 3)), 60)
    assert usual == 3
    assert downbeats[:3] == [1, 4, 7]


def test_few_changes_say_nothing():
    assert from_chords([0, 4, 8], 40) is None
    assert from_chords(list(range(0, 32, 4)), 40) is not None
