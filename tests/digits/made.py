"""A torch modeloid with an exact likelihood: a masked autoencoder (MADE; Germain, Gregor, Murray, Larochelle 2015)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import Average, State, of
from modeloid.cycle.card import Card
from modeloid.cycle.contract import World
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng

PIXELS = 64
DEFAULTS: Mapping[str, Any] = {
    "framework": "torch",
    "hidden": 128,
    "dropout": 0.1,
    "optimiser": "adam",
    "learning_rate": 0.01,
    "milestones": [200, 300],
    "decay": 0.99,
    "group": 8,
}

doc = "Masked autoencoder on digits"
parameters: Mapping[str, tuple[Any, str, str]] = {
    name: (default, "", "") for name, default in DEFAULTS.items() if name != "framework"
}
presets: Mapping[str, Mapping[str, Any]] = {
    "default": {"doc": "", "parameters": {}, "data": {"domain": "digits"}, "cycle": {"batch": 64}}
}


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {**DEFAULTS, **parameters}


class Net(nn.Module):
    """One hidden layer whose masks let pixel i see only the pixels before it."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(PIXELS, hidden), nn.Linear(hidden, PIXELS)
        self.dropout = nn.Dropout(dropout)
        pixels, units = torch.arange(PIXELS), torch.arange(hidden) % (PIXELS - 1)
        self.register_buffer("mask_into", (units[:, None] >= pixels[None, :]).float())
        self.register_buffer("mask_out", (pixels[:, None] > units[None, :]).float())

    def forward(self, items: Tensor) -> Tensor:
        hidden = torch.relu(functional.linear(items, self.into.weight * self.mask_into, self.into.bias))
        return functional.linear(self.dropout(hidden), self.out.weight * self.mask_out, self.out.bias)


class Made:
    """Adam or SGD with momentum, a schedule, dropout and averaged weights: everything a state can hold."""

    wishes: Mapping[str, tuple[str, Any]] = {"temperature": ("below 1 keeps to what is likely", 1.0)}

    def __init__(self, card: Card, state: Path | None, world: World) -> None:
        self.id, self.name, self.authors, self.doc = card.id, card.name, card.authors, card.doc
        self.model, self.load_model = {**DEFAULTS, **card.model}, load_model
        self.world = of(world)
        with self.world.seeded(card.rng.at("init")):
            self.net = Net(self.model["hidden"], self.model["dropout"])
        self.distributed = self.world.wrap(self.net)
        self.optimiser = _optimiser(self.model, self.net)
        self.schedule = torch.optim.lr_scheduler.MultiStepLR(self.optimiser, self.model["milestones"], gamma=0.3)
        self.average = Average(self.net, self.model["decay"])
        self.state = State(
            {"net": self.net}, {"optimiser": self.optimiser}, {"schedule": self.schedule}, {"net": self.average}
        )
        if state is not None:
            self.state.load(state)

    def train(self, batch: NDArray[np.float32], rng: Rng) -> dict[str, float]:
        items = self.world.tensor(batch)
        with self.world.seeded(rng):
            with self.world.autocast():
                logits = self.distributed(items)
            total = _nats(logits, items).sum()
            self.optimiser.zero_grad()
            self.world.backward(total, len(items))
        self.optimiser.step()
        self.schedule.step()
        self.average.update()
        return {"loss": total.item() / max(len(items), 1)}

    def loss(self, batch: NDArray[np.float32], rng: Rng) -> dict[str, tuple[float, float]]:
        values, _ = self.log_likelihood(batch)
        return {"loss": (-float(values.sum()), float(len(values)))}

    def log_likelihood(self, batch: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        items = self.world.tensor(batch)
        with self.world.pure(Rng(0), self.net):
            nats = _nats(self.net(items), items)
        return -nats.double().cpu().numpy(), np.full(len(batch), PIXELS)

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[NDArray[np.uint8]]:
        for wish in wishes:
            if wish not in self.wishes:
                raise ModeloidError(f"no wish {wish!r}", "sample", nearest(wish, self.wishes))
        temperature = float(wishes.get("temperature", 1.0))
        with self.world.pure(rng.at("torch"), self.net):
            return in_groups(n, self.model["group"], rng, lambda streams: self._pieces(streams, temperature))

    def _pieces(self, streams: Sequence[np.random.Generator], temperature: float) -> list[NDArray[np.uint8]]:
        draws = self.world.tensor(np.stack([stream.random(PIXELS) for stream in streams]))
        items = torch.zeros_like(draws)
        for pixel in range(PIXELS):
            items[:, pixel] = (torch.sigmoid(self.net(items)[:, pixel] / temperature) > draws[:, pixel]).to(items.dtype)
        shades = (16 * items).to(torch.uint8).cpu().numpy()
        return list(shades.reshape(-1, 8, 8))

    def averaged(self) -> AbstractContextManager[None]:
        return self.average.averaged()

    def save(self, directory: Path) -> None:
        self.state.save(directory)


def load_model(card: Card, state: Path | None, world: World) -> Made:
    return Made(card, state, world)


def _optimiser(model: Mapping[str, Any], net: nn.Module) -> torch.optim.Optimizer:
    if model["optimiser"] == "sgd":
        return torch.optim.SGD(net.parameters(), model["learning_rate"], momentum=0.9)
    return torch.optim.Adam(net.parameters(), model["learning_rate"])


def _nats(logits: Tensor, items: Tensor) -> Tensor:
    losses = functional.binary_cross_entropy_with_logits(logits.to(items.dtype), items, reduction="none")
    return losses.sum(dim=1)
