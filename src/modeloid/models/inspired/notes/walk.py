"""The state while notes are written: told anew after every event, for some rows side by side."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, Rows

from .classes import lengths_of
from .follow import followed_bars
from .known import BASS_TOP, CLASSES, REFERENCES, Known
from .sheet import Sheet
from .stream import LINE, within_bar

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_NONE = (-1, -1, -1, -1)
_TOP = 127


class Walk:
    """Rows that are being written, from their beginnings on.

    Parameters
    ----------
    sheet
        What is planned of every bar of every row.
    drums
        Of each part.
    """

    def __init__(self, sheet: Sheet, drums: Sequence[bool]) -> None:
        self.sheet, self._drums, self._parts = sheet, np.array(drums), len(drums)
        rows, parts = len(sheet.bars), len(drums)
        self._bar, self._at, self._part, self._pitch, self._length = (
            np.full(rows, start) for start in (0, -1, -1, -1, -1)
        )
        self._heap, self._bass = np.zeros(rows, np.int64), np.full(rows, -1)
        self._top, self._low, self._before, self._onset = (np.full((rows, parts), -1) for _ in range(4))
        self._count, self._end = (np.zeros((rows, parts), np.int64) for _ in range(2))
        self._class_end = np.zeros((rows, CLASSES), np.int64)
        self._followed = followed_bars(np.arange(len(sheet.lag)), sheet).tolist()
        self._keys: list[list[int]] = [[] for _ in sheet.lag]
        self._notes: list[list[tuple[int, int, int, int]]] = [[] for _ in sheet.lag]
        self._written: list[list[tuple[int, int, int, int, int]]] = [[] for _ in range(rows)]

    @property
    def going(self) -> Bools:
        """Which rows have bars left, shape (rows,)."""
        found: Bools = self._bar < self.sheet.bars
        return found

    @property
    def unbegun(self) -> Bools:
        """Which rows are in their first bar and have no note as yet, shape (rows,)."""
        found: Bools = (self._bar == 0) & (self._at < 0)
        return found

    @property
    def crowd(self) -> Ints:
        """Notes of this bar so far, shape (rows,)."""
        found: Ints = self._count.sum(1)
        return found

    def written(self, row: int) -> Rows:
        """The notes of one row, in order; their velocities are 0 as yet."""
        return np.array(self._written[row], np.int64).reshape(-1, 5)

    def known(self) -> Known:
        """What is known before the next event of each row; of a row that has ended, nothing of use."""
        slot = self.sheet.begins + np.minimum(self._bar, self.sheet.bars - 1)
        now = (self._bar * BAR_STEPS + np.maximum(self._at, 0))[:, None]
        place = np.where(self._at < 0, -1, within_bar(self._at, self._part, self._pitch, self._parts)) + 1
        return Known(
            slot=slot,
            at=self._at.copy(),
            part=self._part.copy(),
            pitch=self._pitch.copy(),
            length=self._length.copy(),
            heap=self._heap.copy(),
            top=self._top.copy(),
            low=self._low.copy(),
            before=self._before.copy(),
            since=np.where(self._onset < 0, -1, now - self._onset),
            until=np.maximum(self._end - now, 0),
            counts=self._count.copy(),
            sounding=(self._class_end > now).astype(np.int64),
            bass=self._bass.copy(),
            refs=self._refs(slot, place),
        )

    def at_step(self, known: Known, at: Ints) -> Ints:
        """The followed notes from a step on, see `Followed.at_step`."""
        return np.where((at == known.at)[:, None, None], known.refs, self._refs(known.slot, at * self._parts * 128))

    def at_part(self, known: Known, is_last: Bools, at: Ints, part: Ints) -> Ints:
        """The followed notes from a step and part on, see `Followed.at_part`."""
        place = within_bar(at, part, np.full_like(at, _TOP), self._parts)
        return np.where(is_last[:, None, None], known.refs, self._refs(known.slot, place))

    def add(self, when: Ints, part: Ints, pitch: Ints, length: Ints) -> None:
        """Write the next event of every row that goes on.

        Parameters
        ----------
        when
            Shape (rows,): a step, or 16 for a bar line; then the others say nothing.
        part, pitch, length
            Shape (rows,); the length is a class.
        """
        going = self.going
        lines, notes = np.flatnonzero(going & (when == LINE)), np.flatnonzero(going & (when < LINE))
        self._add_notes(notes, when[notes], part[notes], pitch[notes], length[notes])
        self._bar[lines] += 1
        for state in (self._at, self._part, self._pitch):
            state[lines] = -1
        self._heap[lines], self._count[lines] = 0, 0

    def _add_notes(self, rows: Ints, when: Ints, part: Ints, pitch: Ints, length: Ints) -> None:
        onset, steps, drum = self._bar[rows] * BAR_STEPS + when, lengths_of(length), self._drums[part]
        self._keep(rows, when, part, pitch, length, steps)
        begins = self._onset[rows, part] != onset
        new_rows, new_parts = rows[begins], part[begins]
        self._before[new_rows, new_parts] = self._top[new_rows, new_parts]
        self._top[new_rows, new_parts] = pitch[begins]
        self._low[rows, part], self._onset[rows, part] = pitch, onset
        self._end[rows, part] = np.maximum(self._end[rows, part], onset + steps)
        self._count[rows, part] += 1
        self._heap[rows] = np.where(begins, 0, self._heap[rows]) + 1
        self._at[rows], self._part[rows], self._pitch[rows], self._length[rows] = when, part, pitch, length
        tuned, degree = rows[~drum], pitch[~drum] % CLASSES
        self._class_end[tuned, degree] = np.maximum(self._class_end[tuned, degree], (onset + steps)[~drum])
        low = ~drum & (pitch <= BASS_TOP)
        self._bass[rows[low]] = pitch[low]

    def _keep(self, rows: Ints, when: Ints, part: Ints, pitch: Ints, length: Ints, steps: Ints) -> None:
        keys = within_bar(when, part, pitch, self._parts).tolist()
        slots = (self.sheet.begins[rows] + self._bar[rows]).tolist()
        onsets = self._bar[rows] * BAR_STEPS + when
        notes = np.stack([when, part, pitch, length], 1).tolist()
        full = np.stack([onsets, steps, pitch, np.zeros_like(pitch), part], 1).tolist()
        for row, slot, key, note, written in zip(rows.tolist(), slots, keys, notes, full, strict=True):
            self._keys[slot].append(key)
            self._notes[slot].append(tuple(note))
            self._written[row].append(tuple(written))

    def _refs(self, slot: Ints, place: Ints) -> Ints:
        """The first note from a place in the bar on, in each followed bar: shape (rows, 2, 4)."""
        found = [
            self._next(bar, where)
            for own, where in zip(slot.tolist(), place.tolist(), strict=True)
            for bar in self._followed[own]
        ]
        return np.array(found, np.int64).reshape(-1, REFERENCES, len(_NONE))

    def _next(self, bar: int, place: int) -> tuple[int, int, int, int]:
        if bar < 0:
            return _NONE
        index = bisect_left(self._keys[bar], place)
        notes = self._notes[bar]
        return notes[index] if index < len(notes) else _NONE
