"""What the velocity of a note is told from, all notes being known: columns of classes, and which notes came before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH, VELOCITY

from .classes import LENGTHS, LOUDS, length_classes, loud_classes
from .follow import followed_bars
from .sheet import PHRASE, Sheet
from .stream import Stream

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BEFORE = 4
"""Notes whose velocities are looked back at: see `Touch.before`."""
PLANNED = 10
"""Loudnesses that can be planned of a part's bar, unknown and none among them."""
HEARD_SIZES = [*[LOUDS + 1] * (BEFORE + 1), PLANNED]
"""Classes of each column of `heard`; of the velocities 0 is none."""
_HEAP, _ONSET, _RISE, _FAR, _HEIGHT = 7, 12, 12, 32, 15
_LEVEL, _CHORD = 5, 27
_LOUD_NONE = 9


class Touch(NamedTuple):
    """Of N notes.

    Parameters
    ----------
    columns
        Shape (N, columns): see `touch_sizes`.
    before
        Shape (N, 4): numbers of notes, -1 for none: the last of its part at an earlier step; the last; the same step's
        first one of its part in the bar that is repeated, and in the bar before.
    cell
        Shape (N,): a number for its bar and part.
    planned
        Shape (N,): loudness of its part in its bar.
    ahead, behind
        Shape (N,): where it lies in rows of `shape`, from the front, and from the end.
    shape
        Items, and the notes of the longest.
    loud
        Shape (N,): its velocity's class.
    """

    columns: Ints
    before: Ints
    cell: Ints
    planned: Ints
    ahead: Ints
    behind: Ints
    shape: tuple[int, int]
    loud: Ints


def touch_sizes(parts: int) -> list[int]:
    """Classes of each column of `Touch.columns`."""
    place = [BAR_STEPS, PHRASE, parts, 128, len(LENGTHS)]
    chord = [_HEAP + 1, _HEAP + 1, 2, 2, _ONSET + 1]
    melody = [2 * _RISE + 2, 2 * _RISE + 2, _FAR + 2, _FAR + 2, 2 * _HEIGHT + 1]
    return [*place, *chord, *melody, PLANNED, PLANNED, PLANNED, _LEVEL, 2, _CHORD]


def touch(told: Stream, sheet: Sheet, drums: Sequence[bool]) -> Touch:
    """Look at the notes of items.

    Parameters
    ----------
    told, sheet
        The notes, and what is planned of their bars.
    drums
        Of each part.
    """
    rows, step, parts = told.rows, told.rows[:, ONSET] % BAR_STEPS, len(drums)
    chords = _Chords(told, parts)
    first, last = chords.first, chords.last
    earlier, later = chords.earlier, chords.later
    phase = sheet.symbols[told.slot, -2]
    chord = sheet.chord[told.slot, step // (BAR_STEPS // 2)]
    columns = [step, phase, rows[:, PART], rows[:, PITCH], length_classes(rows[:, LENGTH])]
    number = np.arange(len(rows))
    columns += [np.minimum(number - first, _HEAP), np.minimum(last - first, _HEAP), *_outer(told, drums)]
    columns += [_rise(rows, first, chords.top(earlier)), _rise(rows, first, chords.top(later))]
    columns += [_gap(rows, number, earlier), _gap(rows, number, later), _height(told, parts)]
    columns += [*_planned(told, sheet), (sheet.lag[told.slot] > 0).astype(np.int64), chord]
    counts = np.bincount(told.owner, minlength=len(sheet.bars))
    shape = (len(counts), max(int(counts.max(initial=0)), 1))
    inside = number - told.first_note[told.owner]
    before_any = np.where(inside > 0, number - 1, -1)
    return Touch(
        columns=np.stack(columns, 1),
        before=np.concatenate([earlier[:, None], before_any[:, None], _alike(told, sheet, step, parts)], 1),
        cell=told.slot * parts + rows[:, PART],
        planned=sheet.loud[told.slot, rows[:, PART]],
        ahead=told.owner * shape[1] + inside,
        behind=told.owner * shape[1] + counts[told.owner] - 1 - inside,
        shape=shape,
        loud=loud_classes(rows[:, VELOCITY]),
    )


def heard(told: Touch, loud: Ints) -> Ints:
    """What each velocity is told from beside the notes: shape (N, 6).

    The velocities of the notes `before`, the mean of its bar and part so far, and the loudness that is planned there.
    """
    order = np.argsort(told.cell, kind="stable")
    cell, sums = told.cell[order], np.append(0, np.cumsum(loud[order]))
    begin = np.searchsorted(cell, cell)
    number = np.arange(len(cell))
    found = np.empty_like(cell)
    found[order] = mean_class(sums[:-1] - sums[begin], number - begin)
    return np.column_stack([np.append(loud + 1, 0)[told.before], found, told.planned])


def mean_class(sums: Ints, counts: Ints) -> Ints:
    """1 and the rounded mean; 0 where nothing is counted."""
    return np.where(counts > 0, (2 * sums + counts) // np.maximum(2 * counts, 1) + 1, 0)


class _Chords:
    """Notes that begin together in one part: of each note the `first` and the `last` one.

    `earlier`, `later`: the last note of its part at an earlier step, the first at a later one; -1 where there is none.
    """

    def __init__(self, told: Stream, parts: int) -> None:
        rows, number = told.rows, np.arange(len(told.rows))
        order = np.lexsort([number, told.owner * parts + rows[:, PART]])
        line = (told.owner * parts + rows[:, PART])[order]
        onset = rows[order, ONSET]
        begins = np.append(True, (line[1:] != line[:-1]) | (onset[1:] != onset[:-1]))[: len(order)]
        start = np.maximum.accumulate(np.where(begins, number, 0))
        edges = np.append(np.flatnonzero(begins), len(order))
        stop = edges[np.searchsorted(edges, number, side="right")]
        line_padded, order_padded = np.append(line, [-1, -1]), np.append(order, [-1, -1])
        earlier = np.where(line_padded[start - 1] == line, order_padded[start - 1], -1)
        later = np.where(line_padded[stop] == line, order_padded[stop], -1)
        self.first, self.last, self.earlier, self.later = (np.empty_like(order) for _ in range(4))
        self.first[order], self.last[order] = order[start], order[stop - 1]
        self.earlier[order], self.later[order] = earlier, later

    def top(self, notes: Ints) -> Ints:
        """The first note of the group of some notes; -1 for -1."""
        found: Ints = np.append(self.first, -1)[notes]
        return found


def _outer(told: Stream, drums: Sequence[bool]) -> list[Ints]:
    """Whether a note is the highest, the lowest of all that begin with it, drums apart; how many begin with it."""
    rows = told.rows
    tuned = ~np.array(drums)[rows[:, PART]]
    onset = np.unique(told.owner * (int(rows[:, ONSET].max(initial=0)) + 1) + rows[:, ONSET], return_inverse=True)[1]
    top, low = np.full(len(rows), -1), np.full(len(rows), 999)
    np.maximum.at(top, onset[tuned], rows[tuned, PITCH])
    np.minimum.at(low, onset[tuned], rows[tuned, PITCH])
    count = np.minimum(np.bincount(onset, minlength=1)[onset], _ONSET)
    return [tuned & (rows[:, PITCH] == top[onset]), tuned & (rows[:, PITCH] == low[onset]), count]


def _rise(rows: Ints, first: Ints, other: Ints) -> Ints:
    """From the top of another group to the top of a note's own."""
    return np.where(other < 0, 0, np.clip(rows[first, PITCH] - rows[other, PITCH], -_RISE, _RISE) + _RISE + 1)


def _gap(rows: Ints, number: Ints, other: Ints) -> Ints:
    """Steps to another note."""
    return np.where(other < 0, 0, np.minimum(np.abs(rows[number, ONSET] - rows[other, ONSET]), _FAR) + 1)


def _height(told: Stream, parts: int) -> Ints:
    """Semitones above the mean of its part in its item."""
    line = told.owner * parts + told.rows[:, PART]
    pitch = told.rows[:, PITCH]
    mean = np.bincount(line, pitch) / np.maximum(np.bincount(line), 1)
    above = np.rint(pitch - mean[line]).astype(np.int64)
    return np.asarray(np.clip(above, -_HEIGHT, _HEIGHT) + _HEIGHT)


def _planned(told: Stream, sheet: Sheet) -> list[Ints]:
    """Planned loudness of a note's part in its bar, the one before, the one behind; and how much it plays."""
    part, slot = told.rows[:, PART], told.slot
    begin, end = sheet.begins[told.owner], sheet.begins[told.owner] + sheet.bars[told.owner] - 1
    loud = np.append(sheet.loud, np.full_like(sheet.loud[:1], _LOUD_NONE), 0)
    back, on = np.where(slot > begin, slot - 1, -1), np.where(slot < end, slot + 1, -1)
    return [loud[slot, part], loud[back, part], loud[on, part], sheet.level[slot, part]]


def _alike(told: Stream, sheet: Sheet, step: Ints, parts: int) -> Ints:
    """The first note at the same step of the same part in both followed bars: shape (N, 2); -1 where there is none."""
    own = (told.slot * BAR_STEPS + step) * parts + told.rows[:, PART]
    bars = followed_bars(told.slot, sheet)
    wanted = (bars * BAR_STEPS + step[:, None]) * parts + told.rows[:, PART, None]
    index = np.searchsorted(own, wanted)
    return np.where((np.append(own, -1)[index] == wanted) & (bars >= 0), index, -1)
