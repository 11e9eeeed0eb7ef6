"""The notes of earlier bars that are followed: for each event the next one in the bar that is repeated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH

from .classes import length_classes
from .sheet import Sheet
from .stream import Stream, within_bar

Ints = NDArray[np.int64]
_TOP = 127


def followed_bars(slot: Ints, sheet: Sheet) -> Ints:
    """The bars that each of some bars follows, counted over all items: shape (n, 2); -1: none.

    The one that the plan says is repeated, and the one before.
    """
    is_first = np.isin(np.arange(len(sheet.lag)), sheet.begins)
    lag = np.stack([sheet.lag, np.where(is_first, 0, 1)], 1)[slot]
    return np.where(lag > 0, slot[:, None] - lag, -1)


class Followed:
    """Looks up the next note of the followed bars.

    Parameters
    ----------
    told, sheet
        The events, and what is planned of their bars.
    parts
        How many parts there are.
    """

    def __init__(self, told: Stream, sheet: Sheet, parts: int) -> None:
        rows, step = told.rows, told.rows[:, ONSET] % BAR_STEPS
        self._parts, self._span = parts, BAR_STEPS * parts * 128
        self._slot = np.append(told.slot, -2)
        self._keys = told.slot * self._span + within_bar(step, rows[:, PART], rows[:, PITCH], parts)
        lengths = length_classes(rows[:, LENGTH])
        self._notes = np.append(np.stack([step, rows[:, PART], rows[:, PITCH], lengths], 1), [[-1] * 4], 0)
        self._bars = followed_bars(told.bar, sheet)

    def after_last(self, at: Ints, part: Ints, pitch: Ints) -> Ints:
        """The next note behind the last one written, of every event: shape (events, 2, 4); -1 where there is none."""
        place = np.where(at < 0, -1, within_bar(at, part, pitch, self._parts))
        return self._from(place + 1)

    def at_step(self, refs: Ints, last: Ints, at: Ints) -> Ints:
        """The next note from a step on, of every event: as `after_last`, where the step is the last one's."""
        return np.where((at == last)[:, None, None], refs, self._from(at * self._parts * 128))

    def at_part(self, refs: Ints, is_last: NDArray[np.bool_], at: Ints, part: Ints) -> Ints:
        """The next note from a step and part on: as `after_last`, where they are the last one's."""
        place = within_bar(at, part, np.full_like(at, _TOP), self._parts)
        return np.where(is_last[:, None, None], refs, self._from(place))

    def _from(self, place: Ints) -> Ints:
        index = np.searchsorted(self._keys, self._bars * self._span + place[:, None])
        return self._notes[np.where((self._slot[index] == self._bars) & (self._bars >= 0), index, -1)]
