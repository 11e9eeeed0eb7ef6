"""The real pieces of a part, cut as long as made ones and measured once: what made pieces are compared with."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from .columns import Columns
from .measure.diversity import diversity
from .measure.notes import BEAT, Floats, Ints, Notes, excerpts, lay
from .measure.sets import FEATURES, Vectors
from .measure.table import Table, measure_notes
from .originality import Index

SHARED = ("longest_run", "copied", "nearest_share")
"""What is said of originality."""
_EXCERPTS = 1000
_ASKED = 100
_STEPS_AN_OCTAVE = 4


class Real:
    """Knows the real pieces of a part, and what it has measured of them stays.

    Made pieces are often short, and many metrics grow with length: they are compared with excerpts of the real pieces
    that are about as long as the middle one of them, rounded to a quarter of an octave (at most 1,000, evenly spread).

    Parameters
    ----------
    pieces
        Gives the real pieces; asked once.
    index, drums
        Give the indices of the training set's melodies and drums, None where originality is not measured; asked once.
    unseen
        Gives real pieces that are not in the training set, as the index knows pieces; asked once. They say how much
        music shares with other music without being copied.
    """

    def __init__(
        self,
        pieces: Callable[[], Sequence[Columns]],
        index: Callable[[], Index] | None = None,
        unseen: Callable[[], Sequence[Columns]] | None = None,
        drums: Callable[[], Index] | None = None,
    ) -> None:
        self._load_pieces, self._load_unseen = pieces, unseen
        self._load_indices = {"": index, "drum_": drums}
        self._like: dict[int, Excerpts] = {}

    @cached_property
    def notes(self) -> Notes:
        """The pieces, whole."""
        return lay(self._load_pieces())

    @cached_property
    def _indices(self) -> dict[str, Index]:
        return {kind: load() for kind, load in self._load_indices.items() if load}

    @cached_property
    def _unseen(self) -> Notes:
        return lay(self._load_unseen() if self._load_unseen else [])

    def shared(self, notes: Notes) -> dict[str, list[float]]:
        """What pieces share with the training set.

        Returns
        -------
        ``longest_run``, ``copied`` and ``nearest_share`` (see `originality.Origin`) of every piece for which they are
        defined; ``drum_longest_run`` ... the same of the drums of pieces that have some. Only what some piece has.
        """
        found: dict[str, list[float]] = {}
        for kind, index in self._indices.items():
            heard = np.bincount(notes.piece[~notes.pitched], minlength=notes.pieces) if kind else np.ones(notes.pieces)
            origins = [origin for origin, some in zip(index.ask_notes(notes), heard, strict=True) if some]
            for name in SHARED:
                found[kind + name] = [value for origin in origins if (value := getattr(origin, name)) is not None]
        return {name: values for name, values in found.items() if values}

    def like(self, made: Notes) -> Excerpts:
        """Excerpts about as long as made pieces, of which there must be one."""
        beats = _rounded(float(np.median(made.length)) / BEAT)
        if beats not in self._like:
            shared = self.shared(_spaced(excerpts(self._unseen, beats), _ASKED))
            self._like[beats] = Excerpts(beats, _spaced(excerpts(self.notes, beats), _EXCERPTS), shared)
        return self._like[beats]


class Excerpts:
    """Excerpts of one length, and what was measured of them.

    Parameters
    ----------
    beats
        How long they are at most, in quarters.
    notes
        Theirs.
    shared
        What excerpts of unseen pieces (at most 100) share with the training set, as `Real.shared` says it.
    """

    def __init__(self, beats: int, notes: Notes, shared: dict[str, list[float]]) -> None:
        self.beats, self.notes, self.shared = beats, notes, shared
        self._columns: dict[str, Floats] = {}

    def __len__(self) -> int:
        return self.notes.pieces

    def table(self, names: Sequence[str]) -> Table:
        """Some metrics, each measured when it is first asked for."""
        fresh = measure_notes(self.notes, [name for name in names if name not in self._columns])
        self._columns |= {name: fresh.column(name) for name in fresh.names}
        return Table(tuple(names), np.stack([self._columns[name] for name in names], axis=1))

    @cached_property
    def vectors(self) -> Vectors:
        """The feature vectors, for the Frechet distance."""
        return Vectors(self.table(FEATURES))

    @cached_property
    def diversity(self) -> float | None:
        """How unlike one another they are."""
        return diversity(self.notes)


def _rounded(beats: float) -> int:
    """To the next quarter of an octave, whole beats: few lengths, so that what is measured of them is used again."""
    octaves = round(_STEPS_AN_OCTAVE * math.log2(max(beats, 1.0))) / _STEPS_AN_OCTAVE
    return round(math.exp2(octaves))


def _spaced(notes: Notes, most: int) -> Notes:
    """At most so many of the pieces, evenly spread."""
    if notes.pieces <= most:
        return notes
    rows: Ints = np.linspace(0, notes.pieces - 1, most).round().astype(np.int64)
    return notes.only(rows)
