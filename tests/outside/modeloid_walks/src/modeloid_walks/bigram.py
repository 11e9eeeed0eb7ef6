"""The model: each place of a walk depends on the one before; a table of logits, learned by momentum."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.numpy import in_groups, load_arrays, save_arrays
from modeloid.cycle.errors import ModeloidError, nearest

doc = "Bigram: the chance of each place given the one before. numpy only."
_PARAMETERS: Mapping[str, tuple[Any, str, str]] = {
    "learning_rate": (1.0, "> 0", "step of the gradient"),
    "momentum": (0.9, ">= 0 and < 1", "share of the last step that is taken again"),
    "group": (8, "whole number >= 1", "pieces sampled together"),
}
parameters = _PARAMETERS
presets: Mapping[str, Mapping[str, Any]] = {
    "default": {
        "doc": "Random walks over six places.",
        "parameters": {},
        "data": {"domain": "walks"},
        "cycle": {"seed": 0, "batch": 32, "last": "10e", "generate": "5e", "best": "min valid/loss"},
    }
}


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Check the parameters; the places and the length come from the data."""
    chosen = {name: default for name, (default, _, _) in _PARAMETERS.items()} | dict(parameters)
    faults = {
        "learning_rate": not chosen["learning_rate"] > 0,
        "momentum": not 0 <= chosen["momentum"] < 1,
        "group": not (isinstance(chosen["group"], int) and chosen["group"] >= 1),
    }
    for name, wrong in faults.items():
        if wrong:
            raise ModeloidError(f"{chosen[name]!r} is out of range", name, _PARAMETERS[name][1])
    return {"framework": "numpy", "places": data.places, "length": data.shape[0], **chosen}


def load_model(card: Any, state: Path | None, world: Any) -> Bigram:
    """A new one knows nothing: all places are equally likely."""
    return Bigram(card, state)


class Bigram:
    """A table of shape (places + 1, places): the last row is for the first place of a walk."""

    wishes: Mapping[str, tuple[str, Any]] = {
        "start": ("the first place; None draws it", None),
        "temperature": ("above 1 is bolder, below 1 tamer", 1.0),
    }

    def __init__(self, card: Any, state: Path | None) -> None:
        self.id, self.name, self.authors, self.doc = card.id, card.name, card.authors, card.doc
        self.model, self.load_model = card.model, load_model
        places = self.model["places"]
        self.logits, self.speed, self.turns = np.zeros((places + 1, places)), np.zeros((places + 1, places)), 0
        if state is not None:
            arrays = load_arrays(state / "tables.npz")
            self.logits, self.speed = arrays["logits"], arrays["speed"]
            self.turns = json.loads((state / "turns.json").read_text(encoding="utf-8"))

    def train(self, batch: NDArray[np.int64], rng: Any) -> dict[str, float]:
        before, after = self._pairs(batch)
        error = _softmax(self.logits)[before]
        loss = -np.log(error[np.arange(after.size), after]).sum() / len(batch)
        error[np.arange(after.size), after] -= 1
        gradient = np.zeros_like(self.logits)
        np.add.at(gradient, before, error / after.size)
        self.speed = self.model["momentum"] * self.speed - self.model["learning_rate"] * gradient
        self.logits = self.logits + self.speed
        self.turns += 1
        return {"loss": float(loss)}

    def loss(self, batch: NDArray[np.int64], rng: Any) -> dict[str, tuple[float, float]]:
        values, _ = self.log_likelihood(batch)
        return {"loss": (float(-values.sum()), float(len(values)))}

    def log_likelihood(self, batch: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        before, after = self._pairs(batch)
        nats = np.log(_softmax(self.logits)[before, after]).reshape(batch.shape).sum(axis=1)
        return nats, np.full(len(batch), batch.shape[1])

    def sample(self, n: int, rng: Any, **wishes: Any) -> list[list[int]]:
        for wish in wishes:
            if wish not in self.wishes:
                raise ModeloidError(f"no wish {wish!r}", "sample", nearest(wish, self.wishes))
        start, temperature = wishes.get("start"), float(wishes.get("temperature", 1.0))
        edges = _softmax(self.logits / temperature).cumsum(axis=1)
        return in_groups(n, self.model["group"], rng, lambda streams: self._walks(streams, edges, start))

    def save(self, directory: Path) -> None:
        save_arrays(directory / "tables.npz", {"logits": self.logits, "speed": self.speed})
        (directory / "turns.json").write_text(json.dumps(self.turns), encoding="utf-8")

    def _pairs(self, batch: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        first = np.full((len(batch), 1), self.model["places"])
        return np.hstack([first, batch[:, :-1]]).ravel(), batch.ravel()

    def _walks(
        self, streams: Sequence[np.random.Generator], edges: NDArray[np.float64], start: int | None
    ) -> list[list[int]]:
        draws = np.stack([stream.random(self.model["length"]) for stream in streams])
        walks = np.empty(draws.shape, dtype=np.int64)
        place = np.full(len(streams), self.model["places"])
        for moment in range(draws.shape[1]):
            drawn = (edges[place] < draws[:, moment : moment + 1]).sum(axis=1)
            place = drawn.clip(max=self.model["places"] - 1)
            if moment == 0 and start is not None:
                place[:] = start
            walks[:, moment] = place
        return walks.tolist()


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    risen = np.exp(logits - logits.max(axis=1, keepdims=True))
    return risen / risen.sum(axis=1, keepdims=True)
