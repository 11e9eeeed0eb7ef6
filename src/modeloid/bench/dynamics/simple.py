"""Simple ways to tell velocities from a score: one for all notes, linear ones, and boosted trees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.models.inspired.notes.around import around, together
from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PITCH, Rows

from .performances import Performance

Floats = NDArray[np.float64]
Teller = Callable[[Performance], Floats]
"""Velocities of all notes of a score."""

_RIDGE = 100.0
_MOST_NOTES = 250_000
_NEAR = 8
"""Columns of `columns_of` that say where and what a note is, without what is around it."""


class Lesson(NamedTuple):
    """What is learned from: columns of all notes that were played, see `columns_of`, and their velocities."""

    told: Floats
    played: Floats


def lesson(train: Sequence[Performance]) -> Lesson:
    """All notes of some performances."""
    told = [_of_notes(one)[one.is_played] for one in train]
    return Lesson(np.concatenate(told), np.concatenate([one.velocity[one.is_played] for one in train]))


def flat(given: Lesson) -> Teller:
    """The mean of all velocities that were played in training."""
    mean = given.played.mean()
    return lambda one: np.full(len(one.columns), mean)


def own_mean(one: Performance) -> Floats:
    """The mean of the very performance, which no score tells."""
    return np.full(len(one.columns), one.velocity[one.is_played].mean())


def linear(given: Lesson, is_near: bool = False) -> Teller:
    """Ridge regression on what notes are and on what is around them; `is_near`: on what they are alone."""
    width = _NEAR if is_near else None
    told, played = given.told[:, :width], given.played
    mean, spread = told.mean(0), told.std(0) + 1e-6
    even, level = (told - mean) / spread, played.mean()
    weights = np.linalg.solve(even.T @ even + _RIDGE * np.eye(even.shape[1]), even.T @ (played - level))

    def tell(one: Performance) -> Floats:
        return np.asarray((_of_notes(one)[:, :width] - mean) / spread @ weights + level)

    return tell


def trees(given: Lesson) -> Teller:
    """Gradient boosting of trees (scikit-learn's) on the same as `linear`. Raises ImportError where it is lacking."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    chosen = np.random.default_rng(0).permutation(len(given.told))[:_MOST_NOTES]
    net: Any = HistGradientBoostingRegressor(
        max_iter=120, learning_rate=0.08, max_leaf_nodes=31, min_samples_leaf=200, random_state=0
    )
    net.fit(given.told[chosen], given.played[chosen])
    return lambda one: np.asarray(net.predict(_of_notes(one)))


def _of_notes(one: Performance) -> Floats:
    rows, bars, tempo_bpm, number = one.on_grid()
    return columns_of(rows, bars, tempo_bpm)[number]


def columns_of(rows: Rows, bars: int, tempo_bpm: float) -> Floats:
    """What velocities are told from, shape (notes, columns): metre, length, voice and pitch, then what is around."""
    step = rows[:, ONSET] % BAR_STEPS
    chords = together(rows)
    near = [step == 0, step % 8 == 0, step % 4 == 0, step % 2 == 0, np.log(rows[:, LENGTH])]
    near += [rows[:, PITCH] == chords.top[chords.of], rows[:, PITCH] == chords.low[chords.of], rows[:, PITCH] / 12]
    return np.column_stack([*near, around(rows, bars, tempo_bpm)]).astype(np.float64)
