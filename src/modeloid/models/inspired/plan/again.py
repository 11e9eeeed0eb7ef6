"""Which earlier bar a bar repeats, told from the notes alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, ONSET, PITCH, Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_CLASSES = 12
LIKE = 0.6
"""Least F1 at which a bar counts as repeated."""
_AS_GOOD = 0.05


def again(rows: Rows, bars: int, lags: Sequence[int]) -> Ints:
    """Which class of `lags` each bar has.

    A bar is the set of its (step, pitch class) pairs; two are compared by F1 = 2 |both| / (|one| + |other|). A bar
    repeats the nearest of the earlier bars at the lags that come within 0.05 of the best of them, if the best reaches
    0.6; else, and where the bar is empty, its class is 0.

    Parameters
    ----------
    rows
        Pitched notes alone.
    bars
        How many bars there are.
    lags
        0 first, then rising.

    Returns
    -------
    Shape (bars,), in [0, len(lags)).
    """
    scores = lag_scores(rows, bars, lags[1:])
    best = scores.max(axis=1, initial=0)
    good = scores >= np.maximum(best - _AS_GOOD, LIKE)[:, None]
    return np.where(best >= LIKE, good.argmax(axis=1) + 1, 0) if scores.size else np.zeros(bars, np.int64)


def lag_scores(rows: Rows, bars: int, lags: Sequence[int]) -> Floats:
    """F1 of every bar with the bar each lag before it, shape (bars, lags); 0 where there is none."""
    sets = bar_sets(rows, bars).astype(np.float64)
    sizes = sets.sum(axis=1)
    scores = np.zeros((bars, len(lags)))
    for column, lag in enumerate(lags):
        if lag >= bars:
            continue
        both = (sets[lag:] * sets[:-lag]).sum(axis=1)
        scores[lag:, column] = 2 * both / np.maximum(sizes[lag:] + sizes[:-lag], 1)
    return scores


def bar_sets(rows: Rows, bars: int) -> NDArray[np.bool_]:
    """Which (step, pitch class) pairs begin in each bar: shape (bars, 192)."""
    sets = np.zeros((bars, BAR_STEPS * _CLASSES), np.bool_)
    bar, step = np.divmod(rows[:, ONSET], BAR_STEPS)
    inside = bar < bars
    sets[bar[inside], (step * _CLASSES + rows[:, PITCH] % _CLASSES)[inside]] = True
    return sets
