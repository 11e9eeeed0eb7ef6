"""The outer lines of notes: what is heard as the lead, and the bass, whatever track they are written in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..represent.parts.rows import LENGTH, ONSET, PART, PITCH, Rows


def pitched(rows: Rows, drum_parts: Sequence[int]) -> Rows:
    """The notes that are not of drums."""
    return rows[~np.isin(rows[:, PART], drum_parts)]


def lead(rows: Rows) -> Rows:
    """The skyline: of the notes that begin together the highest, unless a higher one that began before still sounds.

    Uitdenbogerd and Zobel: Manipulation of Music for Melody Matching, 1998 ("all-mono"), and held notes hide others.

    Parameters
    ----------
    rows
        Pitched notes of all parts, by onset.
    """
    return _outer(rows, rows[:, PITCH])


def bass(rows: Rows) -> Rows:
    """The lowest notes, as `lead` has the highest."""
    return _outer(rows, -rows[:, PITCH])


def _outer(rows: Rows, height: Rows) -> Rows:
    order = np.lexsort([-rows[:, LENGTH], -height, rows[:, ONSET]])
    first = np.append(True, np.diff(rows[order, ONSET]) != 0)[: len(rows)]
    top = order[first]
    onset, end, high = rows[top, ONSET], rows[top, ONSET] + rows[top, LENGTH], height[top]
    hidden = np.zeros(len(top), bool)
    for back in range(1, min(_LOOK_BACK, len(top) - 1) + 1):
        hidden[back:] |= (high[:-back] > high[back:]) & (end[:-back] > onset[back:])
    seen: Rows = rows[top[~hidden]]
    return seen


_LOOK_BACK = 16
"""Onsets back that a note can hide another from: a bar of sixteenths."""
