"""The pieces of a part as notes, and pairs of eight-bar slices of one piece that do not copy one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.columns import Columns
from modeloid.music.errors import RepresentationError
from modeloid.music.groups import groups
from modeloid.music.kinship import SLICE_BARS, low_copy_pairs
from modeloid.music.represent.parts import Rows, cut

OWN = "own"
"""What the group of the music that is made is called."""

Ints = NDArray[np.int64]


class Song(NamedTuple):
    """One piece: its name, its notes in order, its bars, and its quarters a minute."""

    name: str
    rows: Rows
    bars: int
    tempo_bpm: float

    def slice(self, first_bar: int, bars: int = SLICE_BARS) -> Rows:
        """The notes that begin in some bars."""
        return cut(self.rows, first_bar, bars)


def songs(domain: Any, part: str) -> list[Song]:
    """The pieces of a part that can be represented and have a slice; with groups those of `own_sets` alone.

    Parameters
    ----------
    domain
        Of music, its representation of the kind "parts".
    """
    named = zip(domain.piece_names(part), domain.pieces(part), strict=True)
    if groups(domain.data["sets"]):
        own = own_sets(domain.data["sets"])
        return encoded(domain.representation, ((name, piece) for name, piece in named if name.partition("/")[0] in own))
    return encoded(domain.representation, named)


def own_sets(sets: Any) -> list[str]:
    """The names of the sets whose music is made: the group "own", the first where none is called so, else all."""
    grouped = groups(sets)
    return grouped.get(OWN, next(iter(grouped.values()))) if grouped else [str(name) for name in sets]


def encoded(coder: Any, pieces: Iterable[tuple[str, Columns]]) -> list[Song]:
    """Named pieces through a representation of the kind "parts"; what it refuses or is too short is left out."""
    found = []
    for name, piece in pieces:
        try:
            notes, _ = coder.encoded(piece)
        except RepresentationError:
            continue
        if notes.bars >= SLICE_BARS:
            found.append(Song(name, notes.rows, notes.bars, notes.tempo_bpm))
    return found


def low_copy(song: Song, drum_parts: Sequence[int], every_bars: int = 2) -> Ints:
    """First bars of the pairs of slices that do not copy one another, see `kinship.low_copy_pairs`."""
    return low_copy_pairs(song.rows, song.bars, drum_parts, every_bars=every_bars)
