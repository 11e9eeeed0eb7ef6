"""Where items are cut from pieces laid end to end, and windows of rolls cut and transposed by one gather a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .losses import Losses


class Address(Protocol):
    """What a batch needs of a random address: numbers that depend on the item alone."""

    def uniforms(self, indices: NDArray[np.int64], k: int = 1) -> NDArray[np.float64]:
        """`k` numbers in [0, 1) for each index, shape (len(indices), k)."""
        ...


@dataclass(frozen=True)
class Cuts:
    """Where the items of pieces lie.

    A piece of T steps has ``ceil(T / W)`` items of W steps. Fixed, item k starts at ``k * W``, the last one so that it
    ends with the piece. At random, the possible starts 0 ... T - W are cut into as many equal stretches as there are
    items, and item k starts anywhere in the k-th: all starts are equally likely, and an epoch passes over the whole
    piece. A piece shorter than W was lengthened with silence at its end and has one item.

    Parameters
    ----------
    width
        W.
    first_step
        Where the item's piece begins, one an item.
    item
        The item's number inside its piece.
    items
        How many items its piece has.
    starts
        How many starts its piece has: T - W + 1.
    owner
        The number of its piece.
    """

    width: int
    first_step: NDArray[np.int64]
    item: NDArray[np.int64]
    items: NDArray[np.int64]
    starts: NDArray[np.int64]
    owner: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.item)

    @property
    def offset(self) -> NDArray[np.int64]:
        """The step of its piece at which each item lies when it is not moved."""
        return self.fixed(np.arange(len(self)))

    def fixed(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """The starting steps of items inside their pieces."""
        return np.asarray(np.minimum(self.item[indices] * self.width, self.starts[indices] - 1))

    def random(self, indices: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Random starting steps of items inside their pieces, from one number in [0, 1) each."""
        at = (self.item[indices] + uniform) * self.starts[indices] / self.items[indices]
        return np.minimum(at.astype(np.int64), self.starts[indices] - 1)


def cuts(steps: Sequence[int] | NDArray[np.int64], width: int) -> Cuts:
    """Cut pieces of so many steps, at least `width` each, laid end to end."""
    lengths = np.asarray(steps, np.int64)
    count = -(-lengths // width)
    owner = np.repeat(np.arange(len(lengths)), count)
    return Cuts(
        width=width,
        first_step=np.repeat(np.cumsum(lengths) - lengths, count),
        item=np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count),
        items=np.repeat(count, count),
        starts=np.repeat(lengths - width + 1, count),
        owner=owner,
    )


@dataclass(frozen=True)
class Windows(Cuts):
    """Every window of a part's rolls.

    Parameters
    ----------
    view
        Shape (steps, shifts, W, pitches) or (…, 2): all windows of all pieces as strides over one array.
    grid
        Random starts are multiples of so many steps: a beat's, so that the metre keeps its place.
    losses, padded, refused
        What the encoding left out; how many pieces are shorter than a window; the pieces that have no item, and why.
    """

    view: NDArray[np.uint8] = field(repr=False)
    grid: int = 1
    losses: Losses = field(default_factory=Losses)
    padded: int = 0
    refused: tuple[tuple[int, str], ...] = ()

    def still(self, indices: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Items where and as they are."""
        return self.gather(indices, self.fixed(indices), np.zeros(len(indices), np.int64))

    def moved(self, indices: NDArray[np.int64], rng: Address) -> NDArray[np.uint8]:
        """Items cut and transposed at random, each from its own address."""
        uniform = rng.uniforms(indices, 2)
        choices = self.view.shape[1]
        # a window that lies lower in the widened roll is the same music transposed up
        shift = np.minimum((uniform[:, 1] * choices).astype(np.int64), choices - 1)
        start = self.random(indices, uniform[:, 0]) // self.grid * self.grid
        return self.gather(indices, start, shift)

    def gather(
        self, indices: NDArray[np.int64], start: NDArray[np.int64], shift: NDArray[np.int64]
    ) -> NDArray[np.uint8]:
        """The windows from `start` on, `shift` pitches from the lowest; shape (items, W, pitches) or (…, 2)."""
        return np.ascontiguousarray(self.view[self.first_step[indices] + start, shift])


def lengthened(arrays: Sequence[NDArray[np.uint8]], width: int) -> list[NDArray[np.uint8]]:
    """The same arrays, zeros behind those of fewer than `width` rows."""
    return [np.pad(array, [(0, max(0, width - len(array)))] + [(0, 0)] * (array.ndim - 1)) for array in arrays]


def cut(rolls: Sequence[NDArray[np.uint8]], shape: tuple[int, ...], grid: int = 1) -> Windows:
    """Lay rolls end to end and cut them.

    Parameters
    ----------
    rolls
        Shape (steps, pitches) or (steps, pitches, 2); at least as many pitches as a window has.
    shape
        Of one window: (W, pitches) or (W, pitches, 2).
    grid
        Random starts are multiples of so many steps.
    """
    width = shape[0]
    padded = lengthened(rolls, width)
    view = np.lib.stride_tricks.sliding_window_view(np.concatenate(padded), shape[:2], axis=(0, 1))
    if len(shape) > 2:
        view = np.moveaxis(view, 2, -1)
    where = cuts([len(roll) for roll in padded], width)
    return Windows(**vars(where), view=view, grid=grid, padded=sum(len(roll) < width for roll in rolls))
