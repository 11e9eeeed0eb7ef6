"""Notes as rows of whole numbers, and what every reader of them needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ONSET, LENGTH, PITCH, VELOCITY, PART = range(5)
"""Columns: onset and length in steps (sixteenths), pitch 0 to 127, velocity 1 to 127, number of the part."""

BAR_STEPS = 16
"""Steps of a bar of 4/4."""

Rows = NDArray[np.int64]
"""Shape (notes, 5), in the order of `in_order`; onsets count from the beginning of the piece or excerpt."""


def in_order(rows: Rows) -> Rows:
    """Sorted by onset, part, and falling pitch; of notes alike in these three the longest stays.

    Parameters
    ----------
    rows
        Shape (notes, 5).
    """
    order = np.lexsort([-rows[:, LENGTH], -rows[:, PITCH], rows[:, PART], rows[:, ONSET]])
    rows = rows[order]
    alike = (rows[1:, [ONSET, PART, PITCH]] == rows[:-1, [ONSET, PART, PITCH]]).all(axis=1)
    kept: Rows = rows[np.append(True, ~alike)[: len(rows)]]
    return kept


def cut(rows: Rows, first_bar: int, bars: int) -> Rows:
    """The notes that begin in some bars; onsets count from the first of them.

    Parameters
    ----------
    rows
        In order.
    first_bar
        From 0.
    bars
        How many.
    """
    begin, end = np.searchsorted(rows[:, ONSET], [first_bar * BAR_STEPS, (first_bar + bars) * BAR_STEPS])
    found = rows[begin:end].copy()
    found[:, ONSET] -= first_bar * BAR_STEPS
    return found
