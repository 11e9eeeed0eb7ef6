"""An index of the training set's lines, asked what made pieces share with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns
from ..measure.notes import Ints, Notes, lay
from .kinds import MELODIES, Kind
from .lines import Lines
from .passage import Passage
from .suffixes import Suffixes, gram_hashes, prefix_hashes


@dataclass(frozen=True)
class Origin:
    """What one piece shares with the training set.

    Parameters
    ----------
    longest_run
        Notes of the longest stretch of a line whose intervals and rhythm some training piece has, whatever the key and
        tempo; of drums, bar patterns in a row, repeats counted once. 0 where there is none.
    run_piece, run_bar
        The training piece that has it, and the bar there in which it starts, from 1; None without a run.
    made_bar
        The bar in the piece itself in which the run starts, from 1; None without a run.
    copied
        Share of the piece's n-grams (nine notes; of drums two patterns) that occur in the training set, 0 to 1; None
        where it has none.
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
        The training set; laid already where several indices share it.
    names
        One a piece.
    kind
        What is looked for.
    """

    def __init__(self, pieces: Sequence[Columns] | Notes, names: Sequence[str], kind: Kind = MELODIES) -> None:
        self.names, self._kind = tuple(names), kind
        self._notes = pieces if isinstance(pieces, Notes) else lay(pieces)
        self._lines = kind.lines(self._notes)
        self._suffixes = Suffixes(self._lines.symbol, self._lines.line, kind.bits)
        self._grams, self._owners = _postings(self._lines, kind.gram)

    def __len__(self) -> int:
        """How many steps the lines of the training set have."""
        return len(self._lines)

    def ask(self, pieces: Sequence[Columns]) -> list[Origin]:
        """What each piece shares with the training set."""
        return self.ask_notes(lay(pieces))

    def ask_notes(self, notes: Notes) -> list[Origin]:
        """`ask` for pieces that are laid already."""
        asked = _Asked(notes, self._kind.lines(notes), self._suffixes)
        return [self._origin(asked, rows) for rows in asked.rows()]

    def trace(self, notes: Notes) -> list[tuple[Origin, tuple[Passage, Passage] | None]]:
        """As `ask_notes`, with the longest run of each side by side: made, trained; None where there is none."""
        asked = _Asked(notes, self._kind.lines(notes), self._suffixes)
        return [(self._origin(asked, rows), self._sides(asked, rows)) for rows in asked.rows()]

    def _origin(self, asked: _Asked, rows: Ints) -> Origin:
        """Of the piece with these steps."""
        gram = self._kind.gram
        whole = rows[asked.left[rows] >= gram]
        nearest, share = self._nearest(np.unique(gram_hashes(asked.hashes, whole, gram)))
        copied = float((asked.length[whole] >= gram).mean()) if len(whole) else None
        best = asked.best(rows)
        if best is None:
            return Origin(0, None, None, None, copied, len(whole), nearest, share)
        source = asked.place[best]
        return Origin(
            longest_run=int(asked.length[best]) + self._kind.more,
            run_piece=self.names[self._lines.piece[source]],
            run_bar=_bar(self._notes, self._lines, source),
            made_bar=_bar(asked.notes, asked.lines, best),
            copied=copied,
            ngrams=len(whole),
            nearest_piece=nearest,
            nearest_share=share,
        )

    def _sides(self, asked: _Asked, rows: Ints) -> tuple[Passage, Passage] | None:
        best = asked.best(rows)
        if best is None:
            return None
        steps, source = int(asked.length[best]), int(asked.place[best])
        side = self._kind.passage
        return side(asked.notes, asked.lines, int(best), steps), side(self._notes, self._lines, source, steps)

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

    def __init__(self, notes: Notes, steps: Lines, known: Suffixes) -> None:
        self.notes = notes
        self.lines = steps
        self.hashes = prefix_hashes(self.lines.symbol)
        self.left = _left(self.lines)
        self.length, self.place = known.longest(self.lines.symbol, self.lines.line)

    def rows(self) -> Iterator[Ints]:
        """The steps of each piece."""
        order = np.argsort(self.lines.piece, kind="stable")
        edges = np.searchsorted(self.lines.piece[order], np.arange(self.notes.pieces + 1))
        return (order[start:stop] for start, stop in pairwise(edges))

    def best(self, rows: Ints) -> np.int64 | None:
        """Which of these steps begins the longest run; None where no step is known."""
        found = rows[self.length[rows].argmax()] if len(rows) else None
        return found if found is not None and self.length[found] else None


def _postings(steps: Lines, gram: int) -> tuple[NDArray[np.uint64], Ints]:
    """Which pieces have which n-grams: hashes, sorted, and a piece each; every pair once."""
    at = np.flatnonzero(_left(steps) >= gram)
    grams, owner = gram_hashes(prefix_hashes(steps.symbol), at, gram), steps.piece[at]
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
