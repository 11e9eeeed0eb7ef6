"""The classes of lengths and velocities, and the value that stands for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

LENGTHS = (*range(1, 17), 20, 24, 28, 32, 40, 48, 64, 96, 128)
"""Steps that a note can be long; any other length is told as the nearest, the shorter of two."""
LOUDS = 32
"""Classes of velocities."""
_VALUES = np.array(LENGTHS)
_MIDDLES = (_VALUES[1:] + _VALUES[:-1]) / 2
_LOUD_WIDTH = 128 // LOUDS
CENTRES = _LOUD_WIDTH * (np.arange(LOUDS, dtype=np.float64) + 0.5)
"""MIDI velocity in the middle of each class: 2, 6, ... 126."""


def length_classes(lengths: Ints) -> Ints:
    """The class of lengths in steps, at least 1."""
    return np.searchsorted(_MIDDLES, lengths)


def lengths_of(classes: Ints) -> Ints:
    """Steps."""
    found: Ints = _VALUES[classes]
    return found


def loud_classes(velocities: Ints) -> Ints:
    """The class of MIDI velocities, 0 to 127."""
    return velocities // _LOUD_WIDTH


def velocities_of(classes: Ints, places: NDArray[np.float64]) -> Ints:
    """MIDI velocities, 1 to 127, that lie in their classes where the places, 0 to 1, say."""
    within = np.clip((places * _LOUD_WIDTH).astype(np.int64), 0, _LOUD_WIDTH - 1)
    return np.asarray(np.maximum(_LOUD_WIDTH * classes + within, 1), np.int64)
