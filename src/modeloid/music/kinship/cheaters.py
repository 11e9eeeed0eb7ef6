"""Eleven ways to please a judge without being inspired: whatever gates are worth must refuse them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..phrase import lead, pitched
from ..represent.parts import BAR_STEPS, ONSET, PART, PITCH, Rows, cut, in_order
from .errors import KinshipError
from .features import HARMONY_AND_RHYTHM, features
from .heard import SLICE_BARS, Floats
from .lines import Address

CHEATERS = (
    "identity",
    "transposed",
    "next bars",
    "shuffled bars",
    "noisy copy",
    "rhythm with other pitches",
    "accompaniment under another lead",
    "lead over another accompaniment",
    "random training piece",
    "training piece nearest by features",
    "training piece nearest by the judge",
)
"""What they do with 8 bars of a song."""

_SHIFT = 3
_DROPPED, _MOVED = 0.25, 0.25
_OCTAVE, _PITCHES = 12, 128

Judge = Callable[[Sequence[Rows]], Floats]
"""Slices -> one vector each: near ones are taken for kin."""


class Cheaters:
    """All of `CHEATERS`, with what they have of the training set.

    Parameters
    ----------
    corpus
        Slices of 8 bars of the training set, two at least; notes of another song come from these, too.
    drum_parts
        The parts that keep their pitches.
    judge
        Whom the last one asks; where not given the harmony and rhythm among the features.

    Raises
    ------
    KinshipError
        The corpus has fewer than two slices with pitched notes.
    """

    def __init__(self, corpus: Sequence[Rows], drum_parts: Sequence[int] = (), judge: Judge | None = None) -> None:
        self._corpus = [rows for rows in corpus if len(pitched(rows, drum_parts))]
        if len(self._corpus) < 2:
            raise KinshipError(f"{len(self._corpus)} training slices with notes", "cheaters", "Give two at least")
        self._drum_parts = tuple(drum_parts)
        by_features = _Nearest(self._corpus, self._features)
        self._searches = (by_features, _Nearest(self._corpus, judge or self._some_features))

    def of(self, song: Rows, first_bar: int, rng: Address) -> dict[str, Rows]:
        """What each hands in as inspired by 8 bars of a song, from this bar on: name -> slice.

        Raises
        ------
        KinshipError
            These bars have no pitched notes.
        """
        x, drums = cut(song, first_bar, SLICE_BARS), self._drum_parts
        if not len(pitched(x, drums)):
            raise KinshipError("no pitched notes", f"bar {first_bar}", "Cheat with 8 bars that have some")
        draw = {name: rng.at(name).generator() for name in CHEATERS}
        strange = self._any(draw["lead over another accompaniment"])
        handed_in = (
            x,
            _raised(x, drums),
            cut(song, _next(song, first_bar), SLICE_BARS),
            _shuffled(x, draw["shuffled bars"]),
            _noisy(x, drums, draw["noisy copy"]),
            _repitched(x, strange, drums, draw["rhythm with other pitches"]),
            _joined(x, strange, drums),
            _joined(strange, x, drums),
            self._any(draw["random training piece"]),
            *[search.to(x) for search in self._searches],
        )
        return dict(zip(CHEATERS, handed_in, strict=True))

    def _any(self, draw: np.random.Generator) -> Rows:
        return self._corpus[int(draw.integers(len(self._corpus)))]

    def _features(self, slices: Sequence[Rows]) -> Floats:
        return np.array([features(rows, self._drum_parts) for rows in slices])

    def _some_features(self, slices: Sequence[Rows]) -> Floats:
        return self._features(slices)[:, HARMONY_AND_RHYTHM]


class _Nearest:
    """Finds the slice whose vector is nearest, each number in units of its deviation."""

    def __init__(self, corpus: Sequence[Rows], judge: Judge) -> None:
        self._corpus, self._judge = corpus, judge
        vectors = judge(corpus)
        self._unit = np.maximum(vectors.std(axis=0), 1e-6)
        self._vectors = vectors / self._unit

    def to(self, x: Rows) -> Rows:
        apart = self._vectors - self._judge([x])[0] / self._unit
        return self._corpus[int((apart**2).sum(axis=1).argmin())]


def _next(song: Rows, first_bar: int) -> int:
    """The first of the next 8 bars; of those before where the song ends."""
    bars = int(song[:, ONSET].max()) // BAR_STEPS + 1
    return first_bar + SLICE_BARS if first_bar + 2 * SLICE_BARS <= bars else max(first_bar - SLICE_BARS, 0)


def _raised(x: Rows, drum_parts: Sequence[int]) -> Rows:
    moved = x.copy()
    moved[:, PITCH] += _SHIFT * ~np.isin(x[:, PART], drum_parts)
    moved[:, PITCH] -= _OCTAVE * (moved[:, PITCH] >= _PITCHES)
    return in_order(moved)


def _shuffled(x: Rows, draw: np.random.Generator) -> Rows:
    place = draw.permutation(SLICE_BARS)
    moved = x.copy()
    moved[:, ONSET] = place[x[:, ONSET] // BAR_STEPS] * BAR_STEPS + x[:, ONSET] % BAR_STEPS
    return in_order(moved)


def _noisy(x: Rows, drum_parts: Sequence[int], draw: np.random.Generator) -> Rows:
    """A quarter of the notes dropped; a quarter moved, by a step or two in time or by up to four semitones."""
    lot = draw.random(len(x))
    moved = x.copy()
    away = np.isin(np.arange(len(x)), np.flatnonzero((lot >= _DROPPED) & (lot < _DROPPED + _MOVED)))
    sign = draw.choice([-1, 1], len(x))
    in_time = away & (draw.random(len(x)) < 0.5)
    in_pitch = away & ~in_time & ~np.isin(x[:, PART], drum_parts)
    moved[in_time, ONSET] += (sign * draw.integers(1, 3, len(x)))[in_time]
    moved[in_pitch, PITCH] += (sign * draw.integers(1, 5, len(x)))[in_pitch]
    moved[:, ONSET] = np.clip(moved[:, ONSET], 0, SLICE_BARS * BAR_STEPS - 1)
    moved[:, PITCH] = np.clip(moved[:, PITCH], 0, _PITCHES - 1)
    return in_order(moved[lot >= _DROPPED])


def _repitched(x: Rows, strange: Rows, drum_parts: Sequence[int], draw: np.random.Generator) -> Rows:
    """Each note gets the pitch of some note of another slice."""
    moved = x.copy()
    others = pitched(strange, drum_parts)[:, PITCH]
    change = ~np.isin(x[:, PART], drum_parts)
    moved[change, PITCH] = draw.choice(others, len(x))[change]
    return in_order(moved)


def _joined(accompaniment: Rows, melody: Rows, drum_parts: Sequence[int]) -> Rows:
    """One slice without its lead, under the lead of another."""
    own = lead(pitched(accompaniment, drum_parts))
    is_lead = (accompaniment[:, None, :] == own[None, :, :]).all(axis=2).any(axis=1)
    return in_order(np.concatenate([accompaniment[~is_lead], lead(pitched(melody, drum_parts))]))
