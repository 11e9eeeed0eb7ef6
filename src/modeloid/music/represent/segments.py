"""Notes cut at bar lines, and batches of multi-track rolls filled from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..losses import Losses
from ..windows import Address, Cuts, cuts
from .augment import Augmentation, drawn_factors, drawn_shifts, fitting
from .fill import runs

if TYPE_CHECKING:
    from .multitrack import MultiTrack


_PLACE = 8
"""How many bits of a cell are taken by the velocity (7) and by whether it is pitched (1); the rest is its place."""


@dataclass(frozen=True)
class Segments:
    """The parts of notes that lie in one bar each, bar by bar.

    Parameters
    ----------
    bars
        How many bars each stretch of the piece has that lies in the representation's meter.
    bar, step, count
        Of each segment: its bar, its first step there, how many steps it has.
    pitch, column, velocity
        Row and track of the roll; 0 to 127.
    losses
        What was left out.
    """

    bars: NDArray[np.int64]
    bar: NDArray[np.int64]
    step: NDArray[np.int64]
    count: NDArray[np.int64]
    pitch: NDArray[np.int64]
    column: NDArray[np.int64]
    velocity: NDArray[np.int64]
    losses: Losses = field(default_factory=Losses)

    def fill(self, array: NDArray[Any], value: NDArray[Any]) -> None:
        """Write the segments into an array (bars, steps, pitches, tracks) of zeros."""
        size = array[0].size if len(array) else 0
        array.ravel()[self.cells(self.bar * size, array.shape)] = np.repeat(value, self.count)

    def cells(self, base: NDArray[np.int64] | int, shape: tuple[int, ...]) -> NDArray[np.int64]:
        """All cells of all segments in a flat bar of an array of this shape, counted from `base`."""
        _, _, pitches, tracks = shape
        first = base + (self.step * pitches + self.pitch) * tracks + self.column
        return runs(first, self.count, pitches * tracks)


@dataclass(frozen=True)
class TrackWindows(Cuts):
    """Every window of some pieces, W bars each, in units of bars (see `windows.Cuts`).

    A stretch of bars between two of another meter counts as a piece of its own.

    Parameters
    ----------
    shape, dtype
        Of one item.
    edges
        Shape (bars + 1,): the cells of bar b are ``edges[b]:edges[b + 1]``.
    cells
        uint32, one a cell that sounds: its place in the flat bar, velocity and whether it is pitched, packed.
    shifts
        Shape (2, pieces): lowest and highest transposition.
    augment
        What is varied.
    losses, padded, refused
        What the encoding left out; how many stretches are shorter than a window; pieces without an item, and why.
    """

    shape: tuple[int, ...]
    dtype: Any
    edges: NDArray[np.int64]
    cells: NDArray[np.uint32]
    shifts: NDArray[np.int64]
    augment: Augmentation
    losses: Losses
    padded: int
    refused: tuple[tuple[int, str], ...]

    def still(self, indices: NDArray[np.int64]) -> NDArray[Any]:
        """Items where and as they are, shape (n, bars, steps, pitches, tracks)."""
        return self._gather(indices, self.fixed(indices), None)

    def moved(self, indices: NDArray[np.int64], rng: Address) -> NDArray[Any]:
        """Items cut and varied at random, each from its own address."""
        uniform = rng.uniforms(indices, 3)
        return self._gather(indices, self.random(indices, uniform[:, 0]), uniform)

    def _gather(
        self, indices: NDArray[np.int64], start: NDArray[np.int64], uniform: NDArray[np.float64] | None
    ) -> NDArray[Any]:
        bar = self.first_step[indices] + start
        begin = self.edges[bar]
        # one bar of one item is one run of cells, and one block of the flat array
        lines = self.edges[bar[:, None] + np.arange(self.width + 1)]
        counts = np.diff(lines, axis=1)
        size = int(np.prod(self.shape[1:]))
        block = np.arange(counts.size) * size
        found = self.cells[runs(begin, counts.sum(axis=1))]
        place = np.repeat(block, counts.ravel())
        place += found >> _PLACE
        velocity = (found >> 1) & 127
        if uniform is not None and self.augment.transpose != (0, 0):
            shift = drawn_shifts(uniform[:, 1], *self.shifts[:, self.owner[indices]]) * self.shape[3]
            place += np.repeat(shift, counts.sum(axis=1)) * (found & 1)
        loud: NDArray[Any] = velocity
        if uniform is not None and self.augment.velocity != (1.0, 1.0):
            factor = drawn_factors(uniform[:, 2], self.augment.velocity)
            loud = np.clip(velocity * np.repeat(factor, counts.sum(axis=1)), 1, 127)
        array = np.zeros((len(indices), *self.shape), self.dtype)
        array.ravel()[place] = 1 if self.dtype == np.uint8 else loud / np.float32(127.0)
        return array


def joined(
    found: Sequence[Segments],
    owners: Sequence[int],
    refused: tuple[tuple[int, str], ...],
    kind: MultiTrack,
    augment: Augmentation,
) -> TrackWindows:
    """Lay pieces end to end, each stretch at least as long as a window."""
    width = kind.shape[0]
    bars = np.concatenate([np.zeros(0, np.int64), *[one.bars for one in found]])
    stretch_owner = np.repeat(np.array(owners, np.int64), [len(one.bars) for one in found])
    room = np.maximum(bars, width)
    # where each bar of each piece lies once short stretches have got their room
    lies = runs(np.cumsum(room) - room, bars)
    before = np.cumsum([0] + [int(one.bars.sum()) for one in found])
    drums = np.array([part.is_drum for part in kind.parts])
    packed = [_packed(one, drums, kind.shape) for one in found]
    bar = [np.repeat(one.bar + first, one.count) for one, first in zip(found, before, strict=False)]
    in_bar = lies[np.concatenate([np.zeros(0, np.int64), *bar])]
    where = cuts(room, width)
    pieces = len(found) + len(refused)
    return TrackWindows(
        **{**vars(where), "owner": stretch_owner[where.owner]},
        shape=kind.shape,
        dtype=kind.dtype,
        edges=np.searchsorted(in_bar, np.arange(int(room.sum()) + 1)),
        cells=np.concatenate([np.zeros(0, np.uint32), *packed]),
        shifts=_shifts(found, owners, pieces, drums, kind, augment),
        augment=augment,
        losses=sum((one.losses for one in found), Losses()),
        padded=int((bars < width).sum()),
        refused=refused,
    )


def _packed(one: Segments, drums: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.uint32]:
    low = np.maximum(one.velocity, 1) << 1 | ~drums[one.column]
    return (one.cells(0, shape) << _PLACE | np.repeat(low, one.count)).astype(np.uint32)


def _shifts(
    found: Sequence[Segments],
    owners: Sequence[int],
    pieces: int,
    drums: NDArray[np.bool_],
    kind: MultiTrack,
    augment: Augmentation,
) -> NDArray[np.int64]:
    lowest, highest = np.full(pieces, kind.low), np.full(pieces, kind.low)
    for owner, one in zip(owners, found, strict=True):
        pitched = one.pitch[~drums[one.column]]
        if len(pitched):
            lowest[owner], highest[owner] = pitched.min() + kind.low, pitched.max() + kind.low
    return np.stack(fitting(augment.transpose, lowest, highest, kind.low, kind.high))
