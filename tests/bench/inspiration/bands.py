"""Songs made up for the tests: each has chords, rhythms and a melody of its own which it varies."""

from types import SimpleNamespace

import numpy as np

from modeloid.bench.inspiration.slices import Song
from modeloid.music.columns import from_score
from modeloid.music.represent import representation
from modeloid.music.represent.parts import in_order

SPEC = {"kind": "parts", "window_bars": 8, "parts": ["MELODY", ["piano", 0, 127], "drums"]}
CODER = representation(SPEC)
DRUMS = CODER.drum_parts
_SCALE = np.array([0, 2, 4, 5, 7, 9, 11])


def song(number: int, bars: int = 24) -> Song:
    """A tune over broken chords; which steps and which chords it likes, and how high it lies, is its own."""
    rng = np.random.default_rng([7, number])
    roots, key, height = rng.integers(0, 7, 4), int(rng.integers(0, 12)), int(rng.integers(0, 8))
    melody, chord = (rng.permutation(np.geomspace(1, 0.02, 16)) for _ in range(2))
    rows = []
    for bar in range(bars):
        root, start = roots[rng.integers(0, 4)], 16 * bar
        for step in np.flatnonzero(rng.random(16) < 1.5 * melody):
            degree = root + 2 * rng.integers(0, 3) + rng.integers(0, 9) + height
            rows.append([start + step, 2, 60 + key + _pitch(degree), rng.integers(60, 110), 0])
        for step in np.flatnonzero(rng.random(16) < 1.5 * chord):
            for third in rng.permutation(4)[: rng.integers(1, 3)]:
                rows.append([start + step, 3, 36 + key + _pitch(root + 2 * third), rng.integers(40, 80), 1])
        rows.append([start, 8, 24 + key + _pitch(root), 70, 1])
        rows.append([start, 1, 36, 90, 2])
    return Song(f"song-{number}", in_order(np.array(rows, np.int64)), bars, 100.0)


def songs(count: int, first: int = 0, bars: int = 24) -> list[Song]:
    return [song(number, bars) for number in range(first, first + count)]


def domain(train: int = 6, valid: int = 12, test: int = 6):
    """What the bench asks of a domain, over such songs."""
    firsts = {"train": 0, "valid": train, "test": train + valid}
    counts = {"train": train, "valid": valid, "test": test}
    made = {part: songs(counts[part], firsts[part]) for part in counts}
    return SimpleNamespace(
        representation=CODER,
        data={"sets": ["made-up"]},
        piece_names=lambda part: [one.name for one in made[part]],
        pieces=lambda part: [from_score(CODER.decode(one.rows)) for one in made[part]],
    )


def _pitch(degree: int) -> int:
    return int(12 * (degree // 7) + _SCALE[degree % 7])
