"""The melodic lines of pieces, as steps that neither key nor tempo changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..measure.notes import BEAT, Ints, Notes
from ..measure.shares import distinct

TOGETHER = BEAT // 16
"""Notes that start within a 64th of the one before belong to one chord: played chords are spread."""
LOOK_BACK = 16
"""How many notes before one may hide it."""
_WIDEST = 31
_CLASSES = 17
SYMBOLS = (2 * _WIDEST + 1) * _CLASSES
"""How many kinds of steps there are."""


@dataclass(frozen=True)
class Lines:
    """Lines end to end, each as its steps.

    Parameters
    ----------
    symbol
        Of each step, 0 to `SYMBOLS` - 1.
    line
        The line that each step belongs to, rising.
    piece
        The piece of each step.
    onset
        Where the note before each step starts, in units of `measure.notes.BEAT`.
    before, after
        The rows of the notes before and after each step, as `lines` was given them.
    """

    symbol: Ints
    line: Ints
    piece: Ints
    onset: Ints
    before: NDArray[np.int32]
    after: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.symbol)


def lines(notes: Notes, together: int = TOGETHER, look_back: int = LOOK_BACK) -> Lines:
    """Take the lines of pieces: the upper line of each track and, of pieces as wholes, the upper and the lower one.

    Pieces are polyphonic, copies are looked for in lines. The upper line (skyline; Uitdenbogerd and Zobel: Manipulation
    of music for melody matching, 1998) has the highest of the notes that start together, unless one of the 16 notes
    before it is higher and still sounds: thus the skyline of four voices is the soprano. The lower line is the skyline
    of the piece upside down. The whole pieces' lines find copies where the tracks were merged, as in a piano roll; of
    one track alone the upper line is not taken twice. `together` and `look_back` change what is one chord, and how many
    of the notes before may hide one.

    A step is the interval to the next note, in semitones up to 31, and how much longer that interval lasts than the one
    before: ``round(2 log2(ratio))``, -8 to 8, so that a ratio counts as 1 from 0.84 to 1.19 and small unevenness of
    playing changes nothing. Drums are left out: their pitches are no pitches, and the same beat is no copy.
    """
    kept, row = notes.where(notes.pitched), np.flatnonzero(notes.pitched)
    used = distinct(kept.track)
    several = np.bincount(kept.track_piece[used], minlength=notes.pieces) > 1
    shared = several[kept.piece]
    whole, base = kept.where(shared), len(kept.program)
    parts = [
        _skyline(kept, row, kept.track, 1, together, look_back),
        _skyline(whole, row[shared], base + whole.piece, 1, together, look_back),
        _skyline(kept, row, base + kept.pieces + kept.piece, -1, together, look_back),
    ]
    group, onset, note = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return _steps(group, onset, note, notes)


def intervals(steps: Lines) -> Ints:
    """The steps' intervals alone: numbers from 0 to 62."""
    return steps.symbol // _CLASSES


def _skyline(notes: Notes, row: Ints, group: Ints, sign: int, together: int, look_back: int) -> tuple[Ints, Ints, Ints]:
    """The group, onset and row of the notes of each group's upper line (sign 1) or lower one (-1)."""
    height = notes.pitch * sign
    order = np.lexsort([notes.onset, group])
    fresh = np.ones(len(order), bool)
    gap = np.diff(notes.onset[order])
    fresh[1:] = (np.diff(group[order]) != 0) | (gap > together)
    chord = np.cumsum(fresh) - 1
    inner = np.lexsort([-height[order], chord])
    top = order[inner[np.searchsorted(chord, np.arange(chord[-1] + 1 if len(chord) else 0))]]
    owner, start, high, end = group[top], notes.onset[order[fresh]], height[top], notes.end[top]
    hidden = np.zeros(len(top), bool)
    for back in range(1, min(look_back, len(top) - 1) + 1):
        covers = (owner[back:] == owner[:-back]) & (high[:-back] > high[back:])
        hidden[back:] |= covers & (end[:-back] > start[back:] + together)
    seen = ~hidden
    return owner[seen], start[seen], row[top[seen]]


def _steps(group: Ints, onset: Ints, note: Ints, notes: Notes) -> Lines:
    pitch = notes.pitch[note]
    joined = group[1:] == group[:-1]
    pair = np.flatnonzero(joined[1:] & joined[:-1]) + 1
    interval = np.clip(pitch[pair + 1] - pitch[pair], -_WIDEST, _WIDEST)
    ratio = (onset[pair + 1] - onset[pair]) / (onset[pair] - onset[pair - 1])
    length = np.clip(np.rint(2 * np.log2(ratio)), -8, 8).astype(np.int64)
    symbol = (interval + _WIDEST) * _CLASSES + length + 8
    line = np.cumsum(np.diff(group[pair], prepend=-1) != 0) - 1
    before, after = note[pair].astype(np.int32), note[pair + 1].astype(np.int32)
    return Lines(symbol, line, notes.piece[before], onset[pair], before, after)
