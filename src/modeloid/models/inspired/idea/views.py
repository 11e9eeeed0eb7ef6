"""What the encoder hears of slices: three views that key, octave, tracks, tempo and loudness do not change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.phrase import key_shift
from modeloid.music.represent.parts import LENGTH, ONSET, PITCH, Rows

from .lines import Line, bass_line, lead_line
from .slices import SLICE_STEPS, Ints, Slices, together

Floats = NDArray[np.float32]

CHANNELS = {"harmony": 36, "rhythm": 12, "contour": 20}
"""View -> its channels: pitch classes or quantities, see the functions below."""

GROUPS = tuple(CHANNELS)

_BEAT_STEPS = 4
_DRUMS = ((35, 36), (37, 38, 39, 40), ())
"""Keys of General MIDI: bass drum, snare; all others are the third kind."""


class Views(NamedTuple):
    """What is heard of slices, one array a group, each (slices, channels, steps); the harmony in beats.

    Names are those of `GROUPS`.
    """

    harmony: Floats
    rhythm: Floats
    contour: Floats


def views(slices: Sequence[Rows], drum_parts: Sequence[int] = ()) -> Views:
    """What is heard of slices given one by one.

    Parameters
    ----------
    slices
        Rows of each, eight bars, onsets from its beginning; later notes are left out, shorter ones end in silence.
    drum_parts
        The parts that are drums.
    """
    return heard(together(slices), drum_parts)


def heard(slices: Slices, drum_parts: Sequence[int] = ()) -> Views:
    """What is heard of slices that lie together."""
    pitched = slices.pitched(drum_parts).once()
    lead, bass = lead_line(pitched), bass_line(pitched)
    shift = _shifts(pitched)
    return Views(
        _harmony(pitched, lead, bass, shift),
        _rhythm(pitched, slices.drums(drum_parts), lead, bass),
        _contour(pitched, lead, bass, shift),
    )


def _shifts(slices: Slices) -> Ints:
    """Semitones to C major or A minor, of each slice."""
    order = np.argsort(slices.owner, kind="stable")
    edges = np.searchsorted(slices.owner[order], np.arange(1, slices.total))
    return np.array([key_shift(rows) for rows in np.split(slices.rows[order], edges)], np.int64)


def _harmony(slices: Slices, lead: Line, bass: Line, shift: Ints) -> Floats:
    """Share of each beat for which each pitch class sounds, is in the bass, and is in the lead; all from C."""
    shape = (slices.total, 12, SLICE_STEPS + 1)
    change = np.zeros(shape, np.float32)
    rows, owner = slices.rows, slices.owner
    classes = (rows[:, PITCH] + shift[owner]) % 12
    np.add.at(change, (owner, classes, rows[:, ONSET]), 1)
    np.add.at(change, (owner, classes, rows[:, ONSET] + rows[:, LENGTH]), -1)
    sounding = np.minimum(np.cumsum(change, axis=2)[:, :, :-1], 1)
    steps = np.concatenate([sounding, _classes(bass, shift), _classes(lead, shift)], axis=1)
    return _beats(steps)


def _beats(steps: Floats) -> Floats:
    return np.asarray(
        steps.reshape(*steps.shape[:2], steps.shape[2] // _BEAT_STEPS, _BEAT_STEPS).mean(axis=3), np.float32
    )


def _classes(line: Line, shift: Ints) -> Floats:
    """The line's pitch class at each step, from C, as 12 channels; nothing where it has no note."""
    found = (line.pitch.astype(np.int64) + shift[:, None]) % 12
    one = (found[:, None] == np.arange(12)[:, None]) & line.there[:, None, None]
    return np.asarray(one, np.float32)


def _rhythm(slices: Slices, drums: Slices, lead: Line, bass: Line) -> Floats:
    """Onsets of lead, bass and the rest, how many, how long, how far apart; what sounds; three kinds of drums."""
    rows = slices.rows
    begin = _counted(slices, np.ones(len(rows)))
    span = _counted(slices, np.log2(rows[:, LENGTH])) / np.maximum(begin, 1)
    outer = lead.begins.astype(np.float32) + bass.begins
    inner = np.log2(1 + np.maximum(begin - outer, 0))
    sounding = _sounding(slices)
    wide = (lead.pitch - bass.pitch) / 24
    kinds = [_counted(drums.where(of), np.ones(int(of.sum()))) > 0 for of in _drum_kinds(drums)]
    strong = np.zeros_like(begin)
    strong[:, ::_BEAT_STEPS] = 1
    channels = [lead.begins, bass.begins, inner, begin > 0, begin / 4, span / 3]
    channels += [np.log2(1 + sounding) / 2, wide, *kinds, strong]
    return np.stack([np.asarray(one, np.float32) for one in channels], axis=1)


def _counted(slices: Slices, weights: NDArray[np.float64]) -> Floats:
    place = slices.owner * SLICE_STEPS + slices.rows[:, ONSET]
    counts = np.bincount(place, weights, slices.total * SLICE_STEPS)
    return counts.reshape(slices.total, SLICE_STEPS).astype(np.float32)


def _sounding(slices: Slices) -> Floats:
    """How many notes sound at each step."""
    begin = slices.owner * (SLICE_STEPS + 1) + slices.rows[:, ONSET]
    size = slices.total * (SLICE_STEPS + 1)
    change = np.bincount(begin, minlength=size) - np.bincount(begin + slices.rows[:, LENGTH], minlength=size)
    return np.cumsum(change.reshape(slices.total, SLICE_STEPS + 1), axis=1)[:, :-1].astype(np.float32)


def _drum_kinds(drums: Slices) -> list[NDArray[np.bool_]]:
    low, middle = (np.isin(drums.rows[:, PITCH], keys) for keys in _DRUMS[:2])
    return [low, middle, ~(low | middle)]


def _contour(slices: Slices, lead: Line, bass: Line, shift: Ints) -> Floats:
    """The lead's shape, its steps and leaps, its place in the scale, and where the rest lies below it."""
    mean = _mean_where(lead.pitch, lead.begins)
    shape = (lead.pitch - mean) / 12
    interval = np.diff(lead.pitch, axis=1, prepend=lead.pitch[:, :1])
    moved = np.clip(interval, -12, 12) / 6
    spread = np.sqrt(_mean_where((lead.pitch - mean) ** 2, lead.begins)) / 6
    begin = np.maximum(_counted(slices, np.ones(len(slices.rows))), 1)
    middle = _counted(slices, slices.rows[:, PITCH].astype(np.float64)) / begin
    below = np.where(middle > 0, (mean - middle) / 24, 0)
    low = (bass.pitch - _mean_where(bass.pitch, bass.begins)) / 12
    channels = [shape, moved, np.abs(moved), lead.begins, np.broadcast_to(spread, shape.shape), below, low, bass.begins]
    plain = np.stack([np.asarray(one, np.float32) for one in channels], axis=1)
    return np.concatenate([plain, _classes(lead, shift)], axis=1)


def _mean_where(values: Floats, kept: NDArray[np.bool_]) -> Floats:
    """The mean of each row over the steps that are kept, shape (slices, 1); 0 where there is none."""
    total = np.where(kept, values, 0).sum(axis=1, keepdims=True)
    return np.asarray(total / np.maximum(kept.sum(axis=1, keepdims=True), 1), np.float32)
