"""Time goes by all tempi of a piece, whole microseconds at a time."""

import numpy as np
import pytest

from modeloid.music.tempi import seconds_of, ticks_mspq


def test_seconds_go_by_all_tempi():
    about = {"tpq": 480, "tempos": [[0, 500_000], [960, 1_000_000]]}
    assert seconds_of(np.array([0, 480, 960, 1440]), about).tolist() == [0, 0.5, 1, 2]
    assert seconds_of(480, {"tpq": 480}) == 0.5


def test_tempi_come_in_any_order_and_the_last_of_one_tick_counts():
    about = {"tpq": 100, "tempos": [[300, 400_000], [100, 700_000], [100, 600_000]]}
    assert ticks_mspq([0, 100, 300, 400], about).tolist() == [0, 50_000_000, 170_000_000, 210_000_000]
    assert seconds_of([400], about) == pytest.approx([2.1])


def test_large_pieces_are_not_rounded():
    about = {"tpq": 480, "tempos": [[1, 16_777_215]]}
    assert ticks_mspq(2**31 - 1, about) == 500_000 + (2**31 - 2) * 16_777_215
