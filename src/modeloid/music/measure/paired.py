"""Metrics of two renderings of the same score, note by note: how far their velocities are apart, and how lively.

A made rendering is compared with a human one, as reconstruction errors are (Peter, Cancino-Chacón, Karystinaios,
Widmer: Sounding Out Reconstruction Error-Based Evaluation of Generative Models of Expressive Performance, DLfM 2023).
As they show, two good performances differ too: read what a made one has beside what a second human one has.
"""

from __future__ import annotations

import numpy as np

from ..errors import MusicError
from .notes import Floats, Ints, Notes
from .shares import mean_by, ratio

Keys = tuple[Ints, Ints]
"""One number a note of each rendering, unlike all others of its piece: notes of one number are the same score note."""


def aligned(made: Notes, real: Notes, keys: Keys | None = None) -> tuple[Ints, Ints]:
    """The rows of the notes that both renderings have, in the same order.

    Parameters
    ----------
    made, real
        As many pieces each, piece i of one being another rendering of the score of piece i of the other.
    keys
        Names the score note of each note. Without, note i of one is note i of the other: the same notes with other
        velocities.

    Raises
    ------
    MusicError
        The numbers of pieces differ, a key comes twice in a piece or is missing, or, without keys, the notes differ.
    """
    if made.pieces != real.pieces:
        raise MusicError(f"{made.pieces} pieces cannot be renderings of {real.pieces}", "", "Give as many of each.")
    if keys is None:
        same = len(made.piece) == len(real.piece) and (made.piece == real.piece).all()
        if not same or (made.pitch != real.pitch).any():
            raise MusicError("the renderings have other notes", "", "Name the score note of each note by keys.")
        return np.arange(len(made.piece)), np.arange(len(real.piece))
    _, rows, others = np.intersect1d(*_named((made, real), keys), assume_unique=True, return_indices=True)
    return rows, others


def velocity_error(made: Notes, real: Notes, keys: Keys | None = None) -> Floats:
    """Mean absolute difference of the velocities of the same notes, 0 (the same) to 127.

    ``mean |v_i - w_i|`` over the notes of a piece that both have, see `aligned`. Shape (pieces,), in steps of velocity;
    NaN where the renderings share no note.
    """
    rows, others = aligned(made, real, keys)
    return mean_by(made.piece[rows], np.abs(made.velocity[rows] - real.velocity[others]), made.pieces)


def velocity_spread_ratio(made: Notes, real: Notes, keys: Keys | None = None) -> Floats:
    """Standard deviation of the made velocities by that of the real ones, over the same notes: 1 is as lively.

    0 (flat) and up, no unit; models that learn the mean of many performances lie below 1, with a small
    `velocity_error`. Shape (pieces,); NaN where the renderings share no note, or the real velocities are all the same.
    """
    rows, others = aligned(made, real, keys)
    one, other = (_spread(notes, each) for notes, each in ((made, rows), (real, others)))
    return ratio(one, np.nan_to_num(other))


def _spread(notes: Notes, rows: Ints) -> Floats:
    owner, velocity = notes.piece[rows], notes.velocity[rows]
    mean, square = (mean_by(owner, values, notes.pieces) for values in (velocity, velocity**2))
    # squares of whole numbers below 128: what is left of equal ones is rounding
    spread = np.maximum(square - mean**2, 0)
    return np.sqrt(np.where(spread < 1e-9, 0, spread))


def _named(sides: tuple[Notes, Notes], keys: Keys) -> tuple[Ints, Ints]:
    """One number a note, the same for the same piece and key."""
    for notes, key in zip(sides, keys, strict=True):
        if len(key) != len(notes.piece):
            raise MusicError(f"{len(key)} keys cannot name {len(notes.piece)} notes", "", "Give one a note.")
    _, number = np.unique(np.concatenate(keys), return_inverse=True)
    owner = np.concatenate([notes.piece for notes in sides])
    first, second = np.split(owner * (len(number) + 1) + number, [len(keys[0])])
    if any(len(np.unique(names)) < len(names) for names in (first, second)):
        raise MusicError("a key names two notes of a piece", "", "Give each note of a piece a key of its own.")
    return first, second
