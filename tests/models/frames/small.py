"""Small modeloids, batches and a toy domain, for the tests of the family."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import frames
from modeloid.models.frames.items import Batch

TINY = {
    "width": 12,
    "head": 12,
    "channels": 3,
    "recurrent": 8,
    "voices": 2,
    "lags": [1, 2, 4],
    "metre": [4],
    "group": 4,
}


def a_card(shape=(8, 6), seed=0, **parameters) -> Card:
    model = frames.make(SimpleNamespace(shape=shape), {**TINY, "learning_rate": 0.01, **parameters})
    cycle = {"seed": seed, "batch": 6, "best": "min valid/loss"}
    return Card(Path(), "id", "tiny", ("a",), "doc", model, {"domain": "toy"}, cycle, frames.load_model)


def a_modeloid(shape=(8, 6), state=None, **parameters):
    return frames.load_model(a_card(shape, **parameters), state, Alone())


def a_roll(steps: int, pitches: int, seed=0):
    """Held notes, and a second half that is the first again."""
    walk = np.random.default_rng(seed).normal(size=(steps, pitches)).cumsum(0)
    roll = (walk > 1.0).astype(np.uint8)
    half = steps // 2
    roll[steps - half :] = roll[:half]
    return roll


def a_batch(lengths: Sequence[int] = (8, 5, 7, 8, 1, 6), pitches=6, seed=0, longest=0) -> Batch:
    frames_ = np.zeros((len(lengths), max(longest, *lengths), pitches), np.uint8)
    for row, length in enumerate(lengths):
        frames_[row, :length] = a_roll(length, pitches, seed * 100 + row)
    return Batch(frames_, np.array(lengths, np.int64), np.zeros(len(lengths), np.int64))


def trained(turns=8, state=None, **parameters):
    modeloid = a_modeloid(state=state, **parameters)
    for turn in range(turns):
        modeloid.train(a_batch(seed=turn), Rng(0).at("train", turn))
    return modeloid


def stirred(modeloid, seed=0, scale=0.4):
    """Weights far from their beginnings, so that every part of the network says something."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in (parameter for net in modeloid.nets for parameter in net.parameters()):
            parameter += scale * torch.randn(parameter.shape, generator=generator)
    return modeloid


class Toy:
    """Twelve rolls of unequal lengths; a piece is an array."""

    digest, licences, shape = "toy", ("none",), (8, 6)

    def size(self, part: str) -> int:
        return 12

    def batch(self, part: str, indices: Any, rng: Rng) -> Batch:
        every = a_batch([3 + index % 6 for index in range(12)], longest=8)
        return Batch(*(field[indices] for field in every))

    def write(self, piece: Any, stem: Path, formats: Sequence[str] = (), recipe: Any = None) -> list[Path]:
        path = stem.with_suffix(".npy")
        np.save(path, piece)
        return [path]

    def judge(self, pieces: Sequence[Any], part: str) -> dict[str, float]:
        return {}
