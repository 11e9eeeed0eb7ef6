"""Slices of eight bars in one block of notes, so that all of them are looked at together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH, Rows

Ints = NDArray[np.int64]

SLICE_BARS = 8
SLICE_STEPS = SLICE_BARS * BAR_STEPS


class Slices(NamedTuple):
    """Notes of many slices.

    Parameters
    ----------
    rows
        Shape (notes, 5), onsets from the beginning of each one's slice, 0 to `SLICE_STEPS` - 1.
    owner
        Shape (notes,): the number of each one's slice.
    total
        How many slices; some may have no notes.
    """

    rows: Rows
    owner: Ints
    total: int

    def where(self, kept: NDArray[np.bool_]) -> Slices:
        """The notes that are kept, of as many slices."""
        return Slices(self.rows[kept], self.owner[kept], self.total)

    def once(self) -> Slices:
        """Of notes of one pitch that begin together, in whatever parts, the longest."""
        rows = self.rows
        order = np.lexsort([-rows[:, LENGTH], rows[:, PITCH], rows[:, ONSET], self.owner])
        sounds = np.column_stack([self.owner, rows[:, ONSET], rows[:, PITCH]])[order]
        first = np.append(True, (sounds[1:] != sounds[:-1]).any(axis=1))[: len(rows)]
        return Slices(rows[order[first]], self.owner[order[first]], self.total)

    def pitched(self, drum_parts: Sequence[int]) -> Slices:
        """Without the drums."""
        return self.where(~np.isin(self.rows[:, PART], np.asarray(drum_parts, np.int64)))

    def drums(self, drum_parts: Sequence[int]) -> Slices:
        """Nothing but the drums."""
        return self.where(np.isin(self.rows[:, PART], np.asarray(drum_parts, np.int64)))


def together(slices: Sequence[Rows]) -> Slices:
    """Slices given one by one; what lies beyond eight bars is left out.

    Parameters
    ----------
    slices
        Rows of each, onsets counted from its beginning.
    """
    rows = np.concatenate([np.zeros((0, 5), np.int64), *slices])
    owner = np.repeat(np.arange(len(slices)), [len(one) for one in slices])
    return _inside(rows, owner, len(slices))


def taken(rows: Rows, edges: Ints, which: Ints, first_bars: Ints) -> Slices:
    """Slices out of longer excerpts.

    Parameters
    ----------
    rows, edges
        Notes of excerpts, ``rows[edges[i] : edges[i + 1]]`` those of excerpt i, in the order of onsets.
    which
        Shape (n,): the excerpt of each slice.
    first_bars
        Shape (n,): the bar with which each begins.
    """
    begin, counts = edges[which], np.diff(edges)[which]
    owner = np.repeat(np.arange(len(which)), counts)
    lies = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts) + begin[owner]
    found = rows[lies]
    found[:, ONSET] -= first_bars[owner] * BAR_STEPS
    return _inside(found, owner, len(which))


def joined(parts: Sequence[Slices]) -> Slices:
    """The slices of several blocks in one, in order."""
    before = np.cumsum([0, *(part.total for part in parts)])
    rows = np.concatenate([np.zeros((0, 5), np.int64), *(part.rows for part in parts)])
    owners = [part.owner + first for part, first in zip(parts, before[:-1], strict=True)]
    return Slices(rows, np.concatenate([np.zeros(0, np.int64), *owners]), int(before[-1]))


def _inside(rows: Rows, owner: Ints, count: int) -> Slices:
    kept = (rows[:, ONSET] >= 0) & (rows[:, ONSET] < SLICE_STEPS)
    rows = rows[kept]
    rows[:, LENGTH] = np.minimum(rows[:, LENGTH], SLICE_STEPS - rows[:, ONSET])
    return Slices(rows, owner[kept], count)
