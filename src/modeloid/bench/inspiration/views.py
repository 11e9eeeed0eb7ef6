"""What judges hear of bars of music: rolls, outer lines, harmony and rhythm; no velocity, no part, no tempo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.music.kinship import SLICE_BARS
from modeloid.music.phrase import pitched
from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PITCH, Rows

LOW, PITCHES = 21, 88
"""The lowest pitch heard and how many there are; what lies outside is folded back by octaves."""
SILENT = -1

Bytes = NDArray[np.uint8]
Views = dict[str, NDArray[Any]]
"""View -> what is heard of each bar, the bars on the first axis, see `views`."""

_DIATONIC = np.isin(np.arange(12), (0, 2, 4, 5, 7, 9, 11)).astype(np.float32)
_BEATS = 4


def bars_of(slices: Sequence[Rows], drum_parts: Sequence[int], bars: int = SLICE_BARS) -> tuple[Bytes, Bytes]:
    """Which pitches begin and which sound at each step, bar by bar; no note sounds beyond the bar it begins in.

    Parameters
    ----------
    slices
        Notes of each; those behind the last bar and those of drums are left out.
    drum_parts
        Which parts are drums.
    bars
        Of each slice.

    Returns
    -------
    Two arrays of 0 and 1, shape (slices x bars, 16, 88).
    """
    steps = bars * BAR_STEPS
    laid = [_within(pitched(rows, drum_parts), steps) for rows in slices]
    notes = np.concatenate([np.zeros((0, 3), np.int64), *laid])
    owner = np.repeat(np.arange(len(laid)), [len(each) for each in laid])
    onset, pitch = notes[:, 0] + owner * steps, _folded(notes[:, 2])
    length = np.minimum(notes[:, 1], BAR_STEPS - onset % BAR_STEPS)
    begins = np.zeros((len(slices) * steps, PITCHES), np.uint8)
    sounds = np.zeros_like(begins)
    begins[onset, pitch] = 1
    ahead = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    sounds[np.repeat(onset, length) + ahead, np.repeat(pitch, length)] = 1
    shape = (-1, BAR_STEPS, PITCHES)
    return begins.reshape(shape), sounds.reshape(shape)


def views(begins: Bytes, sounds: Bytes) -> Views:
    """What judges hear of each bar.

    Parameters
    ----------
    begins, sounds
        As `bars_of` gives them.

    Returns
    -------
    ``begins`` and ``sounds`` themselves; ``top`` and ``low`` (bars, 16) int64: the highest and lowest pitch that
    sounds, counted from `LOW`, or `SILENT`; ``lead`` and ``bass`` (bars, 16) bool: whether it begins there; ``count``
    (bars, 16) float32: notes that begin; ``chroma`` and ``bass_chroma`` (bars, 4, 12) float32: steps for which each
    pitch class sounds in each beat, and is the lowest; ``lead_chroma`` (bars, 8, 12): of the lead's notes that begin,
    by eighth; ``classes`` (bars, 12): steps of each pitch class in the bar.
    """
    heard = sounds.any(axis=2)
    top = np.where(heard, PITCHES - 1 - sounds[:, :, ::-1].argmax(axis=2), SILENT).astype(np.int64)
    low = np.where(heard, sounds.argmax(axis=2), SILENT).astype(np.int64)
    lead, bass = _begins_at(begins, top), _begins_at(begins, low)
    classes = _by_class(sounds)
    bars = len(begins)
    beats = (bars, _BEATS, BAR_STEPS // _BEATS, 12)
    return {
        "begins": begins,
        "sounds": sounds,
        "top": top,
        "low": low,
        "lead": lead,
        "bass": bass,
        "count": begins.sum(axis=2, dtype=np.float32),
        "chroma": classes.reshape(beats).sum(axis=2),
        "bass_chroma": _classes_of(low, low != SILENT).reshape(beats).sum(axis=2),
        "lead_chroma": _classes_of(top, lead).reshape(bars, 8, 2, 12).sum(axis=2),
        "classes": classes.sum(axis=1),
    }


def slices_of(of_bars: Views, firsts: NDArray[np.int64], bars: int = SLICE_BARS) -> Views:
    """The views of some slices, shape (n, bars, ...), and ``shift`` (n,): the pitch class that is their C."""
    rows = firsts[:, None] + np.arange(bars)
    found = {name: view[rows] for name, view in of_bars.items()}
    return found | {"shift": home(found["classes"].sum(axis=1))}


def home(classes: NDArray[Any]) -> NDArray[np.int64]:
    """The pitch class on which the major scale begins that holds most of the music: (n, 12) -> (n,), 0 to 11."""
    scales = np.stack([np.roll(_DIATONIC, key) for key in range(12)])
    return np.asarray((classes @ scales.T).argmax(axis=1), np.int64)


def _within(rows: Rows, steps: int) -> NDArray[np.int64]:
    kept = rows[(rows[:, ONSET] < steps) & (rows[:, ONSET] >= 0)]
    return kept[:, [ONSET, LENGTH, PITCH]]


def _folded(pitch: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counted from `LOW`."""
    above = pitch - LOW
    above = np.where(above < 0, above % 12, above)
    return np.where(above >= PITCHES, PITCHES - 12 + (above - PITCHES) % 12, above)


def _begins_at(begins: Bytes, line: NDArray[np.int64]) -> NDArray[np.bool_]:
    found = np.take_along_axis(begins, np.maximum(line, 0)[:, :, None], axis=2)[:, :, 0] > 0
    return np.asarray(found & (line != SILENT))


def _by_class(sounds: Bytes) -> NDArray[np.float32]:
    """Steps of each pitch class, (bars, 16, 12), C first."""
    padded = np.pad(sounds, ((0, 0), (0, 0), (LOW % 12, -(LOW + PITCHES) % 12)))
    return np.asarray(padded.reshape(*sounds.shape[:2], padded.shape[2] // 12, 12).sum(axis=2, dtype=np.float32))


def _classes_of(line: NDArray[np.int64], where: NDArray[np.bool_]) -> NDArray[np.float32]:
    found = np.zeros((*line.shape, 12), np.float32)
    bar, step = np.nonzero(where)
    found[bar, step, (line[bar, step] + LOW) % 12] = 1
    return found
