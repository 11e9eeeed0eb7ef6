"""The RBM as a modeloid: it trains, scores, samples and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.numpy import in_groups
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng

from . import learner, state
from .ais import Annealing, Floats, log_partition, path_to
from .machine import Array, Machine
from .raise_ import raise_bound
from .roll import Rolls
from .sampler import Sampler
from .score import pseudo_loss, reconstruction_loss
from .stack import climb, learning_layer, shapes, stack_bound, up
from .wishes import known, understood

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

_BOUND_DRAWS = 16


class Rbm:
    """A restricted Boltzmann machine, or a stack of them, in one state.

    Parameters
    ----------
    card
        What it is; ``card.model`` as `make` wrote it.
    stored
        A checkpoint's directory, or None for a new one.
    world
        A single process: its persistent chains are not shared between several.
    load_model
        The function that made it.
    """

    def __init__(self, card: Card, stored: Path | None, world: World, load_model: Callable[..., Any]) -> None:
        if world.size > 1:
            raise ModeloidError("an RBM learns in one process", "model rbm", "Start it without --devices")
        self.id, self.name, self.authors, self.doc, self.model = card.id, card.name, card.authors, card.doc, card.model
        self.load_model = load_model
        self._rng = card.rng
        self._rolls = Rolls(tuple(card.model["shape"]), card.data.get("representation"))
        self.wishes = known(self.model, self._rolls)
        self._layers, self.turn = self._new() if stored is None else self._stored(stored)
        self._averaged = False
        self._log_z: dict[tuple[int, bool], float] = {}

    def _new(self) -> tuple[list[learner.Learner], int]:
        sizes, rng = shapes(self.model), self._rng.at("init")
        return [learner.begin(size, self.model["chains"], rng.at(index)) for index, size in enumerate(sizes)], 0

    def _stored(self, directory: Path) -> tuple[list[learner.Learner], int]:
        return state.load(directory, shapes(self.model), self.model["chains"])

    @property
    def machines(self) -> list[Machine]:
        """The layers' machines from below; inside `averaged`, those of the averaged weights."""
        return [layer.average if self._averaged else layer.machine for layer in self._layers]

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: one step of contrastive divergence on the layer whose turn it is.

        Returns the layer, its learning rate, the root mean square of its weights, and "gap": how far (root mean
        square, too) the rates of its fantasies lie from those of the data.
        """
        v = self._rolls.visible(batch, np.float32)
        index = learning_layer(self.model["layer_turns"], self.turn)
        below = [layer.average for layer in self._layers[:index]]
        seen = climb(below, v, rng.at("climb").generator())
        values = self._layers[index].learn(seen, self.model, rng)
        self.turn += 1
        return {"layer": float(index), **values}

    def loss(self, batch: Any, rng: Rng) -> dict[str, tuple[float, float]]:
        """Per frame, in nats: what tells how good the state is, without the partition function.

        "loss" is the negative log-pseudo-likelihood (in a stack the sum over the layers, so that it goes on falling
        while the upper ones learn): no chain enters it, and the units it looks at, where it cannot look at all, are
        those that `rng` names. "reconstruction" is the cross-entropy of a mean-field reconstruction, "free_energy" that
        of the lowest machine (only its differences mean anything).
        """
        v = self._rolls.visible(batch, np.float32)
        count = float(len(v) * self._rolls.window)
        pseudo = 0.0
        for index, machine in enumerate(self.machines):
            pseudo += pseudo_loss(machine, up(self.machines[:index], v), rng.at("pseudo", index))
        values = {
            "loss": pseudo,
            "reconstruction": reconstruction_loss(self.machines[0], v),
            "free_energy": float(self.machines[0].free_energy(v).sum()),
        }
        return {name: (value, count) for name, value in values.items()}

    def log_likelihood(self, batch: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Log-likelihood of each item in nats, and its number of frames.

        The partition function is estimated by annealed importance sampling, once for each state. A stack gives a lower
        bound, estimated from addressed draws.
        """
        v = self._rolls.visible(batch, np.float64)
        machines = [machine.astype(np.float64) for machine in self.machines]
        log_z = self.log_partition()
        draws = _BOUND_DRAWS if len(machines) > 1 else 1
        values = stack_bound(machines[:-1], partial(_log_p, machines[-1], log_z), v, draws, self._rng.at("bound"))
        return values, np.full(len(v), self._rolls.window, dtype=np.int64)

    def log_partition(self) -> float:
        """Log of the partition function of the top machine, nats, estimated once for each state."""
        key = (self.turn, self._averaged)
        if key not in self._log_z:
            steps, chains = self.model["ais_steps"], self.model["ais_chains"]
            self._log_z[key] = log_partition(self._path(), steps, chains, self._rng.at("ais"))
        return self._log_z[key]

    def raise_bound(self, batch: Any, rng: Rng) -> Floats:
        """Conservative log-likelihood of each item, nats, by RAISE (one layer only); costs one chain an item."""
        if len(self._layers) > 1:
            raise ModeloidError("RAISE is for one layer", "model rbm", "Use log_likelihood, itself a bound for a stack")
        return raise_bound(self._path(), self._rolls.visible(batch, np.float64), self.model["ais_steps"], rng)

    def _path(self) -> Annealing:
        return path_to(self.machines[-1], self._layers[-1].means["b"])

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces (arrays of the shape of an item where the domain has no representation); see `wishes`.

        Raises
        ------
        WishError
            An unknown wish or one out of its range.
        """
        wish = understood(wishes, self.model, self._rolls)
        sampler = Sampler(self.machines, self._layers[0].means["b"], self.model["coldest"])

        def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
            return self._rolls.pieces(sampler.rolls(wish, generators))

        return in_groups(n, self.model["group"], rng, one_group)

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: weights, averages, momentum, chains, means, counters."""
        state.save(directory, self._layers, self.turn)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Score and sample with the averaged weights inside; training goes on with the others."""
        before, self._averaged = self._averaged, True
        try:
            yield
        finally:
            self._averaged = before


def _log_p(machine: Machine, log_z: float, v: Array) -> Floats:
    return -machine.free_energy(v) - log_z
