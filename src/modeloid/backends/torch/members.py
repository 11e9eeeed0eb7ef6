"""Networks of one design that learn side by side and speak as one: by the mean of their probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from modeloid.cycle.rng import Rng
from modeloid.nets.descent import Descent

from .average import Average
from .processes import TorchWorld
from .state import State

Net = TypeVar("Net", bound=nn.Module)

Total = Callable[[nn.Module, Rng], tuple[Tensor, float]]
"""From a net to train through and its address: a loss summed over items (frames, steps), and how many they are."""


class Learning(NamedTuple):
    """What moves one network.

    Parameters
    ----------
    wrapped
        The network as it is trained through.
    descent
        Its optimiser.
    average
        Its averaged weights.
    """

    wrapped: nn.Module
    descent: Descent
    average: Average


class Members(Generic[Net]):
    """Networks that differ in their first weights and in what they draw in training, with all that moves them.

    Their mixture is a distribution: at each choice the mean of the probabilities that each gives it (`log_mean`), given
    what was chosen before. The first one is, to the bit, the network that would stand alone: it draws from the
    addresses themselves, the others from addresses below them; its files bear the names that a single one's bear.

    Parameters
    ----------
    make
        Makes a new network.
    model
        The modeloid's `model` dict: ``members`` (one where it is not there), ``average``, and what `Descent` asks for.
    world
        One or several processes.
    rng
        Where the first weights are drawn from.
    memory
        See `Descent`.
    """

    def __init__(
        self, make: Callable[[], Net], model: Mapping[str, Any], world: TorchWorld, rng: Rng, memory: float
    ) -> None:
        self._world, self._counters = world, {"turn": 0}
        self.nets: list[Net] = []
        self._learning: list[Learning] = []
        for number in range(model.get("members", 1)):
            with world.seeded(_own(rng, number)):
                net = make()
            wrapped = world.wrap(net)
            self.nets.append(net)
            self._learning.append(Learning(wrapped, Descent(net, model, memory), Average(net, model["average"])))
        names = [f"-{number}" if number else "" for number in range(len(self.nets))]
        self._state = State(
            modules={f"net{name}": net for name, net in zip(names, self.nets, strict=True)},
            optimisers={f"adamw{name}": one.descent.optimiser for name, one in zip(names, self._learning, strict=True)},
            averages={f"net{name}": one.average for name, one in zip(names, self._learning, strict=True)},
            counters=self._counters,
        )

    def learn(self, total: Total, rng: Rng) -> dict[str, float]:
        """One turn: each network steps once, along the gradient of its own mean loss.

        Returns
        -------
        "loss" an item (of this process), "gradient" before it was clipped, each the mean over the networks, and
        "learning_rate".
        """
        told = [self._step(one, total, _own(rng, number)) for number, one in enumerate(self._learning)]
        self._counters["turn"] += 1
        return {name: fmean(one[name] for one in told) for name in told[0]}

    def _step(self, one: Learning, total: Total, rng: Rng) -> dict[str, float]:
        with self._world.seeded(rng):
            with self._world.autocast():
                loss, count = total(one.wrapped, rng)
            one.descent.optimiser.zero_grad()
            self._world.backward(loss, count)
        told = one.descent.step(self._counters["turn"])
        one.average.update()
        return {"loss": loss.item() / count, **told}

    def squares(self) -> list[list[Tensor]]:
        """Mean squared gradients of each network's parameters, as optimisers have them; none before the first turn."""
        states = [one.descent.optimiser.state for one in self._learning]
        if not all(states):
            return []
        pairs = zip(self.nets, states, strict=True)
        return [[state[parameter]["exp_avg_sq"] for parameter in net.parameters()] for net, state in pairs]

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Inside, all have their averaged weights."""
        with ExitStack() as stack:
            for one in self._learning:
                stack.enter_context(one.average.averaged())
            yield

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory; see `State.save`."""
        self._state.save(directory)

    def load(self, directory: Path) -> None:
        """Read it back; raises `StateError`, also where it is that of more or fewer networks."""
        self._state.load(directory)


def log_mean(scores: Sequence[Tensor]) -> Tensor:
    """Log of the mean of probabilities, element by element; of a single one: what was given.

    Parameters
    ----------
    scores
        Log-probabilities, one tensor a network, of one shape; minus infinity is allowed.

    Returns
    -------
    Float64 where there are several. An element's bits do not depend on where in the tensor it lies: torch rounds what
    fills a vector of the processor and what is left over differently, numpy's function does not.
    """
    if len(scores) == 1:
        return scores[0]
    summed = np.logaddexp.reduce([one.detach().double().cpu().numpy() for one in scores])
    return torch.from_numpy(np.asarray(summed - np.log(len(scores)))).to(scores[0].device)


def _own(rng: Rng, number: int) -> Rng:
    return rng.at("member", number) if number else rng
