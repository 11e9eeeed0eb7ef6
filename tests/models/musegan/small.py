"""Small modeloids, batches and a toy domain, for the tests of the family."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import musegan

SHAPE = (3, 4, 14, 3)
TINY = {
    "width": 16,
    "temporal_width": 8,
    "latent": 32,
    "critic_width": 16,
    "context_width": 4,
    "given_width": 6,
    "critic_steps": 2,
    "planned_turns": 1000,
    "group": 4,
    "average": 0.9,
}
PAPER = {key: value for key, value in musegan.presets["hybrid-paper"]["parameters"].items() if key != "planned_turns"}
PARTS = [SimpleNamespace(name="drums", is_drum=True), *(SimpleNamespace(name=n, is_drum=False) for n in ("a", "b"))]


def a_model(shape=SHAPE, **parameters):
    spec = SimpleNamespace(parts=PARTS[: shape[3]], spec={"steps_per_beat": 2})
    return musegan.make(SimpleNamespace(shape=shape, representation=spec), {**TINY, **parameters})


def a_card(shape=SHAPE, seed=0, **parameters) -> Card:
    cycle = {"seed": seed, "batch": 6, "best": "min judge/far"}
    model = a_model(shape, **parameters)
    return Card(Path(), "id", "tiny", ("a",), "doc", model, {"domain": "toy"}, cycle, musegan.load_model)


def a_modeloid(shape=SHAPE, state=None, seed=0, **parameters):
    return musegan.load_model(a_card(shape, seed, **parameters), state, Alone())


def an_item(seed=0, shape=SHAPE):
    """Notes of one to three steps in the lower half of the pitches; drums on every other step; velocities."""
    generator = np.random.default_rng(seed)
    bars, steps, pitches, tracks = shape
    roll = np.zeros((bars * steps, pitches, tracks), np.float32)
    roll[::2, generator.integers(0, 3), 0] = 0.9
    for track in range(1, tracks):
        for step in range(0, bars * steps, 3):
            roll[step : step + int(generator.integers(1, 4)), generator.integers(0, pitches // 2), track] = 0.5
    return roll.reshape(shape)


def a_batch(n=6, seed=0, shape=SHAPE):
    return np.stack([an_item(100 * seed + row, shape) for row in range(n)])


def trained(turns=4, state=None, **parameters):
    modeloid = a_modeloid(state=state, **parameters)
    for turn in range(turns):
        modeloid.train(a_batch(seed=turn), Rng(0).at("train", turn))
    return modeloid


class Toy:
    """Twelve items; a piece is an array."""

    digest, licences, shape = "toy", ("none",), SHAPE

    def size(self, part):
        return 12

    def batch(self, part, indices, rng):
        return np.stack([an_item(int(index), self.shape) for index in indices])

    def write(self, piece, stem, formats=(), recipe=None):
        np.save(stem.with_suffix(".npy"), piece)
        return [stem.with_suffix(".npy")]

    def judge(self, pieces, part):
        return {"far": float(abs(np.mean([(piece > 0).mean() for piece in pieces]) - 0.05))} if pieces else {}
