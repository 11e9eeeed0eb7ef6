"""An index of the training set's lines, asked what made pieces share with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns
from ..measure.notes import Ints, Notes, lay
from .lines import Lines, lines
from .suffixes import Suffixes, gram_hashes, prefix_hashes

GRAM = 8
"""Steps of the n-grams whose copies are counted: nine notes in a row."""


@dataclass(frozen=True)
class Origin:
    """What one piece shares with the training set.

    Parameters
    ----------
    longest_run
        Notes of the longest stretch of a line whose intervals and rhythm some training piece has, whatever the key and
        tempo; 0 where there is none.
    run_piece, run_bar
        The training piece that has it, and the bar there in which it starts, from 1; None without a run.
    made_bar
        The bar in the piece itself in which the run starts, from 1; None without a run.
    copied
        Share of the piece's n-grams of nine notes that occur in the training set, 0 to 1; None where it has none.
    ngrams
        How many n-grams it has.
    nearest_piece, nearest_share
        The training piece that has most of the piece's n-grams, and which share of them, 0 to 1; None and 0 where no
        training piece has one, and None and None where the piece has none.
    """

    longest_run: int
    run_piece: str | None
    run_bar: int | None
    made_bar: int | None
    copied: float | None
    ngrams: int
    nearest_piece: str | None
    nearest_share: float | None


class Index:
    """The lines of a training set, ready to be asked.

    Parameters
    ----------
    pieces
        The training set.
    names
        One a piece.
    """

    def __init__(self, pieces: Sequence[Columns], names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._notes = lay(pieces)
        self._lines = lines(self._notes)
        self._suffixes = Suffixes(self._lines.symbol, self._lines.line)
        self._grams, self._owners = _postings(self._lines)

    def __len__(self) -> int:
        """How many steps the lines of the training set have."""
        return len(self._lines)

    def ask(self, pieces: Sequence[Columns]) -> list[Origin]:
        """What each piece shares with the training set."""
        return self.ask_notes(lay(pieces))

    def ask_notes(self, notes: Notes) -> list[Origin]:
        """`ask` for pieces that are laid already."""
        asked = _Asked(notes, self._suffixes)
        order = np.argsort(asked.lines.piece, kind="stable")
        edges = np.searchsorted(asked.lines.piece[order], np.arange(notes.pieces + 1))
        return [self._origin(asked, order[start:stop]) for start, stop in pairwise(edges)]

    def _origin(self, asked: _Asked, rows: Ints) -> Origin:
        """Of the piece with these steps."""
        whole = rows[asked.left[rows] >= GRAM]
        nearest, share = self._nearest(np.unique(gram_hashes(asked.hashes, whole, GRAM)))
        copied = float((asked.length[whole] >= GRAM).mean()) if len(whole) else None
        best = rows[asked.length[rows].argmax()] if len(rows) else None
        if best is None or not asked.length[best]:
            return Origin(0, None, None, None, copied, len(whole), nearest, share)
        source = asked.place[best]
        return Origin(
            longest_run=int(asked.length[best]) + 1,
            run_piece=self.names[self._lines.piece[source]],
            run_bar=_bar(self._notes, self._lines, source),
            made_bar=_bar(asked.notes, asked.lines, best),
            copied=copied,
            ngrams=len(whole),
            nearest_piece=nearest,
            nearest_share=share,
        )

    def _nearest(self, grams: NDArray[np.uint64]) -> tuple[str | None, float | None]:
        """The training piece that holds most of these n-grams, the first in a tie."""
        if not len(grams):
            return None, None
        start, stop = (np.searchsorted(self._grams, grams, side) for side in ("left", "right"))
        width = stop - start
        rows = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width - start, width)
        counts = np.bincount(self._owners[rows], minlength=1)
        if not counts.any():
            return None, 0.0
        return self.names[counts.argmax()], float(counts.max() / len(grams))


class _Asked:
    """The lines of pieces that were asked for, and for each step the longest run from there that is known."""

    def __init__(self, notes: Notes, known: Suffixes) -> None:
        self.notes = notes
        self.lines = lines(notes)
        self.hashes = prefix_hashes(self.lines.symbol)
        self.left = _left(self.lines)
        self.length, self.place = known.longest(self.lines.symbol, self.lines.line)


def _postings(steps: Lines) -> tuple[NDArray[np.uint64], Ints]:
    """Which pieces have which n-grams: hashes, sorted, and a piece each; every pair once."""
    at = np.flatnonzero(_left(steps) >= GRAM)
    grams, owner = gram_hashes(prefix_hashes(steps.symbol), at, GRAM), steps.piece[at]
    order = np.lexsort([owner, grams])
    grams, owner = grams[order], owner[order]
    fresh = np.ones(len(grams), bool)
    fresh[1:] = (grams[1:] != grams[:-1]) | (owner[1:] != owner[:-1])
    return grams[fresh], owner[fresh]


def _left(steps: Lines) -> Ints:
    """How many steps each step has left in its line, itself counted."""
    return np.asarray(np.searchsorted(steps.line, steps.line, side="right") - np.arange(len(steps)))


def _bar(notes: Notes, steps: Lines, at: np.int64) -> int:
    number, _, _ = notes.bar(steps.piece[[at]], steps.onset[[at]])
    return int(number[0]) + 1
