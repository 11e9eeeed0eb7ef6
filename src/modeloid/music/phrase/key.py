"""The key of some notes, as far as it can be known without major and minor: which seven pitch classes they keep to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..represent.parts.rows import LENGTH, PART, PITCH, Rows

_C_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_WEIGHTS = (1.0, 0.0, 1.0, 0.0, 1.0, 0.6, 0.0, 1.0, 0.0, 1.0, 0.0, 0.6)
"""Of the pitch classes from C on: F and B, by which neighbouring keys differ, count less than what both keys hold."""
_LONGEST = 8
"""Steps that a note counts for at most: an organ point is no key."""


def key_shift(rows: Rows) -> int:
    """How many semitones up, 0 to 11, bring the notes to C major or A minor.

    The shift under which the notes, weighted by their lengths (up to half a bar), lie most within the seven pitch
    classes of C major; of shifts that are equally good the one that puts most on G, C and F, then the smallest distance
    from the lowest note. Transposing the notes by k changes the result by -k modulo 12, whatever the notes.

    Parameters
    ----------
    rows
        Pitched notes; 0 without any.
    """
    if not len(rows):
        return 0
    weight = np.minimum(rows[:, LENGTH], _LONGEST).astype(np.float64)
    classes = np.bincount(rows[:, PITCH] % 12, weight, minlength=12)
    shifted = classes[(np.arange(12) - np.arange(12)[:, None]) % 12]
    inside = shifted[:, list(_C_MAJOR)].sum(axis=1)
    held = shifted @ np.array(_WEIGHTS)
    frame = shifted[:, [0, 7, 5]].sum(axis=1)
    # what is left of a tie goes by the bass, which moves with the notes
    from_bass = (np.arange(12) + int(rows[:, PITCH].min())) % 12
    best = np.lexsort([from_bass, -frame, -held, -inside])
    return int(best[0])


def in_c(rows: Rows, drum_parts: Sequence[int] = ()) -> tuple[Rows, int]:
    """The notes moved to C major or A minor, by -5 to 6 semitones, drums left alone; and by how many.

    Pitches that would leave 0 to 127 are folded back by an octave.
    """
    drum = np.isin(rows[:, PART], drum_parts)
    shift = key_shift(rows[~drum])
    shift = shift - 12 if shift > 6 else shift
    moved = rows.copy()
    moved[:, PITCH] = folded(np.where(drum, rows[:, PITCH], rows[:, PITCH] + shift))
    return moved, shift


def folded(pitch: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pitches brought into 0 to 127 by octaves."""
    high = np.where(pitch > 127, pitch - 12 * -(-(pitch - 127) // 12), pitch)
    return np.where(high < 0, high + 12 * -(high // 12), high)
