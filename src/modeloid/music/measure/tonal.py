"""The tonal distance between tracks that sound together."""

from __future__ import annotations

import numpy as np

from .notes import BEAT, LONGEST_BEATS, Floats, Ints, Notes, spread
from .shares import histogram, mean_by


def tonal_distance(notes: Notes) -> Floats:
    """How far apart in harmony the tracks of a piece are, 0 (the same chroma) to 3; drums left out.

    Each track's chroma in a beat (the time for which each pitch class sounds, summing to 1) is mapped to the tonal
    centroid space of six dimensions (Harte, Sandler, Gasser: Detecting Harmonic Change in Musical Audio, 2006, equation
    2, radii 1, 1 and 0.5); the mean of the Euclidean distances of all pairs of tracks in all beats in which both sound.
    "TD" of Dong et al.: MuseGAN, AAAI 2018, section 5.4, whose published code folds octaves wrongly
    (`legacy.tonal_distance_musegan`) and drops a whole bar for one silent beat. Undefined where no two tracks ever
    sound in the same beat.
    """
    return distance_of(notes, notes.pitch % 12)


def distance_of(notes: Notes, classes: Ints) -> Floats:
    """`tonal_distance` with given classes of the notes, 0 to 11."""
    tracks = len(notes.program) + 1
    kept = notes.pitched
    onset, stop = notes.onset[kept], np.minimum(notes.end, notes.onset + LONGEST_BEATS * BEAT)[kept]
    note, beat = spread(onset // BEAT, (stop - 1) // BEAT)
    time = np.minimum(stop[note], (beat + 1) * BEAT) - np.maximum(onset[note], beat * BEAT)
    piece, track = notes.piece[kept][note], notes.track[kept][note]
    longest = int(notes.length.max(initial=0)) // BEAT + 2
    cells, cell = np.unique((piece * longest + beat) * tracks + track, return_inverse=True)
    chroma = histogram(cell, classes[kept][note], len(cells), 12, time)
    centroid = chroma / chroma.sum(axis=1, keepdims=True) @ _centroid()
    together = cells // tracks
    owner, far = [np.zeros(0, np.int64)], [np.zeros(0)]
    for lag in range(1, len(cells)):
        # cells lie beat by beat: those of one beat that are `lag` apart are the pairs
        pair = np.flatnonzero(together[lag:] == together[:-lag])
        if not len(pair):
            break
        far.append(np.linalg.norm(centroid[pair + lag] - centroid[pair], axis=1))
        owner.append(together[pair] // longest)
    return mean_by(np.concatenate(owner), np.concatenate(far), notes.pieces)


def _centroid() -> Floats:
    """Pitch class -> tonal centroid: shape (12, 6)."""
    number = np.arange(12)
    angles = [7 * np.pi / 6, 3 * np.pi / 2, 2 * np.pi / 3]
    rows = [r * wave(number * angle) for r, angle in zip((1, 1, 0.5), angles, strict=True) for wave in (np.sin, np.cos)]
    return np.stack(rows, axis=1)
