"""Pieces laid over one another: which share of one's onsets the other has, under one shift in time and pitch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..represent.parts import Rows
from .bars import WIDEST_SHIFT
from .heard import Heard, Ints, heard

_SHIFTS = 2 * WIDEST_SHIFT + 1
_FEW_PAIRS = 1 << 15
"""Above so many pairs of points Fourier is faster than counting (measured; the more so the longer the pieces)."""


def overlap(y: Rows | Heard, x: Rows | Heard, drum_parts: Sequence[int] = ()) -> float:
    """The largest share of the onsets of y that x has, when x is moved as a whole in time and pitch.

    ``max over (t, p) of |Y and (X + (t, p))| / |Y|`` with the pitched onsets (step, pitch) as sets, t any number of
    steps and p from -12 to 12 semitones. 0 without notes.
    """
    one, other = heard(y, drum_parts), heard(x, drum_parts)
    return most_met(one.onset, one.pitch, other.onset, other.pitch) / max(len(one), 1)


def most_met(onset: Ints, pitch: Ints, other_onset: Ints, other_pitch: Ints) -> int:
    """How many points of one set another has under the best shift; onsets are whole steps from 0 on."""
    if not len(onset) or not len(other_onset):
        return 0
    few = len(onset) * len(other_onset) <= _FEW_PAIRS
    return (_by_votes if few else _by_waves)(onset, pitch, other_onset, other_pitch)


def _by_votes(onset: Ints, pitch: Ints, other_onset: Ints, other_pitch: Ints) -> int:
    """Each pair of points votes for the shift between them: the fastest way where there are few."""
    apart = (pitch[:, None] - other_pitch + WIDEST_SHIFT).ravel()
    later = (onset[:, None] - other_onset + int(other_onset.max())).ravel()
    near = (apart >= 0) & (apart < _SHIFTS)
    votes = np.bincount(later[near] * _SHIFTS + apart[near], minlength=1)
    return int(votes.max())


def _by_waves(onset: Ints, pitch: Ints, other_onset: Ints, other_pitch: Ints) -> int:
    """The largest correlation of the two sets, by Fourier: along time, pitch by pitch.

    The pitches that a shift lays over one another are added up before the way back.
    """
    size = 1 << int(onset.max() + other_onset.max() + 1).bit_length()
    low, high = int(min(pitch.min(), other_pitch.min())), int(max(pitch.max(), other_pitch.max()))
    span = high - low + 1
    used = np.unique(other_pitch - low)
    mine = _waves(onset, pitch - low + WIDEST_SHIFT, span + 2 * WIDEST_SHIFT, size)
    theirs = _waves(other_onset, other_pitch - low, span, size)[used].conj()
    waves = np.stack([(mine[used + shift] * theirs).sum(axis=0) for shift in range(_SHIFTS)])
    return int(np.rint(np.fft.irfft(waves, size).max()))


def _waves(onset: Ints, pitch: Ints, span: int, size: int) -> NDArray[np.complexfloating]:
    sheet = np.zeros((span, size), np.float32)
    sheet[pitch, onset] = 1
    return np.asarray(np.fft.rfft(sheet))
