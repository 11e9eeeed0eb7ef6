"""Items of training in another order: which ones, and what is missing of them, is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gaps import AHEAD_BARS, BarOf, Bars, Gap, arranged, flat, parsed
from .vocabulary import Vocabulary

DRAWS = 5
"""So many uniform numbers are drawn for an item."""
_LONGEST_BARS = 8
_SHARE_OF_TRACKS = 1 / 3
_MOST_TRACKS = 16


@dataclass(frozen=True)
class Rearranging:
    """How items of training are rearranged.

    Parameters
    ----------
    infill, accompany
        The shares of items of which bars are missing, and of which tracks are missing.
    """

    infill: float
    accompany: float

    def __call__(
        self, row: NDArray[np.int64], width: int, is_last: bool, known: Vocabulary, uniform: NDArray[np.float64]
    ) -> list[int]:
        """An item, perhaps rearranged; then no longer than `width`.

        Parameters
        ----------
        row
            Shape (tokens,), without padding.
        is_last
            Whether it reaches the end of its piece.
        uniform
            Shape (`DRAWS`,): what is drawn.
        """
        if uniform[0] >= self.infill + self.accompany:
            return list(row.tolist())
        piece = parsed(row.tolist(), known)
        # A last bar that is cut off is left out: it would be learned as a whole one.
        piece = piece if is_last else Bars(piece.head, piece.bars[:-1])
        made = (_infilled if uniform[0] < self.infill else _accompanied)(piece, width, known, uniform[1:])
        return made or list(row.tolist())


def _infilled(piece: Bars, width: int, known: Vocabulary, uniform: NDArray[np.float64]) -> list[int]:
    """Some bars are missing, and of a share of items their other tracks are given; none where nothing fits."""
    while len(piece.bars) > 1:
        bars = len(piece.bars)
        size = 1 + int(uniform[0] * min(_LONGEST_BARS, bars // 2))
        begin = int(uniform[1] * (bars - size + 1))
        given = _given(piece.bars[begin : begin + size], uniform[2:]) if uniform[2] < _SHARE_OF_TRACKS else frozenset()
        row = flat(arranged(piece, Gap(begin, begin + size, given), known))
        if len(row) <= width:
            return row
        piece = Bars(piece.head, piece.bars[:-1])
    return []


def _accompanied(piece: Bars, width: int, known: Vocabulary, uniform: NDArray[np.float64]) -> list[int]:
    """Some tracks are missing; none where there are not two. What does not fit is cut off."""
    given = _given(piece.bars, uniform[2:])
    if not given:
        return []
    return flat(arranged(piece, Gap(0, len(piece.bars), given), known, AHEAD_BARS))[:width]


def _given(bars: Sequence[BarOf], uniform: NDArray[np.float64]) -> frozenset[int]:
    """Some but not all of the programs that are played; half of the time the first one alone."""
    present = sorted(set().union(*(bar.programs() for bar in bars)))[:_MOST_TRACKS]
    if len(present) < 2:
        return frozenset()
    if uniform[1] < 1 / 2:
        return frozenset(present[:1])
    number = 1 + int((2 * uniform[1] - 1) * (2 ** len(present) - 2))
    return frozenset(program for place, program in enumerate(present) if number >> place & 1)
