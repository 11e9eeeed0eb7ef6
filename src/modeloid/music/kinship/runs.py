"""Stretches that two lines share, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..represent.parts import BAR_STEPS, ONSET, Rows
from .heard import Heard, Ints, heard

_BASE = 0x9E3779B97F4A7C15
_LENGTHS = (8, 3, 1)
"""Stretches are looked for by their n-grams, the longest first: few are shared, so few pairs must be joined."""


class Run(NamedTuple):
    """The longest stretch that two pieces share.

    Parameters
    ----------
    notes
        How many notes it has: one more than steps; 0 where there is none.
    bar, other_bar
        Where it begins in the one and in the other, from 0.
    """

    notes: int
    bar: int
    other_bar: int


def lead_grams_shared(y: Rows | Heard, x: Rows | Heard, n: int = 6, drum_parts: Sequence[int] = ()) -> float:
    """Which share of the n-grams of y's lead the lead of x has, 0 to 1; a gram is n steps of (interval, inter-onset).

    0 where y has none. The lead is the skyline, see `phrase.lead`; keys do not matter.
    """
    mine = grams(heard(y, drum_parts).lead_steps, n)
    return float(np.isin(mine, grams(heard(x, drum_parts).lead_steps, n)).mean()) if len(mine) else 0.0


def longest_run(y: Rows | Heard, x: Rows | Heard, drum_parts: Sequence[int] = ()) -> tuple[Run, Run]:
    """The longest run of (interval, inter-onset) that the leads of y and x share, and the one of all their notes.

    All notes are taken by onset, those together from the lowest up.
    """
    one, other = heard(y, drum_parts), heard(x, drum_parts)
    leads = (one.lead_steps, one.lead[:, ONSET], other.lead_steps, other.lead[:, ONSET])
    return _run(*leads), _run(one.all_steps, one.onset, other.all_steps, other.onset)


def _run(mine: Ints, onset: Ints, theirs: Ints, other_onset: Ints) -> Run:
    length, at, there = longest_common(mine, theirs)
    if not length:
        return Run(0, 0, 0)
    return Run(length + 1, int(onset[at]) // BAR_STEPS, int(other_onset[there]) // BAR_STEPS)


def longest_common(mine: Ints, theirs: Ints) -> tuple[int, int, int]:
    """The length of the longest stretch that two sequences share, and where it begins in each; (0, 0, 0) without."""
    for n in _LENGTHS:
        known = grams(theirs, n)
        order = np.argsort(known, kind="stable")
        at, there = joined(grams(mine, n), known[order], order)
        if len(at):
            length, first = longest_chain(at, there)
            return length + n - 1, int(at[first]), int(there[first])
    return 0, 0, 0


def grams(steps: Ints, n: int) -> NDArray[np.uint64]:
    """The n-grams of a sequence as hashes (polynomials modulo 2^64), shape (steps - n + 1,), or empty."""
    count = max(len(steps) - n + 1, 0)
    found = np.zeros(count, np.uint64)
    if not count:
        return found
    values = (steps.astype(np.uint64) + np.uint64(1)) * np.uint64(_BASE)
    values ^= values >> np.uint64(29)
    for place in range(n):
        found = found * np.uint64(_BASE) + values[place : place + count]
    return found


def joined(mine: NDArray[np.uint64], known: NDArray[np.uint64], order: Ints) -> tuple[Ints, Ints]:
    """All pairs of equal grams: their places here, and there.

    Parameters
    ----------
    mine
        Grams.
    known, order
        Others, sorted, and the place of each.
    """
    start, stop = (np.searchsorted(known, mine, side) for side in ("left", "right"))
    width = stop - start
    within = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    return np.repeat(np.arange(len(mine)), width), order[np.repeat(start, width) + within]


def longest_chain(at: Ints, there: Ints) -> tuple[int, int]:
    """Of pairs of places, how many follow one another step by step in both at most, and the pair that begins them."""
    shift = there - at
    order = np.lexsort([at, shift])
    goes_on = (np.diff(shift[order]) == 0) & (np.diff(at[order]) == 1)
    edges = np.flatnonzero(np.append(True, ~goes_on))
    lengths = np.diff(np.append(edges, len(at)))
    best = int(lengths.argmax())
    return int(lengths[best]), int(order[edges[best]])
