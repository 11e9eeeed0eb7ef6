"""The outer lines of slices, step by step: where their notes begin, and which pitch was heard last."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.phrase import bass, lead
from modeloid.music.represent.parts import ONSET, PITCH, Rows

from .slices import SLICE_STEPS, Slices

Floats = NDArray[np.float32]


class Line(NamedTuple):
    """One line of every slice.

    Parameters
    ----------
    begins
        Shape (slices, steps): whether one of its notes begins.
    pitch
        Shape (slices, steps): its last pitch; before its first note that one's; 0 where the line has no note at all.
    there
        Shape (slices,): whether it has any.
    """

    begins: NDArray[np.bool_]
    pitch: Floats
    there: NDArray[np.bool_]


def lead_line(slices: Slices) -> Line:
    """The lead of pitched slices, see `music.phrase.lead`."""
    return _line(slices, lead)


def bass_line(slices: Slices) -> Line:
    """The bass of pitched slices, see `music.phrase.bass`."""
    return _line(slices, bass)


def _line(slices: Slices, of: Callable[[Rows], Rows]) -> Line:
    # end to end: no note sounds beyond its slice, so that none hides one of the next
    rows = slices.rows.copy()
    rows[:, ONSET] += slices.owner * SLICE_STEPS
    found = of(rows[np.argsort(rows[:, ONSET], kind="stable")])
    shape = (slices.total, SLICE_STEPS)
    begins = np.zeros(shape, bool)
    pitch = np.zeros(shape, np.float32)
    begins.flat[found[:, ONSET]] = True
    pitch.flat[found[:, ONSET]] = found[:, PITCH]
    steps = np.where(begins, np.arange(SLICE_STEPS), -1)
    last = np.maximum.accumulate(steps, axis=1)
    first = begins.argmax(axis=1)[:, None]
    held = np.take_along_axis(pitch, np.where(last < 0, first, last), axis=1)
    return Line(begins, held, np.asarray(begins.any(axis=1)))
