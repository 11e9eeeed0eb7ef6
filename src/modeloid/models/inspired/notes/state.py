"""The state before every event of items that are known as a whole, all at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH

from .classes import length_classes
from .follow import Followed
from .known import BASS_TOP, CLASSES, Known
from .sheet import Sheet
from .stream import Stream

Ints = NDArray[np.int64]


def known_of(told: Stream, sheet: Sheet, drums: Sequence[bool], followed: Followed) -> Known:
    """What is known before each event.

    Parameters
    ----------
    told, sheet
        The events, and what is planned of their bars.
    drums
        Of each part.
    followed
        The notes that are followed.
    """
    last = np.append(-1, told.note[:-1])  # -1 behind a bar line, and an item ends with one
    fresh = last < 0
    step = told.rows[:, ONSET] % BAR_STEPS
    at = _of(step, last)
    bar = told.bar - sheet.begins[told.row]
    now = bar * BAR_STEPS + np.maximum(at, 0)
    groups = _Groups(told, len(drums))
    newest = groups.newest
    group = _of(groups.start, newest)
    pitch = told.rows[:, PITCH]
    return Known(
        slot=told.bar,
        at=at,
        part=_of(told.rows[:, PART], last),
        pitch=_of(pitch, last),
        length=_of(length_classes(told.rows[:, LENGTH]), groups.last_any),
        heap=np.where(fresh, 0, last - _of(groups.start, last) + 1),
        top=_of(pitch, group),
        low=_of(pitch, newest),
        before=_of(pitch, _of(groups.start, _of(groups.previous, group))),
        since=np.where(newest < 0, -1, now[:, None] - _of(told.rows[:, ONSET], newest)),
        until=np.maximum(_ends(told, _members(told.rows[:, PART], len(drums))) - now[:, None], 0),
        counts=_counts(told, len(drums)),
        sounding=(_ends(told, _sounding(told, drums)) > now[:, None]).astype(np.int64),
        bass=_of(pitch, _newest(told, _tuned(told, drums)[:, None] & (pitch[:, None] <= BASS_TOP))[:, 0]),
        refs=followed.after_last(at, _of(told.rows[:, PART], last), _of(pitch, last)),
    )


def _of(values: Ints, index: Ints) -> Ints:
    """The values of some notes; -1 for the note -1."""
    return np.append(values, -1)[index]


def _members(column: Ints, size: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = column[:, None] == np.arange(size)
    return found


def _tuned(told: Stream, drums: Sequence[bool]) -> NDArray[np.bool_]:
    return ~np.array(drums)[told.rows[:, PART]]


def _sounding(told: Stream, drums: Sequence[bool]) -> NDArray[np.bool_]:
    """Which pitch class each note sounds, shape (notes, 12)."""
    return _members(told.rows[:, PITCH] % CLASSES, CLASSES) & _tuned(told, drums)[:, None]


def _at_events(told: Stream, of_notes: Ints, least: int) -> Ints:
    """The highest value so far before each event, of those that each note brings: shape (events, columns)."""
    values = np.full((len(told.note) + 1, of_notes.shape[1]), least)
    values[np.flatnonzero(told.note >= 0) + 1] = of_notes
    return np.maximum.accumulate(values)[:-1]


def _newest(told: Stream, members: NDArray[np.bool_]) -> Ints:
    """The last note of each kind before each event, in the same item: shape (events, kinds)."""
    found = _at_events(told, np.where(members, np.arange(len(members))[:, None], -1), -1)
    return np.where(found >= told.first_note[told.row][:, None], found, -1)


def _ends(told: Stream, members: NDArray[np.bool_]) -> Ints:
    """When the last of the notes of each kind ends, steps: shape (events, kinds); 0 or less where there are none."""
    ends = told.rows[:, ONSET] + told.rows[:, LENGTH]
    far = int(ends.max(initial=0)) + 1
    found = _at_events(told, np.where(members, (told.owner * far + ends)[:, None], 0), 0)
    steps: Ints = found - (told.row * far)[:, None]
    return steps


def _counts(told: Stream, parts: int) -> Ints:
    """Notes of each part in this bar so far: shape (events, parts)."""
    seen = np.zeros((len(told.note) + 1, parts), np.int64)
    seen[np.flatnonzero(told.note >= 0) + 1] = _members(told.rows[:, PART], parts)
    seen = np.cumsum(seen, axis=0)[:-1]
    lines = np.append(0, np.flatnonzero(told.note < 0) + 1)
    before: Ints = np.append(seen, [[0] * parts], 0)[lines][told.bar]
    return seen - before


class _Groups:
    """Notes that begin together in one part: `start`, the first of each note's group; what came before it in its part.

    `newest` (events, parts) is the last note of each part before each event, `last_any` (events,) that of all parts.
    """

    def __init__(self, told: Stream, parts: int) -> None:
        rows, notes = told.rows, np.arange(len(told.rows))
        key = np.stack([told.owner, rows[:, ONSET], rows[:, PART]])
        begins = np.append(True, (key[:, 1:] != key[:, :-1]).any(axis=0))[: len(rows)]
        self.start = np.maximum.accumulate(np.where(begins, notes, 0))
        self.newest = _newest(told, _members(rows[:, PART], parts))
        self.last_any = _newest(told, np.ones((len(rows), 1), np.bool_))[:, 0]
        self.previous = self.newest[told.note >= 0, rows[:, PART]]
