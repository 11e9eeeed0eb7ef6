"""What a training set says, ready to be asked whether a piece says it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..represent.parts import BAR_STEPS, ONSET, Rows
from .heard import Heard, Ints, heard
from .runs import grams, joined, longest_chain

_SHORT, _LONG, _LEAST = 8, 12, 4
_FULL_BAR = 6
"""Onsets from which on a bar says something of its own."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
TRAINING = {
    "training_grams": "share of the stretches of nine lead notes that training pieces have, too",
    "training_bars": "share of the bars that are note for note those of training pieces, in any key",
}
"""Name -> what it is a share of; the measures that a gate looks at."""


class Source(NamedTuple):
    """The longest stretch of a lead that a training piece has.

    Parameters
    ----------
    notes
        How many notes, 0 where there are fewer than 5.
    piece
        The number of the training piece; -1 without.
    bar, made_bar
        Where it begins there and in the piece itself, from 0.
    """

    notes: int
    piece: int
    bar: int
    made_bar: int


class Grams:
    """The leads and bars of a training set.

    Parameters
    ----------
    pieces
        Whole pieces.
    drum_parts
        The parts that are left out.
    names
        One a piece; their numbers where not given.
    """

    def __init__(
        self, pieces: Sequence[Rows | Heard], drum_parts: Sequence[int] = (), names: Sequence[str] | None = None
    ) -> None:
        known = [heard(piece, drum_parts) for piece in pieces]
        self.names = tuple(names) if names is not None else tuple(str(number) for number in range(len(known)))
        self._short, self._long, self._least = (_Places(known, n) for n in (_SHORT, _LONG, _LEAST))
        self._bars = np.unique(np.concatenate([np.zeros(0, np.uint64), *map(_bar_hashes, known)]))

    def share(self, y: Rows | Heard, n: int = _SHORT, drum_parts: Sequence[int] = ()) -> float:
        """Which share of the 8- or 12-grams of y's lead the leads of the training set have; 0 where it has none.

        A gram is `n` steps of (interval, inter-onset), so n + 1 notes.
        """
        mine = grams(heard(y, drum_parts).lead_steps, n)
        return float((self._short if n == _SHORT else self._long).has(mine).mean()) if len(mine) else 0.0

    def bars_share(self, y: Rows | Heard, drum_parts: Sequence[int] = ()) -> float:
        """Which share of y's bars the training set has: all onsets, in some key; of the bars with 6 onsets or more."""
        mine = _bar_hashes(heard(y, drum_parts))
        return float(_known(self._bars, mine).mean()) if len(mine) else 0.0

    def copying(self, y: Rows | Heard, drum_parts: Sequence[int] = ()) -> dict[str, float]:
        """Each of `TRAINING` of the slice of y that has most of it."""
        worst = dict.fromkeys(TRAINING, 0.0)
        for part in heard(y, drum_parts).slices:
            for name, value in zip(TRAINING, (self.share(part), self.bars_share(part)), strict=True):
                worst[name] = max(worst[name], value)
        return worst

    def longest(self, y: Rows | Heard, drum_parts: Sequence[int] = ()) -> Source:
        """The longest stretch of y's lead that is in a training piece, and where."""
        known = heard(y, drum_parts)
        for places, n in ((self._long, _LONG), (self._short, _SHORT), (self._least, _LEAST)):
            at, place = places.pairs(grams(known.lead_steps, n))
            if len(at):
                length, first = longest_chain(at, place)
                piece, onset = places.where(int(place[first]))
                made = int(known.lead[at[first], ONSET]) // BAR_STEPS
                return Source(length + n, piece, onset // BAR_STEPS, made)
        return Source(0, -1, 0, 0)


class _Places:
    """The n-grams of many leads, sorted, and where each is."""

    def __init__(self, known: Sequence[Heard], n: int) -> None:
        found = [grams(piece.lead_steps, n) for piece in known]
        room = [len(piece.lead) + 1 for piece in known]
        self._first = np.cumsum([0, *room])
        self._onset = np.concatenate([np.zeros(0, np.int64), *[np.append(piece.lead[:, ONSET], 0) for piece in known]])
        # places of two pieces never follow one another: each has more room than grams
        place = [first + np.arange(len(keys)) for first, keys in zip(self._first[:-1], found, strict=True)]
        keys = np.concatenate([np.zeros(0, np.uint64), *found])
        order = np.argsort(keys, kind="stable")
        self._keys, self._place = keys[order], np.concatenate([np.zeros(0, np.int64), *place])[order]

    def has(self, mine: NDArray[np.uint64]) -> NDArray[np.bool_]:
        return _known(self._keys, mine)

    def pairs(self, mine: NDArray[np.uint64]) -> tuple[Ints, Ints]:
        return joined(mine, self._keys, self._place)

    def where(self, place: int) -> tuple[int, int]:
        """The piece and the onset in it."""
        piece = int(np.searchsorted(self._first, place, side="right")) - 1
        return piece, int(self._onset[place])


def _known(keys: NDArray[np.uint64], mine: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of some numbers are among others, which are sorted and many."""
    start, stop = (np.searchsorted(keys, mine, side) for side in ("left", "right"))
    return np.asarray(stop > start)


def _bar_hashes(notes: Heard) -> NDArray[np.uint64]:
    """One number for each bar with enough onsets: the same for the same onsets in another key.

    The sum of scrambled onsets (finaliser of SplitMix64: Steele, Lea, Flood 2014), whatever their order.
    """
    bar = notes.onset // BAR_STEPS
    lowest = np.full(notes.bars, 128)
    np.minimum.at(lowest, bar, notes.pitch)
    token = (notes.onset % BAR_STEPS * 128 + notes.pitch - lowest[bar] + 1).astype(np.uint64) * _BASE
    token = (token ^ (token >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    token = (token ^ (token >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    sums = np.zeros(notes.bars, np.uint64)
    np.add.at(sums, bar, token ^ (token >> np.uint64(31)))
    return sums[notes.counts >= _FULL_BAR]
