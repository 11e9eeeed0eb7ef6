"""What two pieces are compared by: their pitched onsets as a set, and the lines that a listener follows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..phrase import lead, pitched
from ..represent.parts import BAR_STEPS, ONSET, PITCH, Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SLICE_BARS = 8
"""Bars of a slice: what ideas are learned of and what is judged."""
_PITCHES = 128
_LONGEST_GAP = 64


class Heard:
    """Some notes as kinship sees them: drums left out, an onset of one pitch counted once, whoever plays it.

    Parameters
    ----------
    rows
        Shape (notes, 5), sorted by onset.
    drum_parts
        The parts that are left out.
    bars
        How many there are; up to the last onset where not given.
    """

    def __init__(self, rows: Rows, drum_parts: Sequence[int] = (), bars: int | None = None) -> None:
        self.rows = pitched(rows, drum_parts)
        key = self.rows[:, ONSET] * _PITCHES + self.rows[:, PITCH]
        found = np.unique(key)
        self.onset, self.pitch = found // _PITCHES, found % _PITCHES
        last = int(rows[:, ONSET].max()) // BAR_STEPS + 1 if len(rows) else 0
        self.bars = max(last, bars or 0)

    def __len__(self) -> int:
        """How many onsets."""
        return len(self.onset)

    @cached_property
    def lead(self) -> Rows:
        """The skyline."""
        return lead(self.rows)

    @cached_property
    def counts(self) -> Ints:
        """Onsets in each bar."""
        return np.bincount(self.onset // BAR_STEPS, minlength=self.bars)

    @cached_property
    def lead_steps(self) -> Ints:
        """The steps of the lead, see `steps`: one fewer than it has notes."""
        return steps(self.lead[:, ONSET], self.lead[:, PITCH])

    @cached_property
    def all_steps(self) -> Ints:
        """The steps through all onsets, of those together from the lowest up."""
        return steps(self.onset, self.pitch)

    @cached_property
    def slices(self) -> list[Heard]:
        """All of it as slices of 8 bars; the last overlaps the one before where the bars do not divide by 8.

        Slices without onsets are left out; a piece of up to 8 bars is its own only slice.
        """
        if self.bars <= SLICE_BARS:
            return [self] if len(self) else []
        firsts = [*range(0, self.bars - SLICE_BARS, SLICE_BARS), self.bars - SLICE_BARS]
        return [part for part in map(self.cut, firsts) if len(part)]

    def cut(self, first_bar: int, bars: int = SLICE_BARS) -> Heard:
        """Some bars alone; onsets count from the first of them."""
        begin, end = np.searchsorted(self.rows[:, ONSET], [first_bar * BAR_STEPS, (first_bar + bars) * BAR_STEPS])
        found = self.rows[begin:end].copy()
        found[:, ONSET] -= first_bar * BAR_STEPS
        return Heard(found, bars=min(bars, max(self.bars - first_bar, 0)))


def heard(notes: Rows | Heard, drum_parts: Sequence[int] = ()) -> Heard:
    """`Heard` of notes, itself where it is that already: who asks often of one piece prepares it once."""
    return notes if isinstance(notes, Heard) else Heard(notes, drum_parts)


def steps(onset: Ints, pitch: Ints) -> Ints:
    """From note to note the interval and the time between the onsets, as one number.

    The interval counts in semitones, the time in steps up to 64; neither transposition nor a shift in time changes it.
    """
    gap = np.minimum(np.diff(onset), _LONGEST_GAP)
    return np.asarray((np.diff(pitch) + _PITCHES) * (_LONGEST_GAP + 1) + gap)
