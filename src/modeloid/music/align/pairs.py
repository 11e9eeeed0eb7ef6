"""Notes of a score with the notes that play them, from the way of a performance through the score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .notes import PITCHES, Chords, Notes, chords
from .path import way

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NEAR_S = 0.5
"""How far from where the score says a note is looked for that its chord did not get on the way."""


@dataclass(frozen=True)
class Alignment:
    """Which notes belong together.

    Parameters
    ----------
    played
        Shape (notes of the score,): the number of the performed note; -1: none plays it. Notes of one pitch that begin
        together, as two voices may write them, are one key, and played by one note.
    share
        Of the keys of the score that are played, 0 to 1.
    """

    played: Ints
    share: float


def align(score: Notes, performance: Notes) -> Alignment:
    """Find for every note of a score the note of a performance that plays it, of the same pitch.

    Parameters
    ----------
    score
        Onsets in quarters.
    performance
        Onsets in seconds.
    """
    played = np.full(len(score.pitch), -1)
    if not len(score.pitch) or not len(performance.pitch):
        return Alignment(played, 0.0)
    order = np.argsort(performance.onset, kind="stable")
    ordered = Notes(performance.onset[order], performance.pitch[order])
    groups = chords(score)
    keys, key_of = np.unique(groups.of * PITCHES + score.pitch, return_inverse=True)
    found = _on_the_way(keys, groups, ordered, way(groups, ordered))
    found = _nearby(keys, groups, ordered, found)
    hit = found >= 0
    chosen = np.where(hit, order[found], -1)
    return Alignment(chosen[key_of], float(hit.mean()))


def _on_the_way(keys: Ints, groups: Chords, played: Notes, at: Ints) -> Ints:
    """The first note of its pitch that lies at a key's chord; of the fullest stay there, where there are several."""
    hits = groups.has[played.pitch, at]
    visit = np.cumsum(np.append(True, np.diff(at) != 0)) - 1
    fullness = np.bincount(visit, hits)[visit]
    told = at * PITCHES + played.pitch
    order = np.lexsort([-fullness, told])
    order = order[hits[order]]
    first = order[np.append(True, np.diff(told[order]) != 0)[: len(order)]]
    found = np.full(len(keys), -1)
    found[np.searchsorted(keys, told[first])] = first
    return found


def _nearby(keys: Ints, groups: Chords, played: Notes, found: Ints) -> Ints:
    """Give keys that got none the nearest free note of their pitch, near to when their chord was played."""
    when = _times(keys, groups, played, found)
    lacking = np.flatnonzero(found < 0)
    free = np.ones(len(played.pitch), np.bool_)
    free[found[found >= 0]] = False
    pairs: list[tuple[float, int, int]] = []
    for pitch in np.unique(keys[lacking] % PITCHES):
        wanting = lacking[keys[lacking] % PITCHES == pitch]
        having = np.flatnonzero(free & (played.pitch == pitch))
        apart = np.abs(when[keys[wanting] // PITCHES][:, None] - played.onset[having])
        rows, columns = np.nonzero(apart <= _NEAR_S)
        pairs += zip(apart[rows, columns].tolist(), wanting[rows].tolist(), having[columns].tolist(), strict=True)
    result = found.copy()
    for _, key, note in sorted(pairs):
        if result[key] < 0 and free[note]:
            result[key], free[note] = note, False
    return result


def _times(keys: Ints, groups: Chords, played: Notes, found: Ints) -> Floats:
    """When each chord is played, in seconds: the median of its notes; between such chords in proportion."""
    hit = found >= 0
    if not hit.any():
        return np.full(len(groups.onset), np.inf)
    chord, onset = keys[hit] // PITCHES, played.onset[found[hit]]
    order = np.lexsort([onset, chord])
    known, first, count = np.unique(chord[order], return_index=True, return_counts=True)
    return np.asarray(np.interp(groups.onset, groups.onset[known], onset[order][first + count // 2]))
