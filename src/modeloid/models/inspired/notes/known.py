"""What is known before an event: the explicit state of every voice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

BASS_TOP = 52
"""Highest pitch of a note that counts as the bass."""
CLASSES = 12
REFERENCES = 2
"""Bars that are followed: the one that the plan says is repeated, and the one before."""
STEP, REF_PART, REF_PITCH, REF_LENGTH = range(4)
"""Columns of a note that is followed; its length is a class."""


class Known(NamedTuple):
    """State before each of E events, of P parts; -1 stands for "none".

    Parameters
    ----------
    slot
        Shape (E,): the bar, counted over all items.
    at, part, pitch
        Shape (E,): of the last note of this bar.
    length
        Shape (E,): class of the last note's length, of any bar.
    heap
        Shape (E,): notes that begin together in the last note's part so far; 0 behind a bar line.
    top, low, before
        Shape (E, P): highest and lowest note of each part's last onset; highest of the onset before.
    since, until
        Shape (E, P): steps since each part's last onset; until all its notes have ended, 0 where they have.
    counts
        Shape (E, P): notes of each part in this bar so far.
    sounding
        Shape (E, 12): whether each pitch class sounds, drums apart.
    bass
        Shape (E,): the last pitch not above `BASS_TOP`, drums apart.
    refs
        Shape (E, 2, 4): the next note in each followed bar, see `STEP` and the others.
    """

    slot: Ints
    at: Ints
    part: Ints
    pitch: Ints
    length: Ints
    heap: Ints
    top: Ints
    low: Ints
    before: Ints
    since: Ints
    until: Ints
    counts: Ints
    sounding: Ints
    bass: Ints
    refs: Ints
