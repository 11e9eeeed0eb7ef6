"""Notes as onsets and pitches, and the chords of a score: what begins together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns
from ..tempi import seconds_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PITCHES = 128
_TOGETHER = 1 / 32
"""Quarters within which score notes begin together."""


class Notes(NamedTuple):
    """Some notes, in any order.

    Parameters
    ----------
    onset
        Shape (notes,): in quarters for a score, in seconds for a performance.
    pitch
        Shape (notes,): 0 to 127.
    """

    onset: Floats
    pitch: Ints


def of_score(columns: Columns) -> Notes:
    """The notes of a score, onsets in quarters."""
    onset = columns.notes["onset"].astype(np.float64) / int(columns.about["tpq"])
    return Notes(onset, columns.notes["pitch"].astype(np.int64))


def of_performance(columns: Columns) -> Notes:
    """The notes of a performance, onsets in seconds by its tempi."""
    seconds = seconds_of(columns.notes["onset"], columns.about)
    return Notes(seconds, columns.notes["pitch"].astype(np.int64))


class Chords(NamedTuple):
    """What begins together in a score, C times.

    Parameters
    ----------
    onset
        Shape (C,): quarters.
    size
        Shape (C,): notes.
    has
        Shape (128, C): whether a pitch is among them.
    of
        Shape (notes,): the chord of each note.
    """

    onset: Floats
    size: Ints
    has: NDArray[np.bool_]
    of: Ints


def chords(score: Notes) -> Chords:
    """Gather notes whose onsets lie within a thirty-second of a quarter of the one before."""
    order = np.argsort(score.onset, kind="stable")
    sorted_onset = score.onset[order]
    begins = np.append(True, np.diff(sorted_onset) > _TOGETHER)[: len(order)]
    of = np.empty(len(order), np.int64)
    of[order] = np.cumsum(begins) - 1
    count = int(begins.sum())
    has = np.zeros((PITCHES, count), np.bool_)
    has[score.pitch, of] = True
    return Chords(sorted_onset[begins], np.bincount(of, minlength=count), has, of)
