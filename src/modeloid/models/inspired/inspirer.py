"""A piece that inspires: what of it is heard, eight bars at a time, and which of that a new piece follows where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError
from modeloid.music.phrase import pitched
from modeloid.music.represent.parts import ONSET, PITCH, Rows, cut

from .items import Items
from .settings import SECTION_BARS

_MOST_SECTIONS = 64
_MOST_BARS = 4096
_FEWEST_NOTES = 3
_LOWEST, _HIGHEST = 21, 108
"""Keys of a piano."""


@dataclass(frozen=True)
class Inspirer:
    """A piece that inspires.

    Parameters
    ----------
    name
        What it is called in a receipt.
    rows, bars
        Its notes, and how many bars it has.
    tempo_bpm
        Quarters a minute.
    weight
        Its share among all that inspire, above 0 to 1.
    sections
        Slices of eight bars, one after the other; the last one ends with the piece.
    """

    name: str
    rows: Rows
    bars: int
    tempo_bpm: float
    weight: float
    sections: tuple[Rows, ...]

    def follows(self, count: int) -> NDArray[np.int64]:
        """Which of its sections each of `count` sections of a new piece follows: spread over the whole, in order."""
        return np.arange(count) * len(self.sections) // count


def inspirer(given: Any, weight: float, items: Items) -> Inspirer:
    """Hear a piece, or the one at a path.

    Raises
    ------
    WishError
        There are fewer than three notes with a pitch in it, no bar of it can be in 4/4, or it has too many bars.
    ReadError, RepresentationError
        It cannot be read, or no bar of it is in 4/4 where others are left out.
    """
    name = Path(given).name if isinstance(given, (str, Path)) else "the given piece"
    rows, bars, tempo_bpm = items.rows(given, name)
    if bars > _MOST_BARS:
        raise WishError(f"{name} has {bars} bars", "wish inspiration", f"Give a piece of at most {_MOST_BARS} bars")
    if len(pitched(rows, items.drums)) < _FEWEST_NOTES:
        do = "Give a piece with a melody or chords, not drums alone"
        raise WishError(f"{name} has hardly a note with a pitch", "wish inspiration", do)
    return Inspirer(name, rows, bars, tempo_bpm, weight, tuple(_sections(rows, bars, items)))


def _sections(rows: Rows, bars: int, items: Items) -> list[Rows]:
    """Those in which something with a pitch begins; of very long pieces as many, spread over them."""
    last = max(0, bars - SECTION_BARS)
    firsts = np.unique(np.minimum(np.arange(0, max(bars, 1), SECTION_BARS), last))
    found = [cut(rows, int(first), SECTION_BARS) for first in firsts]
    found = [one for one in found if len(pitched(one, items.drums))]
    chosen = np.unique(np.linspace(0, len(found) - 1, min(len(found), _MOST_SECTIONS)).round().astype(int))
    return [found[index] for index in chosen]


def transposed(rows: Rows, by: int, drums: tuple[int, ...]) -> Rows:
    """The notes moved by semitones, drums left alone, pitches kept on a piano by octaves."""
    from modeloid.music.phrase.key import folded
    from modeloid.music.represent.parts import PART

    moved = rows.copy()
    drum = np.isin(rows[:, PART], drums)
    pitch = rows[:, PITCH] + by
    pitch = folded(
        pitch + 12 * -(-np.maximum(_LOWEST - pitch, 0) // 12) - 12 * -(-np.maximum(pitch - _HIGHEST, 0) // 12)
    )
    moved[:, PITCH] = np.where(drum, rows[:, PITCH], pitch)
    return moved[np.argsort(moved[:, ONSET], kind="stable")]
