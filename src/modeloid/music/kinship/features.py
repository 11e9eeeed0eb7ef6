"""A slice of music as numbers, and how far sets of slices are apart: whether a voice is the own one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..measure.distance import frechet
from ..phrase import chords, in_c
from ..represent.parts import BAR_STEPS, LENGTH, ONSET, PITCH, Rows
from .bars import f1_by_shift
from .errors import KinshipError
from .heard import SLICE_BARS, Floats, Heard, heard

COUNT = 28
"""How many features there are."""
HARMONY_AND_RHYTHM = slice(0, 12)
"""Which of them say what degrees there are and where in the bar notes begin."""

_DEGREE = (0, 7, 1, 7, 2, 3, 7, 4, 7, 5, 7, 6)
"""Of the pitch classes from C on; 7 are those outside C major."""
_PLACE = (0, 3, 2, 3, 1, 3, 2, 3)
"""Of the sixteenths of a half bar: first or third quarter, second or fourth, eighth between, sixteenth between."""
_LENGTHS = (1, 3, 6)
"""Shortest notes, in sixteenths, of the classes of length."""
_INTERVALS = (0, 1, 3)
"""Smallest steps of the lead, in semitones, of the classes of intervals: repeats, seconds, leaps."""
_LAGS = (1, 4)
_TEXTURE = 8


class Draws(Protocol):
    """An address of random numbers, as the cycle's `Rng`."""

    def generator(self) -> np.random.Generator:
        """A generator that starts here."""
        ...


def features(rows: Rows | Heard, drum_parts: Sequence[int] = (), bars: int = SLICE_BARS) -> Floats:
    """What a slice is like, in 28 numbers that neither its key, nor its instruments, nor its velocities change.

    Shares of the seven degrees of C, by time, and of what is outside (8); of onsets on strong and weak quarters, on
    eighths and sixteenths between (4); of lengths (3) and of intervals of the lead (3), by class; onsets of all and of
    the lead, notes that sound and that begin at once, silence, mean pitch of the piece in C and spread of pitches, how
    often the half bars' chord changes (8); `barcopy` of bars 1 and 4 apart (2).

    Parameters
    ----------
    rows
        The slice.
    drum_parts
        The parts that are left out.
    bars
        How many it has.

    Returns
    -------
    Shape (28,), all zero without pitched notes.
    """
    notes = heard(rows, drum_parts)
    notes = Heard(notes.rows, bars=bars)
    if not len(notes):
        return np.zeros(COUNT)
    in_key = in_c(notes.rows)[0]
    return np.concatenate([_classes(notes, in_key), _texture(notes, in_key), _repeats(notes)])


def voice_distance(made: Floats, real: Floats, n: int, rng: Draws, draws: int = 4) -> float:
    """The Frechet distance of two sets of features at a fixed size, a mean over draws without replacement.

    It depends on n, so sets are only comparable at the same n; each number is taken in units of its deviation among the
    real ones, at least a thousandth.

    Parameters
    ----------
    made, real
        Shape (slices, features), n slices each at least.
    n
        How many of each are drawn.
    rng
        The address of the draws.
    draws
        How many times.

    Raises
    ------
    KinshipError
        There are fewer than n, or n is below 2.
    """
    fewest = min(len(made), len(real))
    if not 2 <= n <= fewest:
        what = f"n is {n}, and the smaller set has {fewest} slices"
        raise KinshipError(what, "voice_distance", "Take 2 to that many")
    mean, spread = real.mean(axis=0), np.maximum(real.std(axis=0), 1e-3)
    draw = rng.generator()
    sets = [[(each - mean)[draw.choice(len(each), n, False)] / spread for each in (made, real)] for _ in range(draws)]
    return float(np.mean([frechet(*pair) for pair in sets]))


def _classes(notes: Heard, rows: Rows) -> Floats:
    time = np.minimum(rows[:, LENGTH], BAR_STEPS)
    degree = np.bincount(np.take(_DEGREE, rows[:, PITCH] % 12), time, minlength=8)
    place = np.bincount(np.take(_PLACE, rows[:, ONSET] % len(_PLACE)), minlength=4)
    length = _by_class(rows[:, LENGTH], _LENGTHS)
    interval = _by_class(np.abs(np.diff(notes.lead[:, PITCH])), _INTERVALS)
    return np.concatenate([each / max(each.sum(), 1) for each in (degree, place, length, interval)])


def _by_class(values: NDArray[np.int64], least: tuple[int, ...]) -> NDArray[np.int64]:
    return np.bincount(np.searchsorted(least, values, side="right") - 1, minlength=len(least))


def _texture(notes: Heard, rows: Rows) -> Floats:
    steps = notes.bars * BAR_STEPS
    begin = np.bincount(rows[:, ONSET], minlength=steps)
    end = np.bincount(np.minimum(rows[:, ONSET] + rows[:, LENGTH], steps), minlength=steps + 1)[:steps]
    sounding = np.cumsum(begin - end)
    chord = chords(rows, notes.bars).ravel()
    return np.array(
        [
            notes.counts.mean() / BAR_STEPS,
            len(notes.lead) / steps,
            sounding.mean() / _TEXTURE,
            begin[begin > 0].mean() / _TEXTURE,
            (sounding == 0).mean(),
            rows[:, PITCH].mean() / 12,
            rows[:, PITCH].std() / 12,
            (np.diff(chord) != 0).mean() if len(chord) > 1 else 0.0,
        ]
    )


def _repeats(notes: Heard) -> Floats:
    share = f1_by_shift(notes, notes).max(axis=0)
    return np.array([np.diagonal(share, -lag).mean() if lag < notes.bars else 0.0 for lag in _LAGS])
