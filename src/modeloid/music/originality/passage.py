"""A stretch of a line, note by note and where it lies: to lay what was made beside what was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..measure.notes import BEAT, Ints, Notes
from .lines import Lines

DIGITS = 4
"""After the point, of times in beats."""


@dataclass(frozen=True)
class Passage:
    """Some notes of one line of one piece.

    Parameters
    ----------
    piece
        The number of the piece.
    bar, beat
        Where the first note starts, both from 1: the bar, and the quarter in it.
    onset_beats, length_beats
        Of each note, in quarters; onsets from the beginning of that quarter on.
    pitch
        Of each note.
    """

    piece: int
    bar: int
    beat: int
    onset_beats: tuple[float, ...]
    length_beats: tuple[float, ...]
    pitch: tuple[int, ...]

    def plain(self, most: int) -> dict[str, Any]:
        """As data that JSON can hold: bar, beat and at most so many notes, [onset_beat, length_beats, pitch] each."""
        notes = zip(self.onset_beats, self.length_beats, self.pitch, strict=True)
        return {"bar": self.bar, "beat": self.beat, "notes": [list(note) for note in notes][:most]}


def passage(notes: Notes, steps: Lines, first: int, count: int) -> Passage:
    """The notes of `count` steps of one line, from step `first` on: one note more than steps."""
    rows: Ints = np.append(steps.before[first], steps.after[first : first + count]).astype(np.int64)
    piece, onset = steps.piece[[first]], steps.onset[[first]]
    bar, start, _ = (int(each[0]) for each in notes.bar(piece, onset))
    beat = (int(onset[0]) - start) // BEAT
    onsets = (notes.onset[rows] - start) / BEAT - beat
    lengths = (notes.end[rows] - notes.onset[rows]) / BEAT
    return Passage(
        piece=int(piece[0]),
        bar=bar + 1,
        beat=beat + 1,
        onset_beats=tuple(onsets.round(DIGITS).tolist()),
        length_beats=tuple(lengths.round(DIGITS).tolist()),
        pitch=tuple(notes.pitch[rows].tolist()),
    )
