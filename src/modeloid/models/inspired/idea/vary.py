"""Slices varied at random, so that a code does not hang on single notes, voices or octaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import PART, PITCH

from .slices import Slices

_FOLD_LOW, _FOLD_HIGH = 12, 115


class Variation(NamedTuple):
    """How much slices are varied.

    Parameters
    ----------
    lost
        Share of the notes that are left out, at most; each slice has its own, evenly between 0 and this.
    silent
        Share of the slices that lose one of their parts, if they have another.
    moved
        Share of the parts that are moved an octave up or down.
    """

    lost: float = 0.2
    silent: float = 0.1
    moved: float = 0.2


USUAL = Variation()


def varied(
    slices: Slices, draw: np.random.Generator, drum_parts: tuple[int, ...] = (), by: Variation = USUAL
) -> Slices:
    """Other slices of the same ideas; drums stay in their octave.

    Parameters
    ----------
    slices
        Not changed.
    draw
        Where the random numbers come from.
    drum_parts
        The parts that are drums.
    by
        How much.
    """
    if not len(slices.rows):
        return slices
    parts = int(slices.rows[:, PART].max()) + 1
    part, owner = slices.rows[:, PART], slices.owner
    shift = draw.choice([-12, 12], (slices.total, parts)) * (draw.random((slices.total, parts)) < by.moved)
    shift[:, [one for one in drum_parts if one < parts]] = 0
    rows = slices.rows.copy()
    moved = rows[:, PITCH] + shift[owner, part]
    rows[:, PITCH] = np.where((moved >= _FOLD_LOW) & (moved <= _FOLD_HIGH), moved, rows[:, PITCH])
    share = draw.random(slices.total) * by.lost
    kept = draw.random(len(rows)) >= share[owner]
    kept &= ~_silenced(slices, parts, draw, by.silent)[owner, part]
    return Slices(rows, owner, slices.total).where(kept)


def _silenced(slices: Slices, parts: int, draw: np.random.Generator, share: float) -> NDArray[np.bool_]:
    """Which part of which slice is silenced: at most one of a slice, never its only one."""
    place = slices.owner * parts + slices.rows[:, PART]
    there = np.bincount(place, minlength=slices.total * parts).reshape(slices.total, parts) > 0
    chosen = (there * draw.random(there.shape)).argmax(axis=1)
    lost = (draw.random(slices.total) < share) & (there.sum(axis=1) > 1)
    return np.asarray((np.arange(parts) == chosen[:, None]) & lost[:, None])
