"""Slices of one song that do not copy one another: what a person who knows a song would call its kin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..represent.parts import Rows
from .bars import f1_by_shift
from .heard import SLICE_BARS, Heard, Ints, heard
from .runs import grams

LOW_COPY = 0.42
"""Mean `barcopy` up to which two slices count as not copied: in POP909 such pairs of one song have a mean of 0.34 and a
95th percentile of 0.41, slices of two songs 0.29 and 0.39."""
_GRAM = 6
"""Steps of the lead that they may not share."""
_FEWEST_ONSETS = 24
"""Three onsets a bar: what says less than that is no slice to learn from."""


def low_copy_pairs(
    notes: Rows | Heard,
    bars: int | None = None,
    drum_parts: Sequence[int] = (),
    *,
    most: float = LOW_COPY,
    every_bars: int = SLICE_BARS // 2,
) -> Ints:
    """Pairs of slices of 8 bars that do not overlap in time and do not copy one another.

    Parameters
    ----------
    notes
        A whole piece.
    bars
        How many it has; up to the last onset where not given.
    drum_parts
        The parts that are left out.
    most
        What the mean `barcopy` may be, the larger of both directions.
    every_bars
        How far apart the slices that are looked at begin.

    Returns
    -------
    The first bars of both, shape (pairs, 2), the earlier one first; empty where there are none. Slices with an empty
    bar or fewer than 24 onsets are left out, and pairs whose leads share 6 steps in a row.
    """
    known = heard(notes, drum_parts)
    last = (known.bars if bars is None else min(bars, known.bars)) - SLICE_BARS
    firsts = [first for first in range(0, last + 1, every_bars) if _says_enough(known, first)]
    if len(firsts) < 2:
        return np.zeros((0, 2), np.int64)
    share = f1_by_shift(known, known).max(axis=0)
    leads = {first: set(grams(known.cut(first).lead_steps, _GRAM).tolist()) for first in firsts}
    pairs = [
        (one, other)
        for one, other in combinations(firsts, 2)
        if other - one >= SLICE_BARS and _copied(share, one, other) <= most and leads[one].isdisjoint(leads[other])
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _says_enough(notes: Heard, first: int) -> bool:
    counts = notes.counts[first : first + SLICE_BARS]
    return bool(counts.all() and counts.sum() >= _FEWEST_ONSETS)


def _copied(share: NDArray[np.float32], one: int, other: int) -> float:
    block = share[one : one + SLICE_BARS, other : other + SLICE_BARS]
    return float(max(block.max(axis=1).mean(), block.max(axis=0).mean()))
