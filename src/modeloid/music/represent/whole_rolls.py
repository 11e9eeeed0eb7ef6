"""Rolls whose items keep their piece's bounds: crops to learn from, whole pieces to be scored on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..losses import Losses
from ..windows import Address
from .augment import Augmentation, drawn_shifts, fitting


class Rolls(NamedTuple):
    """A batch of rolls of different lengths.

    Parameters
    ----------
    frames
        Shape (n, T, pitches) or (n, T, pitches, 2), uint8 of 0 and 1; T is the longest item's length; 0 behind an
        item's end.
    lengths
        Shape (n,), int64, at least 1: how many of the frames are the item's.
    starts
        Shape (n,), int64: which frame of its piece an item's first one is.
    """

    frames: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class WholeRolls:
    """The items of some pieces.

    Still, an item is a whole piece. To learn from, a piece of T steps has ``ceil(T / W)`` items, each a crop of W steps
    that starts anywhere: starts are drawn from a quarter of a window before the piece to as far behind its last one,
    and taken back into it, so that beginnings and ends are seen as often as the rest. A shorter piece is its own item.

    Parameters
    ----------
    flat
        Shape (steps, pitches) or (steps, pitches, 2): the rolls laid end to end.
    first_step, steps
        Of each piece: where it begins in `flat`, and how long it is.
    width
        W.
    owner
        Of each item: the number of its piece.
    shifts
        Shape (2, pieces): the lowest and the highest transposition that keep a piece in range.
    losses, padded, refused
        What the encoding left out; always 0; the pieces without a note.
    """

    flat: NDArray[np.uint8] = field(repr=False)
    first_step: NDArray[np.int64]
    steps: NDArray[np.int64]
    width: int
    owner: NDArray[np.int64]
    shifts: NDArray[np.int64]
    losses: Losses
    refused: tuple[tuple[int, str], ...] = ()
    padded: int = 0

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def offset(self) -> NDArray[np.int64]:
        """Items lie anywhere; they are named by the beginning of their piece."""
        return np.zeros(len(self), np.int64)

    def still(self, indices: NDArray[np.int64]) -> Rolls:
        """Whole pieces, as they are."""
        owner = self.owner[indices]
        return self._gather(owner, np.zeros(len(owner), np.int64), self.steps[owner])

    def moved(self, indices: NDArray[np.int64], rng: Address) -> Rolls:
        """Crops at random, transposed, each from its own address."""
        owner, uniform = self.owner[indices], rng.uniforms(indices, 2)
        last = np.maximum(self.steps[owner] - self.width, 0)
        margin = np.where(last > 0, self.width // 4, 0)
        drawn = np.floor(uniform[:, 0] * (last + 2 * margin + 1)).astype(np.int64) - margin
        start = np.clip(drawn, 0, last)
        crops = self._gather(owner, start, np.minimum(self.steps[owner], self.width))
        return crops._replace(frames=_shifted(crops.frames, drawn_shifts(uniform[:, 1], *self.shifts[:, owner])))

    def _gather(self, owner: NDArray[np.int64], start: NDArray[np.int64], lengths: NDArray[np.int64]) -> Rolls:
        longest = int(lengths.max(initial=0))
        at = (self.first_step[owner] + start)[:, None] + np.arange(longest)
        inside = np.arange(longest) < lengths[:, None]
        frames = self.flat[np.where(inside, at, 0)]
        frames[~inside] = 0
        return Rolls(frames, lengths, start)


def _shifted(frames: NDArray[np.uint8], shift: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Each item up by its own number of pitches; none falls out, since the shifts fit."""
    pitches = frames.shape[2]
    source = (np.arange(pitches) - shift[:, None]) % pitches
    source = source.reshape(len(frames), 1, pitches, *[1] * (frames.ndim - 3))
    return np.asarray(np.take_along_axis(frames, np.broadcast_to(source, frames.shape), axis=2))


def whole(rolls: Sequence[NDArray[np.uint8]], width: int, augment: Augmentation, losses: Losses) -> WholeRolls:
    """The items of encoded pieces; those without a step have none.

    Parameters
    ----------
    rolls
        Shape (steps, pitches) or (steps, pitches, 2).
    width
        The most steps of an item that is learned from.
    augment
        The transpositions; whether items are cut at all.
    losses
        What the encoding left out.
    """
    steps = np.array([len(roll) for roll in rolls], np.int64)
    sounding = np.array([roll.any() for roll in rolls], np.bool_)
    items = np.where(sounding, -(-steps // width) if augment.moves else 1, 0)
    pitches = rolls[0].shape[1] if rolls else 0
    bounds = np.array([_bounds(roll) for roll in rolls], np.int64).reshape(-1, 2)
    return WholeRolls(
        flat=np.concatenate(rolls) if rolls else np.zeros((0, 0), np.uint8),
        first_step=np.cumsum(steps) - steps,
        steps=steps,
        width=width,
        owner=np.repeat(np.arange(len(rolls)), items),
        shifts=np.stack(fitting(augment.transpose, bounds[:, 0], bounds[:, 1], 0, pitches)),
        losses=losses,
        refused=tuple((int(number), "holds no note in range") for number in np.flatnonzero(~sounding)),
    )


def _bounds(roll: NDArray[np.uint8]) -> tuple[int, int]:
    """The lowest and the highest column in use; a silent roll may go anywhere, and stays."""
    used = np.flatnonzero(roll.reshape(len(roll), roll.shape[1], -1).any(axis=(0, 2)))
    return (int(used[0]), int(used[-1])) if len(used) else (0, roll.shape[1] - 1)
