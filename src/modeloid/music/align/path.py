"""The way of a performance through the chords of a score: dynamic programming over all notes and all chords.

Each note of the performance, in the order of onsets, lies at one chord of the score. From note to note the way stays at
its chord, goes on by some chords, or leaps anywhere (a repeat that is written once and played twice, or the other way
round). The cheapest way is taken: a note that its chord does not have costs 1, a note of the score that is passed over
1, a leap as much as a dozen of these. In the family of online matchers of Dannenberg (1984) with leaps as in Nakamura,
Nakamura and Sagayama (2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .notes import Chords, Notes

Ints = NDArray[np.int64]
Costs = NDArray[np.float32]

_FARTHEST = 4
"""Chords by which the way goes on at most, but for leaps."""
_LEAP = 24.0
_WRONG = 1.0
_AGAIN = 0.6
"""Cost of another note at a chord of one note."""
_SPREAD_S, _LATE_S = 0.06, 0.3
"""A note that follows so soon costs nothing at the same chord; one that follows so late costs `_AGAIN`."""
_SOON = 0.3
"""Cost of going on within no time, which falls to nothing until `_SPREAD_S`."""
_JUMPED = _FARTHEST + 1


def way(chords: Chords, played: Notes) -> Ints:
    """The chord of each note of a performance.

    Parameters
    ----------
    chords
        Of the score, one at least.
    played
        In the order of onsets, one note at least.

    Returns
    -------
    Shape (notes,).
    """
    size = chords.size.astype(np.float32)
    passed = np.concatenate([[0], np.cumsum(size)]).astype(np.float32)
    gap_s = np.diff(played.onset, prepend=played.onset[0])
    late = np.clip((gap_s - _SPREAD_S) / (_LATE_S - _SPREAD_S), 0, 1) * _AGAIN
    soon = np.clip(1 - gap_s / _SPREAD_S, 0, 1) * _SOON
    alone = np.where(size == 1, _AGAIN, 0).astype(np.float32)
    wrong = _WRONG * ~chords.has
    wrong = wrong.astype(np.float32)
    cost = np.minimum(passed[:-1], _LEAP) + wrong[played.pitch[0]]
    steps = np.zeros((len(played.pitch), len(size)), np.int8)
    leapt_from = np.zeros(len(played.pitch), np.int64)
    for note in range(1, len(played.pitch)):
        leapt_from[note] = int(cost.argmin())
        cost = _onward(cost, steps[note], alone, passed, float(late[note]), float(soon[note]))
        cost += wrong[played.pitch[note]]
    left = np.minimum(passed[-1] - passed[1:], _LEAP)
    return _back(steps, leapt_from, int((cost + left).argmin()))


def _onward(cost: Costs, step: NDArray[np.int8], alone: Costs, passed: Costs, late: float, soon: float) -> Costs:
    """The least cost of being at each chord before the note is heard; writes how it was reached into `step`."""
    best = cost + np.maximum(alone, late)
    for far in range(1, min(_FARTHEST, len(cost) - 1) + 1):
        tried = cost[:-far] + (passed[far:-1] - passed[1:-far]) + soon
        better = tried < best[far:]
        np.copyto(best[far:], tried, where=better)
        step[far:][better] = far
    leap = float(cost.min()) + _LEAP
    jumped = best > leap
    best[jumped] = leap
    step[jumped] = _JUMPED
    return best


def _back(steps: NDArray[np.int8], leapt_from: Ints, last: int) -> Ints:
    found = np.empty(len(steps), np.int64)
    at = last
    for note in range(len(steps) - 1, -1, -1):
        found[note] = at
        step = int(steps[note, at])
        at = int(leapt_from[note]) if step == _JUMPED else at - step
    return found
