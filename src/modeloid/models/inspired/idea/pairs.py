"""Pairs of slices of one piece that do not copy one another: what the encoder is to find alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, ONSET, PART, PITCH, Excerpts

from .slices import SLICE_BARS, Ints

Floats = NDArray[np.float32]

COPY_LIMIT = 0.4
"""Mean F1 of the bars' onsets with the likest bar of the other slice: strangers of POP909 have less in 95 of 100."""

_KEYS = 128


class Pairs(NamedTuple):
    """Two slices of each excerpt, by the bar of the excerpt that each begins with.

    Parameters
    ----------
    which
        Shape (n,): the excerpt.
    left, right
        Shape (n,): first bars, eight bars apart or more.
    copied
        Shape (n,): how much they copy one another, 0 to 1, see `copying`.
    """

    which: Ints
    left: Ints
    right: Ints
    copied: Floats


def low_copy(batch: Excerpts, draw: np.random.Generator, drum_parts: tuple[int, ...] = ()) -> Pairs:
    """A pair out of each excerpt that has room for one: any below `COPY_LIMIT`, else the one that copies least.

    Parameters
    ----------
    batch
        Excerpts of 16 bars or more; shorter ones give none.
    draw
        Where the random numbers come from.
    drum_parts
        The parts that are drums: they are not compared.
    """
    starts = int(batch.bars.max(initial=0)) - SLICE_BARS + 1
    if starts <= SLICE_BARS:
        none = np.zeros(0, np.int64)
        return Pairs(none, none, none, np.zeros(0, np.float32))
    copied = copying(batch, drum_parts)
    copied = np.maximum(copied, copied.transpose(0, 2, 1))
    first = np.arange(starts)
    apart = first[None] - first[:, None] >= SLICE_BARS
    inside = first[None] <= (batch.bars - SLICE_BARS)[:, None]
    open_ = apart & inside[:, None, :]
    # below the limit all are alike; above it, the less the better
    worth = np.where(open_, -np.maximum(copied, COPY_LIMIT) + 1e-4 * draw.random(copied.shape), -np.inf)
    best = worth.reshape(len(worth), -1).argmax(axis=1)
    which = np.flatnonzero(open_.any(axis=(1, 2)))
    left, right = np.divmod(best[which], starts)
    found = np.stack([left, right], axis=1).astype(np.int64)
    # either may be the one that is looked for
    found = draw.permuted(found, axis=1)
    return Pairs(which, found[:, 0], found[:, 1], copied[which, left, right])


def copying(batch: Excerpts, drum_parts: tuple[int, ...] = ()) -> Floats:
    """How much each slice of an excerpt copies each other one, untransposed: a song seldom repeats itself otherwise.

    Returns
    -------
    Shape (n, starts, starts), 0 to 1: the mean over the bars of the slice beginning at the first bar of the best F1 of
    (pitch, step) with any bar of the slice beginning at the second.
    """
    rolls = _bars(batch, drum_parts)
    both = rolls @ rolls.transpose(0, 2, 1)
    count = rolls.sum(axis=2)
    f1 = 2 * both / np.maximum(count[:, :, None] + count[:, None, :], 1)
    best = sliding_window_view(f1, SLICE_BARS, axis=2).max(axis=3)
    found: Floats = sliding_window_view(best, SLICE_BARS, axis=1).mean(axis=3)
    return found


def _bars(batch: Excerpts, drum_parts: tuple[int, ...]) -> Floats:
    """The onsets of each bar, shape (n, bars, 16 * 128)."""
    bars = int(batch.bars.max(initial=0))
    rolls = np.zeros((len(batch.owners), bars * BAR_STEPS, _KEYS), np.float32)
    rows = batch.rows
    owner = np.repeat(np.arange(len(batch.owners)), np.diff(batch.edges))
    kept = ~np.isin(rows[:, PART], np.asarray(drum_parts, np.int64)) & (rows[:, ONSET] < bars * BAR_STEPS)
    rolls[owner[kept], rows[kept, ONSET], rows[kept, PITCH]] = 1
    return rolls.reshape(len(rolls), bars, BAR_STEPS * _KEYS)
