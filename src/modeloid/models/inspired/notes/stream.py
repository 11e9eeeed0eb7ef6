"""Notes and bar lines of several items end to end: the events that are told one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, Rows

from .classes import length_classes, lengths_of
from .sheet import Sheet

Ints = NDArray[np.int64]

LINE = BAR_STEPS
"""The step of a bar line: it ends every bar, so that an empty one is told, too."""


class Stream(NamedTuple):
    """Events of all items; N notes, E = N + bars events.

    Parameters
    ----------
    rows
        All notes, their lengths being those of their classes; onsets count from the beginning of the item.
    owner, slot
        Shape (N,): the item of a note; its bar, counted over all items.
    note
        Shape (E,): which note an event is; -1: a bar line.
    row, bar
        Shape (E,): the item of an event; its bar, counted over all items.
    first_note, first_event
        Shape (items,): where an item begins.
    """

    rows: Rows
    owner: Ints
    slot: Ints
    note: Ints
    row: Ints
    bar: Ints
    first_note: Ints
    first_event: Ints


def stream(items: Sequence[Rows], sheet: Sheet) -> Stream:
    """Put the notes of items and the lines of their bars in order.

    Parameters
    ----------
    items
        In order; notes that begin behind the last bar are left out.
    sheet
        Says how many bars each item has.
    """
    kept = [rows[rows[:, ONSET] < bars * BAR_STEPS] for rows, bars in zip(items, sheet.bars, strict=True)]
    rows = np.concatenate(kept)
    rows[:, LENGTH] = lengths_of(length_classes(rows[:, LENGTH]))
    counts = np.array([len(one) for one in kept], np.int64)
    owner = np.repeat(np.arange(len(kept)), counts)
    slot = sheet.begins[owner] + rows[:, ONSET] // BAR_STEPS
    slots = int(sheet.bars.sum())
    note = np.full(len(rows) + slots, -1)
    note[np.arange(len(rows)) + slot] = np.arange(len(rows))
    bar = np.repeat(np.arange(slots), np.bincount(slot, minlength=slots) + 1)
    row = np.repeat(np.arange(len(kept)), counts + sheet.bars)
    first_note = np.cumsum(counts) - counts
    return Stream(rows, owner, slot, note, row, bar, first_note, first_note + sheet.begins)


def within_bar(step: Ints, part: Ints, pitch: Ints, parts: int) -> Ints:
    """A number that rises with the order of notes in a bar: by step, part, falling pitch."""
    return (step * parts + part) * 128 + 127 - pitch
