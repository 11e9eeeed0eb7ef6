"""Two small domains that a known map relates, and a domain of groups made of them, for tests of both families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone

SHAPE = (8, 24)


def motifs(n, seed=0):
    """A rising motif of four notes on one of three bases, some of them rarer than others: that tells them apart."""
    generator = np.random.default_rng(seed)
    rolls = np.zeros((n, *SHAPE), np.uint8)
    for roll in rolls:
        base = int(generator.choice([0, 4, 9], p=[0.6, 0.3, 0.1]))
        for offset, first, end in ((0, 0, 4), (2, 4, 6), (3, 6, 7), (7, 7, 8)):
            roll[first:end, base + offset] = 1
    return rolls


def transposed(rolls):
    return np.roll(rolls, 6, axis=-1)


def retrograde(rolls):
    return rolls[:, ::-1].copy()


def agreement(made, true):
    """F1 of the cells that sound."""
    return 2 * (made & true).sum() / (made.sum() + true.sum())


def a_card(family, shape=SHAPE, groups=("a", "b"), seed=0, data=None, **parameters) -> Card:
    model = family.make(SimpleNamespace(shape=shape, groups=groups), parameters)
    cycle = {"seed": seed, "batch": 6, "best": "min valid/cycle"}
    return Card(Path(), "id", "tiny", ("a",), "doc", model, data or {"domain": "toy"}, cycle, family.load_model)


def a_modeloid(family, state=None, **parameters):
    return family.load_model(a_card(family, **parameters), state, Alone())


def a_batch(seed=0, n=6, shape=SHAPE, groups=("a", "b")):
    generator = np.random.default_rng(seed)
    return {name: (generator.random((n, *shape)) < 0.2).astype(np.uint8) for name in groups}


def trained(family, turns=3, state=None, **parameters):
    modeloid = a_modeloid(family, state, **parameters)
    for turn in range(turns):
        modeloid.train(a_batch(turn), Rng(0).at("train", turn))
    return modeloid


def learnt(family, change, turns, batch, seed=0, **parameters):
    """A modeloid that was trained on motifs and on changed motifs, none of which is a pair; how well it agrees."""
    modeloid, generator = a_modeloid(family, seed=seed, **parameters), np.random.default_rng(seed)
    here, there = motifs(400, 2 * seed + 1), change(motifs(400, 2 * seed + 2))
    for turn in range(turns):
        drawn = generator.integers(0, 400, (2, batch))
        modeloid.train({"a": here[drawn[0]], "b": there[drawn[1]]}, Rng(seed).at("train", turn))
    fresh = motifs(24, 99)
    with modeloid.averaged():
        made = np.stack([modeloid.sample(1, Rng(1), piece=one)[0] for one in fresh])
        back = np.stack([modeloid.sample(1, Rng(1), piece=one, to="a")[0] for one in change(fresh)])
    return agreement(made, change(fresh)), agreement(back, fresh)


def recipe(card, directory, last):
    cycle = {"seed": 0, "batch": 4, "last": last, "validate": "2t", "generate": "2t", "save": "3t", "pieces": 2}
    return replace(card, directory=directory, cycle={**cycle, "best": "min judge/sounding"})


class Toy:
    """Rolls of two groups of unequal sizes; a piece is an array."""

    digest, licences, shape, groups = "toy", ("none",), SHAPE, ("a", "b")

    def size(self, part: str) -> int:
        return 12

    def batch(self, part: str, indices: Any, rng: Rng) -> dict[str, Any]:
        here, there = motifs(12), transposed(motifs(5, 1))
        if part == "train":
            return {"a": here[indices], "b": there[indices % 5]}
        return {"a": here[indices], "b": there[indices[indices < 5]]}

    def write(self, piece: Any, stem: Path, formats: Sequence[str] = (), recipe: Any = None) -> list[Path]:
        path = stem.with_suffix(".npy")
        np.save(path, piece)
        return [path]

    def judge(self, pieces: Sequence[Any], part: str) -> dict[str, float]:
        return {"sounding": float(np.mean(pieces))} if pieces else {}


def built(family, name):
    """The model dict and the data of a preset."""
    from modeloid.music.represent import representation

    preset = family.presets[name]
    shape = representation(preset["data"]["representation"]).shape
    known = SimpleNamespace(shape=shape, groups=tuple(preset["data"]["sets"]))
    return family.make(known, preset["parameters"]), preset["data"]


def a_preset_trains(family, name, turns, items):
    """Whether a preset's generators move in a few turns, its losses are finite and its own wishes give a piece."""
    from modeloid.music.columns import from_score

    model, data = built(family, name)
    card = Card("", "id", name, ("a",), "doc", model, data, {"seed": 0}, family.load_model)
    modeloid = family.load_model(card, None, Alone())
    generator = np.random.default_rng(0)
    batch = {group: (generator.random((items, *model["shape"])) < 0.1).astype(np.float32) for group in model["groups"]}
    before = [one.detach().clone() for one in modeloid.game.generators.parameters()]
    told = {}
    for turn in range(turns):
        told |= modeloid.train(batch, Rng(0).at("train", turn))
    moved = any((one != was).any() for one, was in zip(modeloid.game.generators.parameters(), before, strict=True))
    found = modeloid.loss({group: rolls[:1] for group, rolls in batch.items()}, Rng(0))
    counted = all(np.isfinite(total) and count > 0 for total, count in found.values())
    wishes = family.presets[name]["cycle"]["wishes"]
    assert wishes["to"] == model["groups"][1]
    (made,) = modeloid.sample(1, Rng(0), **wishes)
    return moved and counted and np.isfinite(list(told.values())).all() and from_score(made).about["tpq"] > 0
