"""Baselines of rolls that need no training: each pitch on its own, with and without its own past. Exact likelihoods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Roll = NDArray[np.uint8]
_LONGEST = 8


def marginals(train: Sequence[Roll], scored: Sequence[Roll]) -> NDArray[np.float64]:
    """Each pitch is on with the share of training frames in which it was; add-one-half (Krichevsky, Trofimov 1981).

    Parameters
    ----------
    train, scored
        Rolls of shape (frames, pitches), 0 or 1.

    Returns
    -------
    Log-likelihood in nats of each scored roll, shape (len(scored),).
    """
    return history(train, scored, 0)


def history(train: Sequence[Roll], scored: Sequence[Roll], frames: int) -> NDArray[np.float64]:
    """An n-gram of each pitch on its own: whether it is on, given whether it was in each of the last frames.

    Before the beginning all is silent. A pitch whose past was rarely seen leans on all pitches with the same past:
    their share counts as two observations.

    Parameters
    ----------
    frames
        How many frames back, 0 to 8.

    Returns
    -------
    Log-likelihood in nats of each scored roll, shape (len(scored),).
    """
    if not 0 <= frames <= _LONGEST:
        raise ValueError(f"frames={frames} is out of range: 0 to {_LONGEST}")
    pitches = train[0].shape[1]
    seen, on = np.zeros((2**frames, pitches)), np.zeros((2**frames, pitches))
    column = np.arange(pitches)
    for roll in train:
        past = _past(roll, frames)
        np.add.at(seen, (past, column), 1)
        np.add.at(on, (past, column), roll)
    shared = (on.sum(1, keepdims=True) + 0.5) / (seen.sum(1, keepdims=True) + 1)
    weight = 1.0 if frames == 0 else 2.0
    lean = 0.5 if frames == 0 else 2 * shared
    likely = (on + lean) / (seen + weight)
    return np.array([_score(roll, likely[_past(roll, frames), column]) for roll in scored])


def _past(roll: Roll, frames: int) -> NDArray[np.int64]:
    """The last frames of each pitch as one number, shape (frames, pitches)."""
    found = np.zeros(roll.shape, np.int64)
    for lag in range(1, frames + 1):
        found[lag:] += roll[:-lag].astype(np.int64) << (lag - 1)
    return found


def _score(roll: Roll, likely: NDArray[np.float64]) -> float:
    return float(np.where(roll, np.log(likely), np.log1p(-likely)).sum())
