"""Items for the tests: random notes of a small band, and the plans that they follow."""

from __future__ import annotations

import numpy as np

from modeloid.models.inspired.plan import layout, plan_of
from modeloid.music.represent.ensemble import parts
from modeloid.music.represent.parts import in_order

PARTS = parts([["tune", 0, 63], ["deep", 64, 127], "drums"])
FIELDS = layout(PARTS)
DRUMS = tuple(part.is_drum for part in PARTS)


def notes(seed, bars=6, count=60):
    draw = np.random.default_rng(seed)
    part = draw.integers(0, 3, count)
    pitch = np.where(part == 2, draw.integers(35, 50, count), draw.integers(40, 80, count))
    made = np.stack(
        [
            draw.integers(0, bars * 16 // 2, count) * 2,
            np.where(part == 2, 1, draw.integers(1, 40, count)),
            pitch,
            draw.integers(1, 128, count),
            part,
        ],
        1,
    )
    half = in_order(made)
    again = half[half[:, 0] < 32].copy()
    again[:, 0] += bars * 8 // 16 * 16  # a bar that comes again is followed
    return in_order(np.concatenate([half, again]))


def items(count=3, bars=(6, 4, 5)):
    found = [notes(seed, bars[seed % len(bars)]) for seed in range(count)]
    found[-1][:1, 2] = 0  # the lowest pitch there is
    return [in_order(one) for one in found], [bars[seed % len(bars)] for seed in range(count)]


def planned(rows, bars):
    return [plan_of(one, each, FIELDS, [2]) for one, each in zip(rows, bars, strict=True)]
