"""What a transfer keeps of a phrase: its pitches, its rhythm, the contour of its upper line; how much phrases vary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rolls = NDArray[np.uint8]
"""Shape (n, steps, pitches), 0 or 1."""
Floats = NDArray[np.float64]


def cells(one: Rolls, other: Rolls) -> Floats:
    """F1 of the cells that sound, of each pair of phrases: 1 the same, 0 nothing in common; 1 where both are silent."""
    both = (one & other).reshape(len(one), -1).sum(1)
    total = one.reshape(len(one), -1).sum(1, dtype=np.int64) + other.reshape(len(other), -1).sum(1, dtype=np.int64)
    return np.where(total > 0, 2 * both / np.maximum(total, 1), 1.0)


def rhythm(one: Rolls, other: Rolls) -> Floats:
    """F1 of the steps at which some note begins; as `cells`."""
    first, second = (_begins(rolls).max(axis=2, keepdims=True) for rolls in (one, other))
    return cells(first, second)


def pitch(one: Rolls, other: Rolls, steps: int = 16) -> Floats:
    """Overlap of the pitch classes that sound, bar by bar: ``sum min(p, q)`` of shares of time, mean over bars.

    Bars in which neither sounds are left out; a bar that sounds in one alone counts 0. 1 where there is no other bar.
    """
    first, second = _classes(one, steps), _classes(other, steps)
    sums = [histogram.sum(-1, keepdims=True) for histogram in (first, second)]
    shares = [histogram / np.maximum(total, 1) for histogram, total in zip((first, second), sums, strict=True)]
    overlap = np.minimum(*shares).sum(-1)
    heard = (sums[0][..., 0] > 0) | (sums[1][..., 0] > 0)
    bars = heard.sum(1)
    return np.where(bars > 0, (overlap * heard).sum(1) / np.maximum(bars, 1), 1.0)


def contour(one: Rolls, other: Rolls) -> Floats:
    """Correlation of the highest pitches over the steps at which both sound: -1 to 1.

    NaN where fewer than four steps sound in both, or one of the two lines never moves.
    """
    lines = [_top(rolls) for rolls in (one, other)]
    found = np.full(len(one), np.nan)
    for row, (first, second) in enumerate(zip(*lines, strict=True)):
        heard = (first >= 0) & (second >= 0)
        if heard.sum() >= 4 and first[heard].std() > 0 and second[heard].std() > 0:
            found[row] = np.corrcoef(first[heard], second[heard])[0, 1]
    return found


def variety(rolls: Rolls, rng: np.random.Generator, pairs: int = 500) -> float:
    """How unlike phrases of a set are: 1 less the mean F1 of their cells over random pairs; 0 is one phrase."""
    first = rng.integers(0, len(rolls), pairs)
    second = (first + rng.integers(1, max(2, len(rolls)), pairs)) % len(rolls)
    return float(1 - cells(rolls[first], rolls[second]).mean())


def _begins(rolls: Rolls) -> Rolls:
    before = np.concatenate([np.zeros_like(rolls[:, :1]), rolls[:, :-1]], axis=1)
    return np.asarray(rolls & ~before & 1, np.uint8)


def _classes(rolls: Rolls, steps: int) -> NDArray[np.int64]:
    n, length, pitches = rolls.shape
    padded = np.zeros((n, -(-length // steps) * steps, -(-pitches // 12) * 12), np.int64)
    padded[:, :length, :pitches] = rolls
    return np.asarray(padded.reshape(n, -1, steps, padded.shape[2] // 12, 12).sum(axis=(2, 3)), np.int64)


def _top(rolls: Rolls) -> NDArray[np.int64]:
    """The highest row that sounds at each step, -1 for none."""
    highest = rolls.shape[2] - 1 - rolls[:, :, ::-1].argmax(axis=2)
    return np.where(rolls.any(axis=2), highest, -1)
