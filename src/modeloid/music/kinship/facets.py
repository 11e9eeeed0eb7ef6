"""What one piece takes over from another, bar by bar, facet by facet: nearness, which is not copying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..phrase import in_c
from ..represent.parts import BAR_STEPS, LENGTH, ONSET, PITCH, VELOCITY, Rows
from .bars import f1_by_shift, sounding_mean
from .heard import SLICE_BARS, Floats, Heard, heard
from .rhythm import by_step, f1

FACETS = ("harmony", "rhythm", "contour", "form", "dynamics")
_LAGS = (1, 2, 4, 8)
_HALF = BAR_STEPS // 2
_WIDEST = 9
_FAR_VELOCITY = 32


class Profile:
    """What `nearness` compares pieces by, each thing prepared once: for who asks often of one piece.

    Parameters
    ----------
    notes
        The piece.
    """

    def __init__(self, notes: Heard) -> None:
        self.notes = notes

    @cached_property
    def harmony(self) -> Floats:
        """For how long each pitch class sounds in each half bar, of the notes that begin there, in C; (bars, 24)."""
        rows = in_c(self.notes.rows)[0]
        half = rows[:, ONSET] // _HALF
        time = np.minimum(rows[:, LENGTH], _HALF)
        times = np.bincount(half * 12 + rows[:, PITCH] % 12, time, minlength=self.notes.bars * 24)
        return times.reshape(self.notes.bars, 24).astype(np.float64)

    @cached_property
    def rhythm(self) -> NDArray[np.float32]:
        """How many onsets there are at each step of each bar, (bars, 16)."""
        return by_step(self.notes)

    @cached_property
    def contour(self) -> NDArray[np.float32]:
        """How often the lead comes by each interval to a note of each bar and the next, (bars, 19)."""
        kinds, lead, bars = 2 * _WIDEST + 1, self.notes.lead, self.notes.bars
        step = np.clip(np.diff(lead[:, PITCH]), -_WIDEST, _WIDEST) + _WIDEST
        at = lead[1:, ONSET] // BAR_STEPS * kinds + step
        counts = np.bincount(at, minlength=(bars + 1) * kinds).astype(np.float32).reshape(-1, kinds)
        return np.asarray(counts[:-1] + counts[1:])

    @cached_property
    def form(self) -> Floats:
        """How much each bar has of those 1, 2, 4 and 8 bars before, (bars, 4)."""
        share = f1_by_shift(self.notes, self.notes).max(axis=0)
        found = np.zeros((self.notes.bars, len(_LAGS)))
        for column, lag in enumerate(_LAGS):
            found[lag:, column] = np.diagonal(share, -lag)
        return found

    @cached_property
    def dynamics(self) -> Floats:
        """The mean velocity of each bar less that of all notes, 0 of an empty bar, (bars, 1)."""
        rows, bars = self.notes.rows, self.notes.bars
        bar, velocity = rows[:, ONSET] // BAR_STEPS, rows[:, VELOCITY]
        count = np.bincount(bar, minlength=bars)
        mean = np.bincount(bar, velocity, minlength=bars) / np.maximum(count, 1)
        return np.where(count > 0, mean - velocity.mean(), 0.0)[:, None]


Piece = Rows | Heard | Profile


def profile(notes: Piece, drum_parts: Sequence[int] = ()) -> Profile:
    """`Profile` of notes, itself where it is that already."""
    return notes if isinstance(notes, Profile) else Profile(heard(notes, drum_parts))


def nearness(y: Piece, x: Piece, drum_parts: Sequence[int] = ()) -> dict[str, Floats]:
    """How near each bar of y is to x in each facet, 0 to 1.

    harmony
        Cosine of the times for which the pitch classes sound in each half bar, both pieces in C.
    rhythm
        F1 of the onsets at each step, counted.
    contour
        F1 of the intervals of the lead, counted, in a bar and the next; more than nine semitones count as nine.
    form
        ``1 - d``, d the mean difference, at lags of 1, 2, 4 and 8 bars, of how much a bar repeats the one so long
        before (`barcopy` of the two; 0 before the beginning).
    dynamics
        ``1 - d / 32``, d the difference of the mean velocities of two bars, each taken from its own piece's mean.

    For harmony, rhythm and contour the bar of x is taken that is nearest; of harmony and rhythm a bar counts with the
    neighbour before or behind it, whichever pair is nearer to some pair of x's bars. Form and dynamics are taken 8 bars
    at a time, from the 8 bars of x that are nearest as a whole.

    Nearness is a description, not a judge: of a pair from one song of POP909 and one from two, the former is nearer in
    71 of 100 cases by harmony or rhythm, 65 by contour, 57 by form, 49 by dynamics, 77 by `together`.

    Returns
    -------
    Facet -> shape (bars of y,); 0 where a bar of y has no notes, and everywhere where x has none.
    """
    one, other = profile(y, drum_parts), profile(x, drum_parts)
    if not len(one.notes) or not len(other.notes):
        return {name: np.zeros(one.notes.bars) for name in FACETS}
    found = {
        "harmony": _in_pairs(_cosines(one.harmony, other.harmony)),
        "rhythm": _in_pairs(f1(one.rhythm, other.rhythm)),
        "contour": np.asarray(f1(one.contour, other.contour).max(axis=1)),
        "form": _in_sections(1 - _apart(one.form, other.form)),
        "dynamics": _in_sections(1 - _apart(one.dynamics, other.dynamics) / _FAR_VELOCITY),
    }
    full = one.notes.counts > 0
    return {name: np.asarray(np.clip(each, 0, 1) * full) for name, each in found.items()}


def together(means: Mapping[str, float]) -> float:
    """The mean of harmony, rhythm and contour: how near a piece is on the whole."""
    return float(np.mean([means[name] for name in FACETS[:3]]))


def mean_nearness(y: Heard | Profile, x: Heard | Profile) -> dict[str, float]:
    """Of each facet the mean of `nearness` over the bars with notes, and of some `together`."""
    return means_of(nearness(y, x), profile(y).notes)


def means_of(bars: Mapping[str, Floats], y: Heard) -> dict[str, float]:
    """The means of what `nearness` told of a piece, as `mean_nearness` has them."""
    means = {name: sounding_mean(values, y) for name, values in bars.items()}
    return means | {"together": together(means)}


def _in_pairs(each: Floats) -> Floats:
    """Of bars against bars, (bars of y, bars of x): the best of each bar of y, taken together with a neighbour."""
    if min(each.shape) < 2:
        return np.asarray(each.max(axis=1), np.float64)
    pair = ((each[:-1, :-1] + each[1:, 1:]) / 2).max(axis=1)
    return np.asarray(np.maximum(np.append(pair, 0), np.append(0, pair)))


def _in_sections(each: Floats) -> Floats:
    """Of bars against bars: 8 bars of y at a time, along the 8 of x that are nearest to them."""
    found = np.zeros(len(each))
    for first in range(0, len(each), SLICE_BARS):
        part = each[first : first + SLICE_BARS]
        rows = np.arange(len(part))
        begins = range(0, each.shape[1], SLICE_BARS)
        # where x ends within 8 bars it goes on from there
        along = [part[rows, (begin + rows) % each.shape[1]] for begin in begins]
        found[first : first + SLICE_BARS] = max(along, key=lambda values: float(values.mean()))
    return found


def _cosines(one: Floats, other: Floats) -> Floats:
    sizes = [np.maximum(np.linalg.norm(each, axis=1), 1e-9) for each in (one, other)]
    return np.asarray(one @ other.T / np.outer(*sizes))


def _apart(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.abs(one[:, None] - other[None]).mean(axis=2))
