"""Small modeloids, batches and a toy domain, for the tests of the family."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import voices

TINY = {
    "width": 8,
    "channels": 3,
    "lags": [1, 2],
    "beats": 3,
    "notes": 2,
    "metre": [4],
    "frames": 24,
    "group": 4,
    "warm_turns": 5,
    "planned_turns": 200,
}


class Grids(NamedTuple):
    """What a domain's batch looks like."""

    cells: Any
    lengths: Any
    starts: Any


def a_spec(of=2, pitches=6):
    return {"kind": "grid", "voices": of, "low": 60, "high": 60 + pitches, "steps_per_beat": 2}


def a_card(of=2, pitches=6, seed=0, music=False, **parameters) -> Card:
    spec = a_spec(of, pitches)
    domain = SimpleNamespace(representation=SimpleNamespace(spec=spec))
    model = voices.make(domain, {**TINY, "learning_rate": 0.01, **parameters})
    cycle = {"seed": seed, "batch": 6, "best": "min valid/loss"}
    data = {"domain": "music", "representation": spec} if music else {"domain": "toy"}
    return Card(Path(), "id", "tiny", ("a",), "doc", model, data, cycle, voices.load_model)


def a_modeloid(of=2, pitches=6, state=None, music=False, **parameters):
    return voices.load_model(a_card(of, pitches, music=music, **parameters), state, Alone())


def a_grid(steps: int, of=2, pitches=6, seed=0):
    """Held notes, rests now and then, and a second half that is the first again."""
    random = np.random.default_rng(seed)
    grid = random.integers(0, pitches + 1, (-(-steps // 2), of)).repeat(2, axis=0)[:steps]
    half = steps // 2
    grid[steps - half :] = grid[:half]
    return grid.astype(np.uint8)


def a_batch(lengths: Sequence[int] = (8, 5, 7, 8, 1, 6), of=2, pitches=6, seed=0, longest=0) -> Grids:
    cells = np.zeros((len(lengths), max(longest, *lengths), of), np.uint8)
    for row, length in enumerate(lengths):
        cells[row, :length] = a_grid(length, of, pitches, seed * 100 + row)
    return Grids(cells, np.array(lengths, np.int64), np.zeros(len(lengths), np.int64))


def trained(turns=8, state=None, **parameters):
    modeloid = a_modeloid(state=state, **parameters)
    for turn in range(turns):
        modeloid.train(a_batch(seed=turn), Rng(0).at("train", turn))
    return modeloid


def stirred(modeloid, seed=0, scale=0.3):
    """Weights far from their beginnings, so that every part of the network says something."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in (parameter for net in modeloid.nets for parameter in net.parameters()):
            parameter += scale * torch.randn(parameter.shape, generator=generator)
    return modeloid


class Toy:
    """Twelve grids of unequal lengths; a piece is an array."""

    digest, licences = "toy", ("none",)

    def size(self, part: str) -> int:
        return 12

    def batch(self, part: str, indices: Any, rng: Rng) -> Grids:
        every = a_batch([3 + index % 6 for index in range(12)], longest=8)
        return Grids(*(field[indices] for field in every))

    def write(self, piece: Any, stem: Path, formats: Sequence[str] = (), recipe: Any = None) -> list[Path]:
        path = stem.with_suffix(".npy")
        np.save(path, piece)
        return [path]

    def judge(self, pieces: Sequence[Any], part: str) -> dict[str, float]:
        return {}
