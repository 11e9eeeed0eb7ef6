"""Windows of voices: cut anywhere on a beat, transposed, notes that sound on from before started anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..losses import Losses
from ..windows import Address, Cuts, cuts, lengthened
from .augment import Augmentation, drawn_shifts, fitting

if TYPE_CHECKING:
    from .voices import Voices

REST, HOLD, FIRST = 0, 1, 2
"""The numbers of a rest, of a note held, and of the lowest pitch's start."""


@dataclass(frozen=True)
class VoiceWindows(Cuts):
    """Every window of some pieces, see `windows.Cuts`; a note that sounds on from before a window starts with it.

    Parameters
    ----------
    view
        Shape (steps, W, voices): all windows as strides over one array.
    sounding
        Shape (steps, voices): as the array, with the pitch instead of each hold.
    grid
        Random starts are multiples of so many steps: a beat's, so that the metre keeps its place.
    shifts
        Shape (2, pieces): lowest and highest transposition.
    losses, padded, refused
        What the encoding left out; how many pieces are shorter than a window; the pieces that have no item, and why.
    """

    view: NDArray[np.uint8]
    sounding: NDArray[np.uint8]
    grid: int
    shifts: NDArray[np.int64]
    losses: Losses
    padded: int
    refused: tuple[tuple[int, str], ...]

    def still(self, indices: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Items where and as they are, shape (n, W, voices)."""
        return self._gather(self.first_step[indices] + self.fixed(indices))

    def moved(self, indices: NDArray[np.int64], rng: Address) -> NDArray[np.uint8]:
        """Items cut and transposed at random, each from its own address."""
        uniform = rng.uniforms(indices, 2)
        start = self.random(indices, uniform[:, 0]) // self.grid * self.grid
        array = self._gather(self.first_step[indices] + start)
        shift = drawn_shifts(uniform[:, 1], *self.shifts[:, self.owner[indices]])
        # the sum wraps around for downward shifts, as bytes do, and comes out right
        array += (array >= FIRST) * shift.astype(np.uint8)[:, None, None]
        return array

    def _gather(self, step: NDArray[np.int64]) -> NDArray[np.uint8]:
        array = np.ascontiguousarray(self.view[step])
        array[:, 0] = self.sounding[step]
        return array


def cut(
    arrays: Sequence[NDArray[np.uint8]],
    owners: Sequence[int],
    said: tuple[Losses, tuple[tuple[int, str], ...]],
    kind: Voices,
    augment: Augmentation,
) -> VoiceWindows:
    """Lay the pieces `owners` end to end and cut them; `said` is what was lost and which pieces were refused."""
    width, (losses, refused) = kind.shape[0], said
    padded = lengthened(arrays, width)
    tokens = np.concatenate([np.zeros((0, kind.voices), np.uint8), *padded])
    # without any piece there is no item, and nothing to look at
    laid = tokens if len(tokens) else np.zeros((width, kind.voices), np.uint8)
    where = cuts([len(array) for array in padded], width)
    mark = np.maximum.accumulate(np.where(laid != HOLD, np.arange(len(laid))[:, None], 0), axis=0)
    lowest, highest = np.full(len(owners) + len(refused), kind.low), np.full(len(owners) + len(refused), kind.low)
    for owner, array in zip(owners, arrays, strict=True):
        pitches = array[array >= FIRST].astype(np.int64) - FIRST + kind.low
        lowest[owner], highest[owner] = pitches.min(), pitches.max()
    return VoiceWindows(
        **{**vars(where), "owner": np.array(owners, np.int64)[where.owner]},
        view=np.lib.stride_tricks.sliding_window_view(laid, kind.shape)[:, 0],
        sounding=np.take_along_axis(laid, mark, axis=0),
        grid=kind.spec["steps_per_beat"],
        shifts=np.stack(fitting(augment.transpose, lowest, highest, kind.low, kind.high)),
        losses=losses,
        padded=sum(len(array) < width for array in arrays),
        refused=refused,
    )
