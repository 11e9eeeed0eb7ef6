"""Metrics of pitch. All leave drums out; where a piece has no pitched note they are undefined (NaN)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .notes import Floats, Ints, Notes
from .shares import distinct, entropy_bits, histogram, mean_by, ratio

MAJOR = (0, 2, 4, 5, 7, 9, 11)
HARMONIC_MINOR = (0, 2, 3, 5, 7, 8, 11)


def pitch_counts(notes: Notes) -> Floats:
    """Notes of each pitch: shape (pieces, 128)."""
    return notes.once("pitch counts", _count_pitches)


def pitch_class_counts(notes: Notes) -> Floats:
    """Notes of each pitch class, C first: shape (pieces, 12)."""
    return np.asarray(np.pad(pitch_counts(notes), ((0, 0), (0, 4))).reshape(-1, 11, 12).sum(axis=1))


def pitch_range(notes: Notes) -> Floats:
    """Highest minus lowest pitch in semitones, 0 to 127 (MusPy, ISMIR 2020)."""
    used = pitch_counts(notes) > 0
    low, high = used.argmax(axis=1), 127 - used[:, ::-1].argmax(axis=1)
    return np.where(used.any(axis=1), high - low, np.nan)


def pitch_mean(notes: Notes) -> Floats:
    """Mean pitch of the notes, MIDI numbers 0 to 127."""
    counts = pitch_counts(notes)
    return ratio(counts @ np.arange(128.0), counts.sum(axis=1))


def pitches_used(notes: Notes) -> Floats:
    """How many different pitches a piece has, 1 to 128 (MusPy, ISMIR 2020)."""
    return _some((pitch_counts(notes) > 0).sum(axis=1))


def pitch_classes_used(notes: Notes) -> Floats:
    """How many pitch classes a piece has, 1 to 12: a C major scale has 7 in any octave (MusPy, ISMIR 2020)."""
    return _some((pitch_class_counts(notes) > 0).sum(axis=1))


def bar_pitch_classes(notes: Notes) -> Floats:
    """Used pitch classes a bar: the number of classes that sound in a bar of a track, 1 to 12, mean of those not empty.

    "UPC" of Dong et al.: MuseGAN, AAAI 2018, section 5.4, with octaves folded by ``pitch mod 12``; its published code
    folds wrongly, see `legacy.bar_pitch_classes_musegan`.
    """
    return bar_classes(notes, notes.pitch % 12)


def bar_classes(notes: Notes, classes: Ints) -> Floats:
    """How many of 12 given classes of notes sound in a bar of a track; mean over the bars that are not empty."""
    note, row = notes.in_bars
    heard = notes.pitched[note]
    note, row = note[heard], row[heard]
    keys = distinct((row * (len(notes.program) + 1) + notes.track[note]) * 12 + classes[note])
    cell, size = np.unique(keys // 12, return_counts=True)
    return mean_by(notes.bar_piece[cell // (len(notes.program) + 1)], size, notes.pieces)


def pitch_entropy(notes: Notes) -> Floats:
    """Entropy of the pitches of the notes in bits, 0 to 7 (MusPy, ISMIR 2020)."""
    return entropy_bits(pitch_counts(notes))


def pitch_class_entropy(notes: Notes) -> Floats:
    """Entropy of the pitch classes of the notes in bits, 0 to log2(12) = 3.585.

    ``-sum p log2 p`` over the 12 classes (Wu and Yang: The Jazz Transformer on the Front Line, ISMIR 2020, section 5.1,
    here over the whole piece, as MusPy does).
    """
    return entropy_bits(pitch_class_counts(notes))


def bar_pitch_class_entropy(notes: Notes, bars: int = 1) -> Floats:
    """Entropy of the pitch classes that start within a stretch of bars, in bits; mean over all stretches with a note.

    H1 (one bar) and H4 (four bars, each stretch one bar after the other) of Wu and Yang, ISMIR 2020, section 5.1; 0 to
    log2(12). A piece shorter than a stretch is one stretch.
    """
    kept = notes.pitched
    counts = histogram(notes.onset_bar[kept], notes.pitch[kept] % 12, len(notes.bar_piece), 12)
    total = np.concatenate([np.zeros((1, 12)), np.cumsum(counts, axis=0)])
    start = np.arange(len(counts))
    last = (notes.first_bar + notes.bars)[notes.bar_piece]
    inside = (start + bars <= last) | (start == notes.first_bar[notes.bar_piece])
    start = start[inside]
    stretches = total[np.minimum(start + bars, last[start])] - total[start]
    return mean_by(notes.bar_piece[start], entropy_bits(stretches), notes.pieces)


def scale_consistency(notes: Notes, scales: tuple[tuple[int, ...], ...] = (MAJOR,)) -> Floats:
    """Largest share of the notes that one scale holds, over the 12 transpositions of each scale, 0 to 1.

    Mogren: C-RNN-GAN, 2016, section 4.2 ("the fraction of tones that were part of a standard scale"). With the major
    scale alone it is MusPy's: its natural minor scales hold the same notes as major ones.
    """
    counts = pitch_class_counts(notes)
    held = [np.roll(counts, -root, axis=1)[:, list(scale)].sum(axis=1) for root in range(12) for scale in scales]
    return ratio(np.max(held, axis=0), counts.sum(axis=1))


def in_c_major(notes: Notes) -> Floats:
    """Share of the notes in C major, 0 to 1: sensible for data transposed to C only (MuseGAN's "in-scale" rightly)."""
    counts = pitch_class_counts(notes)
    return ratio(counts[:, list(MAJOR)].sum(axis=1), counts.sum(axis=1))


def _count_pitches(notes: Notes) -> Floats:
    kept = notes.pitched
    return histogram(notes.piece[kept], notes.pitch[kept], notes.pieces, 128)


def _some(number: NDArray[np.int64]) -> Floats:
    return np.where(number > 0, number, np.nan)
