"""Songs made by a few rules, each with its own key, chords, rhythms and lines: real enough to tell them apart."""

from __future__ import annotations

import numpy as np

from modeloid.music.represent.parts import ONSET, PITCH, Rows, in_order

_SCALE = np.array([0, 2, 4, 5, 7, 9, 11])


def song(seed: int, bars: int = 32) -> Rows:
    """Melody (part 0) over broken chords (part 1); 8 bars of A, 8 of B with other melody and rhythm, and so on."""
    draw = np.random.default_rng(seed)
    key = int(draw.integers(12))
    parts = [_section(draw, key) for _ in range(bars // 8)]
    for number, part in enumerate(parts):
        part[:, ONSET] += 128 * number
    return in_order(np.concatenate(parts))


def transposed(rows: Rows, semitones: int) -> Rows:
    moved = rows.copy()
    moved[:, PITCH] += semitones
    return moved


def _section(draw: np.random.Generator, key: int) -> Rows:
    rows = []
    chords = draw.choice([0, 1, 3, 4, 5], 8)
    strum = np.sort(draw.choice(16, 5, replace=False))
    degree = 14
    for bar, chord in enumerate(chords):
        for place, step in enumerate(strum):
            tone = chord + [0, 2, 4, 2, 4][place]
            rows.append(
                [16 * bar + step, int(draw.integers(1, 5)), _pitch(tone, 48 + key), int(draw.integers(40, 70)), 1]
            )
        for step in np.sort(draw.choice(16, int(draw.integers(3, 7)), replace=False)):
            degree = int(np.clip(degree + draw.integers(-3, 4), 9, 20))
            rows.append([16 * bar + step, 2, _pitch(degree, 60 + key), int(draw.integers(60, 100)), 0])
    return np.array(rows, np.int64)


def _pitch(degree: int, base: int) -> int:
    return int(base + 12 * (degree // 7 - 1) + _SCALE[degree % 7])
