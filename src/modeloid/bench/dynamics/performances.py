"""Scores and how pianists play them: the held-out performances that velocities are measured on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.music.align import UNPLAYED
from modeloid.music.columns import Columns, to_score
from modeloid.music.datasets import data_set
from modeloid.music.represent import representation
from modeloid.music.represent.parts import Rows
from modeloid.music.store.build import open_corpus

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SET = "asap-played"
_FLAT = 64
_SPEC = {"kind": "parts", "parts": [["piano", 0, 127]], "other_meters": "pad"}


@dataclass(frozen=True)
class Performance:
    """One pianist's way with a score.

    Parameters
    ----------
    name, piece
        Of the performance; of what is played: all performances of a piece have the same notes.
    columns
        The score with the pianist's velocities.
    is_played
        Shape (notes,): whether the pianist played the note at all; nothing else is measured.
    """

    name: str
    piece: str
    columns: Columns
    is_played: Bools

    @property
    def velocity(self) -> Floats:
        """Shape (notes,): the pianist's."""
        return self.columns.notes["velocity"].astype(np.float64)

    def score(self) -> Any:
        """The notes without the pianist: all equally loud."""
        flat = np.full_like(self.columns.notes["velocity"], _FLAT)
        about = {name: value for name, value in self.columns.about.items() if name != UNPLAYED}
        return to_score(Columns({**self.columns.notes, "velocity": flat}, about, self.columns.beside))

    def on_grid(self) -> tuple[Rows, int, float, NDArray[np.int64]]:
        """Rows on a grid, bars, quarters a minute, and for each note its row."""
        coder: Any = representation(_SPEC)
        encoded, number = coder.numbered(self.columns)
        return *encoded, number


def performances(part: str, most: int | None = None) -> list[Performance]:
    """Of one part of the set's published split, in the order of their names.

    Parameters
    ----------
    part
        "train", "valid" or "test".
    most
        How many at most; the first.
    """
    corpus = open_corpus(data_set(SET))
    chosen = [index for index, own in enumerate(corpus.parts) if own == part][:most]
    return [_performance(corpus.names[index], corpus.columns(index)) for index in chosen]


def _performance(name: str, columns: Columns) -> Performance:
    is_played = np.ones(len(columns), np.bool_)
    is_played[columns.about[UNPLAYED]] = False
    flat = name.rpartition("__")[0]
    return Performance(name, flat or name.rpartition("/")[0], columns, is_played)


def pairs(found: Sequence[Performance]) -> list[tuple[Performance, Performance]]:
    """All two performances of one piece, each once."""
    return [(one, other) for index, one in enumerate(found) for other in found[index + 1 :] if one.piece == other.piece]
