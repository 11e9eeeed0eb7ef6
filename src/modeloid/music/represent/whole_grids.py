"""Grids of voices whose items keep their piece's bounds: crops to learn from, whole pieces to be scored on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..losses import Losses
from ..windows import Address
from .augment import Augmentation, drawn_shifts
from .whole_rolls import Rolls, WholeRolls, whole

SILENT = 0
"""The number of a voice that rests; pitches count from 1."""
_BYTE = 255


class Grids(NamedTuple):
    """A batch of grids of different lengths.

    Parameters
    ----------
    cells
        Shape (n, T, voices), uint8: 0 is silent, the lowest pitch 1; T is the longest item's length; 0 behind an
        item's end.
    lengths
        Shape (n,), int64, at least 1: how many of the steps are the item's.
    starts
        Shape (n,), int64: which step of its piece an item's first one is.
    """

    cells: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class WholeGrids:
    """The items of some pieces; where they are cut is said by `whole_rolls.WholeRolls`.

    Parameters
    ----------
    cuts
        The grids laid end to end and cut; it does not transpose.
    shifts
        Shape (2, pieces): the lowest and the highest transposition that keep each voice in its range.
    losses, padded, refused
        What the encoding left out; always 0; the pieces that have no item, and why.
    """

    cuts: WholeRolls
    shifts: NDArray[np.int64]
    losses: Losses
    refused: tuple[tuple[int, str], ...] = ()
    padded: int = 0

    def __len__(self) -> int:
        return len(self.cuts)

    @property
    def owner(self) -> NDArray[np.int64]:
        """Of each item: the number of its piece."""
        return self.cuts.owner

    @property
    def offset(self) -> NDArray[np.int64]:
        """Items lie anywhere; they are named by the beginning of their piece."""
        return self.cuts.offset

    def still(self, indices: NDArray[np.int64]) -> Grids:
        """Whole pieces, as they are."""
        return Grids(*self.cuts.still(indices))

    def moved(self, indices: NDArray[np.int64], rng: Address) -> Grids:
        """Crops at random, transposed, each from its own address."""
        crops: Rolls = self.cuts.moved(indices, rng)
        shift = drawn_shifts(rng.uniforms(indices, 2)[:, 1], *self.shifts[:, self.owner[indices]])
        # the sum wraps around for downward shifts, as bytes do, and comes out right
        cells = crops.frames + (crops.frames != SILENT) * shift.astype(np.uint8)[:, None, None]
        return Grids(cells, crops.lengths, crops.starts)


def whole_grids(
    grids: Sequence[NDArray[np.uint8]],
    width: int,
    augment: Augmentation,
    said: tuple[Losses, tuple[tuple[int, str], ...]],
) -> WholeGrids:
    """The items of encoded pieces; those without a step have none.

    Parameters
    ----------
    grids
        Shape (steps, voices), one a piece.
    width
        The most steps of an item that is learned from.
    augment
        The transpositions; whether items are cut at all.
    said
        What the encoding left out; the pieces that were refused, and why.
    """
    losses, refused = said
    cuts = whole(grids, width, Augmentation(moves=augment.moves), losses)
    return WholeGrids(cuts, np.stack(_shifts(grids, augment.transpose)), losses, refused)


def _shifts(grids: Sequence[NDArray[np.uint8]], wanted: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lowest and highest shift of each piece that keeps every voice where it sounds in some piece."""
    if not grids:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    lowest, highest = np.array([_bounds(grid) for grid in grids], np.int64).transpose(1, 0, 2)
    silent = lowest > highest
    down = np.where(silent, -_BYTE, lowest.min(axis=0) - lowest).max(axis=1)
    up = np.where(silent, _BYTE, highest.max(axis=0) - highest).min(axis=1)
    return np.clip(wanted[0], down, up), np.clip(wanted[1], down, up)


def _bounds(grid: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Lowest and highest number of each voice; of a silent voice the lowest lies above the highest."""
    lowest = np.where(grid != SILENT, grid, _BYTE).min(axis=0, initial=_BYTE)
    return lowest, grid.max(axis=0, initial=SILENT)
