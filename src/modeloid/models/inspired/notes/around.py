"""How the music around a note is: how much sounds, how high, how it is set, near by and far, and how fast it goes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PITCH, Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_REACHES = (0, 2, 8, 16)
"""Bars on either side that are looked at."""
_LONGEST, _LOW = 32, 48
_GAP = 16
_USUAL_BPM = 96.0
_MIDDLES = (2.8, 61.0, 11.0, 3.0, 2.0, 0.25, 2.2)
_SPREADS = (0.6, 8.0, 4.0, 2.5, 1.0, 0.2, 0.5)
"""Of each thing that is told of a stretch of bars: about its mean and its deviation in piano music."""
NUMBERS = len(_REACHES) * len(_MIDDLES) + 9
"""What is told of a note."""


def around(rows: Rows, bars: int, tempo_bpm: float) -> Floats:
    """Numbers near 0, shape (notes, 37).

    Of the stretches of 1, 5, 17 and 33 bars about its own, as far as they reach: notes a bar (logarithm), mean and
    deviation of the pitch, mean length, mean of how many notes begin together, share of low notes, onsets a bar
    (logarithm). Then its pitch, the highest and lowest that begin with it, how many do, steps to the onset before and
    behind; the tempo, and notes a second in stretches of 5 and 33 bars (logarithms).

    Parameters
    ----------
    rows
        In order, pitches as they are.
    bars
        How many there are; notes behind them are left out of the rows.
    tempo_bpm
        Quarters a minute.
    """
    onset, chord, count, top, low = together(rows)
    bar = rows[:, ONSET] // BAR_STEPS
    tempo = np.log(tempo_bpm / _USUAL_BPM)
    stretches = [_stretch(rows, count[chord], bars, reach) for reach in _REACHES]
    busy = [stretches[reach][0][bar] + tempo / _SPREADS[0] for reach in (1, 3)]
    pitch = rows[:, PITCH].astype(np.float64)
    gap = np.minimum(np.diff(onset, prepend=-_GAP, append=int(onset[-1:].sum()) + _GAP), _GAP) / 4 - 1
    own = [(pitch - 61) / 12, (top[chord] - 67) / 12, (low[chord] - 55) / 12, count[chord] / 2 - 1]
    own += [gap[:-1][chord], gap[1:][chord], np.full(len(rows), tempo / 0.4), *busy]
    return np.column_stack([*(told[bar] for stretch in stretches for told in stretch), *own])


class Chords(NamedTuple):
    """What begins together, C times, in order.

    Parameters
    ----------
    onset
        Shape (C,): steps.
    of
        Shape (notes,): the chord of each note.
    notes, top, low
        Shape (C,): how many there are, the highest and the lowest pitch.
    """

    onset: Ints
    of: Ints
    notes: Ints
    top: Ints
    low: Ints


def together(rows: Rows) -> Chords:
    """The chords of some notes, whoever plays them."""
    onset, of, count = np.unique(rows[:, ONSET], return_inverse=True, return_counts=True)
    top, low = np.full(len(onset), -1), np.full(len(onset), 128)
    np.maximum.at(top, of, rows[:, PITCH])
    np.minimum.at(low, of, rows[:, PITCH])
    return Chords(onset, of, count, top, low)


def _stretch(rows: Rows, counts: Ints, bars: int, reach: int) -> list[Floats]:
    """Of every bar and so many on either side of it: seven things, shape (bars,) each."""
    bar, pitch = rows[:, ONSET] // BAR_STEPS, rows[:, PITCH].astype(np.float64)

    def summed(weights: NDArray[np.generic]) -> Floats:
        total = np.cumsum(np.append(0, np.bincount(bar, weights, bars)))
        return np.asarray(total[last] - total[first])

    number = np.arange(bars)
    first, last = np.maximum(number - reach, 0), np.minimum(number + reach + 1, bars)
    notes = summed(np.ones(len(rows)))
    least = np.maximum(notes, 1)
    mean = summed(pitch) / least
    told = [
        np.log1p(notes / (last - first)),
        mean,
        np.sqrt(np.maximum(summed(pitch**2) / least - mean**2, 0)),
        summed(np.minimum(rows[:, LENGTH], _LONGEST)) / least,
        summed(counts) / least,
        summed(pitch < _LOW) / least,
        np.log1p(summed(1 / counts) / (last - first)),
    ]
    return [(one - middle) / spread for one, middle, spread in zip(told, _MIDDLES, _SPREADS, strict=True)]
