"""The harmony of each half bar, by the major or minor triad that fits its notes best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..represent.parts.rows import BAR_STEPS, LENGTH, ONSET, PITCH, Rows

CHORDS = 25
"""How many there are: 0 none, 1 to 12 major on C to B, 13 to 24 minor."""

_HALF = BAR_STEPS // 2
_OUTSIDE, _BASS, _FIFTH, _THIRD = 0.8, 0.4, 0.7, 0.9


def chords(rows: Rows, bars: int) -> NDArray[np.int64]:
    """The chord of each half bar.

    A triad's score is the time for which its notes sound (the third counting 0.9, the fifth 0.7), less 0.8 of the time
    of all others, more 0.4 of the time for which its root is the lowest note. The best one is taken; none where nothing
    sounds. Ties go to the lower number. Transposing the notes by k moves the roots by k.

    Parameters
    ----------
    rows
        Pitched notes.
    bars
        How many.

    Returns
    -------
    Shape (bars, 2), 0 to 24, see `CHORDS`.
    """
    time, low = half_bars(rows, bars)
    template = _templates()
    score = time @ template.T
    roots = np.arange(CHORDS - 1) % 12
    score += _BASS * low[:, roots]
    best = score.argmax(axis=1) + 1
    return np.where(time.any(axis=1), best, 0).reshape(bars, 2)


def half_bars(rows: Rows, bars: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For how many steps each pitch class sounds in each half bar, and is the lowest that begins: (2 bars, 12) each."""
    halves = 2 * bars
    time, low = np.zeros((halves, 12)), np.zeros((halves, 12))
    first = rows[:, ONSET] // _HALF
    end = rows[:, ONSET] + rows[:, LENGTH]
    for ahead in range(4):
        # a note is heard for two bars at most
        half = first + ahead
        sounds = np.minimum(end, (half + 1) * _HALF) - np.maximum(rows[:, ONSET], half * _HALF)
        kept = (sounds > 0) & (half < halves)
        np.add.at(time, (half[kept], rows[kept, PITCH] % 12), sounds[kept])
    order = np.lexsort([rows[:, PITCH], first])
    lowest = order[np.append(True, np.diff(first[order]) != 0)[: len(order)]]
    lowest = lowest[first[lowest] < halves]
    low[first[lowest], rows[lowest, PITCH] % 12] = _HALF
    return time, low


def _templates() -> NDArray[np.float64]:
    rows = np.full((CHORDS - 1, 12), -_OUTSIDE)
    for minor in (0, 1):
        for root in range(12):
            row = rows[12 * minor + root]
            row[root], row[(root + 4 - minor) % 12], row[(root + 7) % 12] = 1.0, _THIRD, _FIFTH
    return rows
