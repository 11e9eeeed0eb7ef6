"""Rhythm held against rhythm, whatever the pitches: onsets by voice, by step, and by how long they last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..phrase import bass
from ..represent.parts import BAR_STEPS, LENGTH, ONSET, PITCH, Rows
from .bars import sounding_mean
from .heard import Floats, Heard, heard

_VOICES = 3
_LENGTHS = BAR_STEPS
_PITCHES = 128


class Rhythm(NamedTuple):
    """How much of the rhythm of one piece another has, each 0 to 1, a mean over the bars with notes.

    Parameters
    ----------
    voices
        F1 of (voice, step) with the best bar; voices are the lead, the bass, and all between.
    aligned
        F1 of the onsets at each step, counted, of bars in the same order: under the best shift by whole bars, in which
        a bar of which none is left to compare counts 0.
    lengths
        F1 of (step, length), counted, with the best bar.
    """

    voices: float
    aligned: float
    lengths: float


def rhythm_copy(y: Rows | Heard, x: Rows | Heard, drum_parts: Sequence[int] = ()) -> Rhythm:
    """How much of y's rhythm x has; no pitch is looked at but to tell the outer voices."""
    one, other = heard(y, drum_parts), heard(x, drum_parts)
    if not len(one) or not len(other):
        return Rhythm(0.0, 0.0, 0.0)
    voices, at_steps, lengths = (f1(make(one), make(other)) for make in (_by_voice, by_step, _by_length))
    return Rhythm(
        voices=sounding_mean(voices.max(axis=1), one),
        aligned=_in_order(at_steps, one.counts > 0),
        lengths=sounding_mean(lengths.max(axis=1), one),
    )


def f1(one: NDArray[np.float32], other: NDArray[np.float32]) -> Floats:
    """Of every row of counts with every row of others: ``2 sum min(a, b) / (sum a + sum b)``; 0 of two empty ones."""
    met = np.zeros((len(one), len(other)), np.float32)
    # a count of k is k levels of which each is there or not: their products are sums of minima
    for level in range(int(min(one.max(initial=0), other.max(initial=0)))):
        met += (one > level).astype(np.float32) @ (other > level).astype(np.float32).T
    both = one.sum(axis=1)[:, None] + other.sum(axis=1)[None, :]
    return np.asarray(2 * met / np.maximum(both, 1), np.float64)


def by_step(notes: Heard) -> NDArray[np.float32]:
    """How many onsets there are at each step of each bar, shape (bars, 16)."""
    return _counted(notes, notes.rows[:, ONSET] % BAR_STEPS, BAR_STEPS)


def _by_length(notes: Heard) -> NDArray[np.float32]:
    length = np.minimum(notes.rows[:, LENGTH], _LENGTHS) - 1
    return _counted(notes, notes.rows[:, ONSET] % BAR_STEPS * _LENGTHS + length, BAR_STEPS * _LENGTHS)


def _by_voice(notes: Heard) -> NDArray[np.float32]:
    key, low, high = (each[:, ONSET] * _PITCHES + each[:, PITCH] for each in (notes.rows, bass(notes.rows), notes.lead))
    voice = np.where(np.isin(key, high), 0, np.where(np.isin(key, low), 1, 2))
    counts = _counted(notes, notes.rows[:, ONSET] % BAR_STEPS * _VOICES + voice, BAR_STEPS * _VOICES)
    return np.minimum(counts, 1)


def _counted(notes: Heard, token: NDArray[np.int64], tokens: int) -> NDArray[np.float32]:
    at = notes.rows[:, ONSET] // BAR_STEPS * tokens + token
    return np.bincount(at, minlength=notes.bars * tokens).astype(np.float32).reshape(notes.bars, tokens)


def _in_order(each: Floats, full: NDArray[np.bool_]) -> float:
    """The best mean of a diagonal over the bars with notes."""
    bars, others = each.shape
    means = [np.trace(each, shift) / max(int(full.sum()), 1) for shift in range(-bars + 1, others)]
    return float(max(means))
