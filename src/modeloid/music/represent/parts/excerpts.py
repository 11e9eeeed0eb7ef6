"""Items of some bars each, cut from the notes of pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...losses import Losses
from ...windows import Address, Cuts, cuts
from ..augment import Augmentation, drawn_factors, drawn_shifts, fitting
from ..fill import runs
from .rows import BAR_STEPS, ONSET, PART, PITCH, VELOCITY, Rows

Ints = NDArray[np.int64]
_PITCHES = 128
_LEAST = 1e-9


class Excerpts(NamedTuple):
    """A batch.

    Parameters
    ----------
    rows
        The notes of all excerpts, one behind the other, shape (all notes, 5); onsets count from the beginning of the
        excerpt. Notes that began before it are left out; notes may sound beyond its end.
    edges
        Shape (n + 1,): the notes of excerpt i are ``rows[edges[i] : edges[i + 1]]``.
    owners
        Shape (n,): the number of each one's piece.
    firsts
        Shape (n,): the bar of its piece with which it begins.
    bars
        Shape (n,): how many bars it has; fewer than a window where the piece is shorter.
    tempos_bpm
        Shape (n,): quarters a minute, the mean over its piece.
    piece_bars
        Shape (n,): how many bars its piece has.
    """

    rows: Rows
    edges: Ints
    owners: Ints
    firsts: Ints
    bars: Ints
    tempos_bpm: NDArray[np.float64]
    piece_bars: Ints

    def of(self, number: int) -> Rows:
        """The notes of one excerpt."""
        return self.rows[self.edges[number] : self.edges[number + 1]]


class Encoded(NamedTuple):
    """A piece as notes: ``rows`` in order, the number of its ``bars``, at least 1, and its ``tempo_bpm``."""

    rows: Rows
    bars: int
    tempo_bpm: float


@dataclass(frozen=True)
class ExcerptItems(Cuts):
    """All items of some pieces, in units of bars, see `windows.Cuts`.

    Parameters
    ----------
    notes
        Of all pieces, one behind the other.
    edges
        Shape (bars + 1,): which of them begin in bar b are ``edges[b]:edges[b + 1]``.
    drum_parts
        The parts that are not transposed.
    bars, tempos_bpm, span
        Of each item: the bars of its piece, their tempo, the lowest and the highest transposition (2, items).
    augment
        What is varied.
    at_ends
        Share of the first and last items of pieces that `moved` puts at the very beginning and end.
    losses, padded, refused
        What the encoding left out; how many pieces are shorter than a window; pieces without an item, and why.
    """

    notes: Rows
    edges: Ints
    drum_parts: tuple[int, ...]
    bars: Ints
    tempos_bpm: NDArray[np.float64]
    span: Ints
    augment: Augmentation
    at_ends: float
    losses: Losses
    padded: int
    refused: tuple[tuple[int, str], ...]

    def still(self, indices: Ints) -> Excerpts:
        """Items where and as they are."""
        return self._gather(indices, self.fixed(indices))

    def moved(self, indices: Ints, rng: Address) -> Excerpts:
        """Items that begin at any bar, transposed, louder or softer, faster or slower, each from its own address."""
        uniform = rng.uniforms(indices, 4)
        found = self._gather(indices, self._begun(indices, uniform[:, 0]))
        rows, counts = found.rows, np.diff(found.edges)
        shift = drawn_shifts(uniform[:, 1], *self.span[:, indices])
        rows[:, PITCH] += np.repeat(shift, counts) * ~np.isin(rows[:, PART], self.drum_parts)
        loud = np.repeat(drawn_factors(uniform[:, 2], self.augment.velocity), counts)
        rows[:, VELOCITY] = np.clip(np.rint(rows[:, VELOCITY] * loud), 1, 127)
        return found._replace(tempos_bpm=found.tempos_bpm * drawn_factors(uniform[:, 3], self.augment.tempo))

    def _begun(self, indices: Ints, uniform: NDArray[np.float64]) -> Ints:
        """Where items begin: at any bar, or more often than by chance where their pieces begin and end."""
        first, last = self.item[indices] == 0, self.item[indices] == self.items[indices] - 1
        share = np.where(first | last, self.at_ends, 0.0)
        edge = np.where(first, 0, self.starts[indices] - 1)
        rest = np.clip((uniform - share) / np.maximum(1 - share, _LEAST), 0, 1 - _LEAST)
        return np.where(uniform < share, edge, self.random(indices, rest))

    def _gather(self, indices: Ints, start: Ints) -> Excerpts:
        first = self.first_step[indices] + start
        bars = np.minimum(self.width, self.bars[indices] - start)
        begin = self.edges[first]
        counts = self.edges[first + bars] - begin
        rows = self.notes[runs(begin, counts)]
        rows[:, ONSET] -= np.repeat(start * BAR_STEPS, counts)
        edges = np.cumsum(np.append(0, counts))
        owner, tempos_bpm, piece_bars = self.owner[indices], self.tempos_bpm[indices], self.bars[indices]
        return Excerpts(rows, edges, owner, start, bars, tempos_bpm, piece_bars)


def excerpts(
    pieces: Sequence[Encoded],
    owners: Sequence[int],
    width: int,
    drum_parts: tuple[int, ...],
    augment: Augmentation,
    at_ends: float,
    said: tuple[Losses, tuple[tuple[int, str], ...]],
) -> ExcerptItems:
    """Lay pieces end to end and cut them.

    Parameters
    ----------
    pieces, owners
        And the number of each among those that were given.
    width
        Bars of an item.
    drum_parts
        The parts that are not transposed.
    augment
        What is varied.
    at_ends
        See `ExcerptItems`.
    said
        What the encoding left out; the pieces that were refused, and why.
    """
    bars = np.array([piece.bars for piece in pieces], np.int64)
    room = np.maximum(bars, width)
    where = cuts(room, width)
    lies = np.cumsum(room) - room
    begins = [first + piece.rows[:, ONSET] // BAR_STEPS for first, piece in zip(lies, pieces, strict=True)]
    bar = np.concatenate([np.zeros(0, np.int64), *begins])
    spans = np.array([_span(piece.rows, drum_parts, augment) for piece in pieces], np.int64).reshape(-1, 2)
    tempos = np.array([piece.tempo_bpm for piece in pieces], np.float64)
    return ExcerptItems(
        **{**vars(where), "owner": np.array(owners, np.int64)[where.owner]},
        notes=np.concatenate([np.zeros((0, 5), np.int64), *[piece.rows for piece in pieces]]),
        edges=np.searchsorted(bar, np.arange(int(room.sum()) + 1)),
        drum_parts=drum_parts,
        bars=bars[where.owner],
        tempos_bpm=tempos[where.owner],
        span=spans[where.owner].T,
        augment=augment,
        at_ends=at_ends,
        losses=said[0],
        padded=int((bars < width).sum()),
        refused=said[1],
    )


def _span(rows: Rows, drum_parts: tuple[int, ...], augment: Augmentation) -> tuple[int, int]:
    pitch = rows[~np.isin(rows[:, PART], drum_parts), PITCH]
    if not len(pitch):
        return 0, 0
    low, high = fitting(augment.transpose, pitch.min(keepdims=True), pitch.max(keepdims=True), 0, _PITCHES)
    return int(low[0]), int(high[0])
