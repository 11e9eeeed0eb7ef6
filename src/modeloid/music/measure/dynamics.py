"""Metrics of dynamics: MIDI velocities, 0 to 127. Drums count; without a note all are undefined (NaN)."""

from __future__ import annotations

import numpy as np

from .notes import BEAT, Floats, Notes
from .rhythm import snap
from .shares import histogram, mean_by, ratio

ACCENT_STEPS = 16


def velocity_counts(notes: Notes) -> Floats:
    """Notes of each velocity: shape (pieces, 128)."""
    return histogram(notes.piece, notes.velocity, notes.pieces, 128)


def velocity_distance(made: Floats, real: Floats) -> Floats:
    """How far velocities must be moved, on average, to be distributed as others: Wasserstein-1, 0 to 127.

    ``sum over v of |F(v) - G(v)|`` with the distribution functions of the notes' velocities (`distance.wasserstein` on
    histograms).

    Parameters
    ----------
    made
        Notes of each velocity, shape (..., 128).
    real
        The same of what is compared with, shape (128,) or that of `made`.

    Returns
    -------
    Shape (...); NaN where either has no note: undefined.
    """
    first, second = (
        np.cumsum(ratio(counts, np.broadcast_to(counts.sum(axis=-1, keepdims=True), counts.shape)), axis=-1)
        for counts in (made, real)
    )
    return np.asarray(np.abs(first - second).sum(axis=-1))


def velocity_mean(notes: Notes) -> Floats:
    """Mean velocity of the notes, 0 to 127."""
    return mean_by(notes.piece, notes.velocity, notes.pieces)


def velocity_spread(notes: Notes) -> Floats:
    """Standard deviation of the velocities of a piece's notes, 0 to 63.5; 0 is flat."""
    mean = np.nan_to_num(velocity_mean(notes))
    return np.sqrt(mean_by(notes.piece, (notes.velocity - mean[notes.piece]) ** 2, notes.pieces))


def velocity_levels(notes: Notes) -> Floats:
    """How many different velocities a piece has, 1 to 128: played music has dozens, written music one."""
    levels = (velocity_counts(notes) > 0).sum(axis=1)
    return np.where(levels > 0, levels, np.nan)


def bar_dynamics(notes: Notes) -> Floats:
    """Standard deviation of the mean velocities of the bars in which notes start: how far whole bars rise and fall.

    0 to 63.5. Undefined without a note.
    """
    bar = mean_by(notes.onset_bar, notes.velocity, len(notes.bar_piece))
    known = ~np.isnan(bar)
    owner, bar = notes.bar_piece[known], bar[known]
    mean = np.nan_to_num(mean_by(owner, bar, notes.pieces))
    return np.sqrt(mean_by(owner, (bar - mean[owner]) ** 2, notes.pieces))


def beat_accent(notes: Notes) -> Floats:
    """Mean velocity of the notes on a quarter minus that of all others, -127 to 127, on the grid of 16ths.

    Undefined without notes of both kinds.
    """
    on_beat = snap(notes.onset, 4) % 4 == 0
    return _between(notes, on_beat)


def downbeat_accent(notes: Notes) -> Floats:
    """Mean velocity of the notes on a bar's first 16th minus that of all others; as `beat_accent`."""
    _, step, _ = notes.snapped(4)
    return _between(notes, step == 0)


def accent_profile(notes: Notes) -> Floats:
    """Mean velocity at each 16th of the bar minus the piece's mean: shape (pieces, 16), NaN where no note starts.

    Bars longer than 16 steps give their first 16.
    """
    _, step, _ = notes.snapped(4)
    kept = step < ACCENT_STEPS
    cell = notes.piece[kept] * ACCENT_STEPS + step[kept]
    mean = mean_by(cell, notes.velocity[kept], notes.pieces * ACCENT_STEPS).reshape(notes.pieces, ACCENT_STEPS)
    return np.asarray(mean - velocity_mean(notes)[:, None])


def pitch_velocity_correlation(notes: Notes) -> Floats:
    """Pearson's correlation of pitch and velocity over the notes of a piece, -1 to 1; drums left out.

    Players tend to bring out the upper voice. Undefined where pitch or velocity never changes.
    """
    kept = notes.pitched
    return correlation(notes.piece[kept], notes.pitch[kept], notes.velocity[kept], notes.pieces)


def contour_correlation(made: Notes, real: Notes) -> Floats:
    """How alike two renderings of the same pieces rise and fall: Pearson's correlation of beat by beat mean velocity.

    Over the beats in which notes start in both, piece by piece; -1 to 1, drums counted.

    Parameters
    ----------
    made, real
        As many pieces each, piece i of one being another rendering of piece i of the other.

    Returns
    -------
    Shape (pieces,); NaN where either does not change or fewer than two beats are shared: undefined.
    """
    beats = max(int(notes.length.max(initial=0)) for notes in (made, real)) // BEAT + 2
    one, other = (_by_beat(notes, beats) for notes in (made, real))
    cell = np.flatnonzero(~np.isnan(one) & ~np.isnan(other))
    return correlation(cell // beats, one[cell], other[cell], made.pieces)


def correlation(owner: np.ndarray, one: np.ndarray, other: np.ndarray, owners: int) -> Floats:
    """Pearson's correlation of two columns for each owner; NaN where one of them is constant."""
    first, second = (
        column - np.nan_to_num(mean_by(owner, column, owners))[owner] for column in (one.astype(float), other)
    )
    both, left, right = (
        np.bincount(owner, weights=product, minlength=owners)
        for product in (first * second, first * first, second * second)
    )
    # rounding leaves a constant column a variance of about 1e-28 a note
    tiny = 1e-18 * np.bincount(owner, minlength=owners)
    known = (left > tiny) & (right > tiny)
    return np.where(known, np.clip(ratio(both, np.sqrt(left * right)), -1, 1), np.nan)


def _between(notes: Notes, chosen: np.ndarray) -> Floats:
    inside, outside = (mean_by(notes.piece[side], notes.velocity[side], notes.pieces) for side in (chosen, ~chosen))
    return np.asarray(inside - outside)


def _by_beat(notes: Notes, beats: int) -> Floats:
    return mean_by(notes.piece * beats + notes.onset // BEAT, notes.velocity, notes.pieces * beats)
