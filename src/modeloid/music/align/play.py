"""A score with the velocities of a performance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..columns import NOTE_COLUMNS, Columns
from .notes import of_performance, of_score
from .pairs import align

Ints = NDArray[np.int64]

UNPLAYED = "unplayed"
"""In ``about``: the numbers of the notes that nothing of the performance plays."""


class Played(NamedTuple):
    """The score, and the share of its keys that the performance plays, see `pairs.Alignment`."""

    score: Columns
    share: float


def played(score: Columns, performance: Columns) -> Played:
    """The notes of a score with the velocities of the performed notes that play them.

    What nothing plays is as loud as what its track plays around it; ``about["unplayed"]`` names these notes.

    Parameters
    ----------
    score, performance
        Of one piece.
    """
    found = align(of_score(score), of_performance(performance))
    hit = found.played >= 0
    loud = np.zeros(len(score), np.float64)
    loud[hit] = performance.notes["velocity"][found.played[hit]]
    loud[~hit] = _around(score, loud, hit)[~hit]
    velocity = np.clip(np.rint(loud), 1, 127).astype(NOTE_COLUMNS["velocity"])
    about = {**score.about, UNPLAYED: np.flatnonzero(~hit).tolist()}
    return Played(Columns({**score.notes, "velocity": velocity}, about, score.beside), found.share)


def _around(score: Columns, loud: NDArray[np.float64], hit: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Of every note the mean of what is played of its track at its onset, or between the onsets around it."""
    onset, track = score.notes["onset"].astype(np.int64), score.notes["track"]
    result = np.full(len(score), loud[hit].mean() if hit.any() else 64.0)
    for number in np.unique(track[hit]):
        own = track == number
        at, place = np.unique(onset[own & hit], return_inverse=True)
        mean = np.bincount(place, loud[own & hit]) / np.bincount(place)
        result[own] = np.interp(onset[own], at, mean)
    return result
