"""Baselines of rolls that need no training: n-grams of single pitches and of whole frames. Exact likelihoods."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

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
    return np.array([nats.sum() for nats in _by_frame(train, scored, frames)])


def chords(train: Sequence[Roll], scored: Sequence[Roll], frames: int, past: int) -> NDArray[np.float64]:
    """An n-gram of whole frames that leans on shorter ones, and at last, for frames never seen, on `history`.

    ``p_k(x | h) = (count(h x) + kinds(h) p_{k-1}(x | h')) / (count(h) + kinds(h))``, where h are the last k frames, h'
    the last k - 1, and kinds(h) how many different frames have followed h (Witten and Bell 1991, method C,
    interpolated). A piece begins after frames that are like no other.

    Parameters
    ----------
    frames
        k, how many frames back, at least 0.
    past
        How many frames back `history` looks.

    Returns
    -------
    Log-likelihood in nats of each scored roll, shape (len(scored),).
    """
    followed: dict[tuple[int, ...], Counter[int]] = {}
    names: dict[bytes, int] = {}
    for roll in train:
        for name, before in _named(roll, frames, names):
            for length in range(frames + 1):
                followed.setdefault(before[frames - length :], Counter())[name] += 1
    sums = {before: (found.total(), len(found)) for before, found in followed.items()}
    totals = []
    for roll, unseen in zip(scored, _by_frame(train, scored, past), strict=True):
        total = 0.0
        for (name, before), nats in zip(_named(roll, frames, names), unseen, strict=True):
            likely = math.exp(nats)
            for length in range(frames + 1):
                after = before[frames - length :]
                if after not in sums:
                    break
                count, kinds = sums[after]
                likely = (followed[after][name] + kinds * likely) / (count + kinds)
            total += math.log(likely)
        totals.append(total)
    return np.array(totals)


def _named(roll: Roll, frames: int, names: dict[bytes, int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each frame's number, and those of the frames before it, the last one at the end; -1 before the beginning."""
    before = (-1,) * frames
    for packed in np.packbits(roll, axis=1):
        name = names.setdefault(packed.tobytes(), len(names))
        yield name, before
        before = (*before, name)[1:] if frames else ()


def _by_frame(train: Sequence[Roll], scored: Sequence[Roll], frames: int) -> list[NDArray[np.float64]]:
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
    return [_score(roll, likely[_past(roll, frames), column]) for roll in scored]


def _past(roll: Roll, frames: int) -> NDArray[np.int64]:
    """The last frames of each pitch as one number, shape (frames, pitches)."""
    found = np.zeros(roll.shape, np.int64)
    for lag in range(1, frames + 1):
        found[lag:] += roll[:-lag].astype(np.int64) << (lag - 1)
    return found


def _score(roll: Roll, likely: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.where(roll, np.log(likely), np.log1p(-likely)).sum(1))
