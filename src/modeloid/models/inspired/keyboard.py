"""The keyboard that a piece is played on: which velocities it knows, as one of the training pieces does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import VELOCITY, Rows

Ints = NDArray[np.int64]

_VELOCITIES = 128
_NEAR = 4
"""Velocities that are told apart no further before a keyboard is chosen: as wide as a class of the notes' net."""


EVERY: Ints = np.arange(_VELOCITIES)
"""A keyboard that knows all velocities."""


def keyboard(velocities: Ints, all_velocities: Ints) -> Ints:
    """What becomes of every velocity on the keyboard of a piece: shape (128,).

    Recording keyboards know some fifty velocities, each its own; a net that tells velocities by classes knows none of
    them. Of every four neighbours each takes the place in the piece's own velocities there that it has among the four:
    the loudness stays, and the values are those of a real keyboard.

    Parameters
    ----------
    velocities
        Of the piece's notes, 1 to 127.
    all_velocities
        Of many pieces, sorted: for where the piece has none.
    """
    table, own = EVERY.copy(), np.sort(velocities)
    for low in range(0, _VELOCITIES, _NEAR):
        for known in (own, all_velocities):
            there = known[slice(*np.searchsorted(known, (low, low + _NEAR)))]
            if len(there):
                places = (np.arange(_NEAR) + 0.5) / _NEAR * len(there)
                table[low : low + _NEAR] = there[places.astype(np.int64)]
                break
    return table


def played(rows: Rows, table: Ints) -> Rows:
    """The notes with the velocities of a keyboard."""
    found = rows.copy()
    found[:, VELOCITY] = table[rows[:, VELOCITY]]
    return found
