"""A torch modeloid with two optimisers: a Wasserstein GAN with gradient penalty (Gulrajani and others 2017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import Average, State, of
from modeloid.cycle.card import Card
from modeloid.cycle.contract import World
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng

PIXELS, NOISE = 64, 16
DEFAULTS: Mapping[str, Any] = {
    "framework": "torch",
    "hidden": 64,
    "critic_steps": 3,
    "generator_every": 2,
    "learning_rate": 0.001,
    "penalty": 10.0,
    "group": 8,
}


class Gan:
    """Each turn takes `critic_steps` steps of the critic; each `generator_every`-th one also a generator's."""

    wishes: Mapping[str, tuple[str, Any]] = {}

    def __init__(self, card: Card, state: Path | None, world: World) -> None:
        self.id, self.name, self.authors, self.doc = card.id, card.name, card.authors, card.doc
        self.model, self.load_model = {**DEFAULTS, **card.model}, load_model
        self.world = of(world)
        hidden, rate = self.model["hidden"], self.model["learning_rate"]
        with self.world.seeded(card.rng.at("init")):
            # The batch norm has running statistics: a state that no optimiser knows of.
            self.generator = self.world.place(
                nn.Sequential(
                    nn.Linear(NOISE, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, PIXELS), nn.Sigmoid()
                )
            )
            self.critic = self.world.place(
                nn.Sequential(nn.Linear(PIXELS, hidden), nn.LeakyReLU(0.2), nn.Dropout(0.1), nn.Linear(hidden, 1))
            )
        self.adam_g = torch.optim.Adam(self.generator.parameters(), rate, betas=(0.5, 0.9))
        self.adam_c = torch.optim.Adam(self.critic.parameters(), rate, betas=(0.5, 0.9))
        self.average = Average(self.generator, 0.9)
        self.state = State(
            modules={"generator": self.generator, "critic": self.critic},
            optimisers={"adam_g": self.adam_g, "adam_c": self.adam_c},
            averages={"generator": self.average},
            counters={"turns": 0, "generator_steps": 0},
        )
        if state is not None:
            self.state.load(state)

    def train(self, batch: NDArray[np.float32], rng: Rng) -> dict[str, float]:
        real = self.world.tensor(batch)
        counters = self.state.counters
        counters["turns"] += 1
        metrics = {}
        with self.world.seeded(rng):
            for _ in range(self.model["critic_steps"]):
                metrics["critic"] = self._critic_step(real)
            if counters["turns"] % self.model["generator_every"] == 0:
                metrics["generator"] = self._generator_step(len(real))
                counters["generator_steps"] += 1
        return metrics

    def _critic_step(self, real: Tensor) -> float:
        with torch.no_grad():
            fake = self.generator(self._noise(len(real)))
        between = torch.lerp(real, fake, torch.rand_like(real[:, :1])).requires_grad_()
        (slope,) = torch.autograd.grad(self.critic(between).sum(), between, create_graph=True)
        penalty = ((slope.norm(dim=1) - 1) ** 2).mean()
        distance = self.critic(real).mean() - self.critic(fake).mean()
        self.adam_c.zero_grad()
        (self.model["penalty"] * penalty - distance).backward()
        self.world.average_gradients(self.critic.parameters(), len(real))
        self.adam_c.step()
        return distance.item()

    def _generator_step(self, count: int) -> float:
        score = self.critic(self.generator(self._noise(count))).mean()
        self.adam_g.zero_grad()
        (-score).backward()
        self.world.average_gradients(self.generator.parameters(), count)
        self.adam_g.step()
        self.average.update()
        return score.item()

    def _noise(self, count: int) -> Tensor:
        return torch.randn(count, NOISE, device=self.world.target, dtype=self.world.dtype)

    def loss(self, batch: NDArray[np.float32], rng: Rng) -> dict[str, tuple[float, float]]:
        real = self.world.tensor(batch)
        with self.world.pure(rng, self.generator, self.critic):
            gaps = self.critic(real) - self.critic(self.generator(self._noise(len(real))))
        return {"distance": (gaps.sum().item(), float(len(real)))}

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[NDArray[np.uint8]]:
        for wish in wishes:
            raise ModeloidError(f"no wish {wish!r}", "sample", nearest(wish, self.wishes))
        with self.world.pure(rng.at("torch"), self.generator):
            return in_groups(n, self.model["group"], rng, self._pieces)

    def _pieces(self, streams: Sequence[np.random.Generator]) -> list[NDArray[np.uint8]]:
        noise = self.world.tensor(np.stack([stream.standard_normal(NOISE) for stream in streams]))
        shades = (16 * self.generator(noise)).round().to(torch.uint8).cpu().numpy()
        return list(shades.reshape(-1, 8, 8))

    def averaged(self) -> Any:
        return self.average.averaged()

    def save(self, directory: Path) -> None:
        self.state.save(directory)


def load_model(card: Card, state: Path | None, world: World) -> Gan:
    return Gan(card, state, world)
