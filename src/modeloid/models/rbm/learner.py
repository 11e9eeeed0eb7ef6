"""Learning of one layer: contrastive divergence with momentum, decay, persistent chains and averaged weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from modeloid.cycle.rng import Rng

from .gradient import contrast, direction
from .machine import Array, Machine, Shape, gibbs, sigmoid

_FIRST_SPREAD = 0.01
_MEMORY = 0.99


@dataclass
class Learner:
    """A machine and everything its learning remembers; all arrays are float32.

    Parameters
    ----------
    machine
        The machine that learns.
    average
        Its weights averaged over the later turns.
    velocity
        The momentum.
    chains
        Persistent fantasies (chains, frames, pitches).
    means
        Running means of visible and hidden units under the data, "b" and "c".
    turn
        How many turns it has learned.
    """

    machine: Machine
    average: Machine
    velocity: Machine
    chains: Array
    means: dict[str, Array]
    turn: int = 0

    def learn(self, v: Array, model: Mapping[str, Any], rng: Rng) -> dict[str, float]:
        """One step of stochastic ascent on data `v` (n, frames, pitches). Returns what is to be logged."""
        if self.turn == 0:
            self._begin(v, rng.at("chains").generator())
        start = self.chains if model["persistent"] else v
        fantasies = gibbs(self.machine, start, model["cd_steps"], rng.at("gibbs").generator())
        units = np.concatenate([v, fantasies])
        hidden = sigmoid(self.machine.hidden_input(units))
        self._remember(v, hidden[: len(v)])
        rate = model["learning_rate"] / (1 + self.turn / model["decay_turns"])
        self._step(units, hidden, contrast(len(v), len(fantasies)), rate, model)
        self.chains = fantasies if model["persistent"] else self.chains
        self._average(model["averaging"])
        self.turn += 1
        gap = float(np.sqrt(np.mean((v.mean(0) - fantasies.mean(0)) ** 2)))
        weights = self.machine.W.ravel()
        return {"learning_rate": rate, "weight": float(np.sqrt(weights @ weights / weights.size)), "gap": gap}

    def _begin(self, v: Array, generator: np.random.Generator) -> None:
        rate = (v.sum(0) + v.mean((0, 1)) * 4 + 0.05) / (len(v) + 4.1)
        self.means["b"] = rate.astype(np.float32)
        self.machine.b[...] = np.log(rate) - np.log1p(-rate)
        self.means["c"] = sigmoid(self.machine.hidden_input(v)).mean(0)
        self.chains = (generator.random(self.chains.shape, dtype=np.float32) < rate).astype(np.float32)

    def _remember(self, v: Array, hidden: Array) -> None:
        keep = np.float32(min(_MEMORY, (self.turn + 1) / (self.turn + 2)))
        for mean, now in ((self.means["b"], v), (self.means["c"], hidden)):
            mean += (1 - keep) * (now.mean(0) - mean)

    def _step(self, units: Array, hidden: Array, shares: Array, rate: float, model: Mapping[str, Any]) -> None:
        shape, means = self.machine.shape, (self.means["b"], self.means["c"])
        change = direction(shape, units, hidden, shares, means, 1 / shape.positions)
        self.machine.W[...] *= np.float32(1 - rate * model["weight_decay"])
        for name, velocity in self.velocity.arrays.items():
            velocity *= np.float32(model["momentum"])
            velocity += np.multiply(getattr(change, name), np.float32(rate), out=getattr(change, name))
            self.machine.arrays[name][...] += velocity

    def _average(self, eagerness: float) -> None:
        share = np.float32((eagerness + 1) / (self.turn + 1 + eagerness))
        for name, mean in self.average.arrays.items():
            mean *= 1 - share
            mean += share * self.machine.arrays[name]


def begin(shape: Shape, chains: int, rng: Rng) -> Learner:
    """A layer that has learned nothing: small normal weights, biases 0 until the first batch sets the visible ones."""
    weights = rng.at("W").generator().normal(0, _FIRST_SPREAD, shape.sizes["W"])
    machine = Machine(shape, weights.astype(np.float32), *(_zeros(shape, name) for name in "bc"))
    average = Machine(shape, *(array.copy() for array in machine.arrays.values()))
    velocity = Machine(shape, *(_zeros(shape, name) for name in "Wbc"))
    means = {name: np.full(shape.sizes[name], 0.5, np.float32) for name in "bc"}
    return Learner(machine, average, velocity, np.zeros((chains, *shape.visible), np.float32), means)


def _zeros(shape: Shape, name: str) -> Array:
    return np.zeros(shape.sizes[name], np.float32)
