"""The networks of both sides and one turn of their game: the generators move, then the discriminators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from modeloid.backends.pairs.guide import Guide
from modeloid.backends.pairs.sharpened import sharpened
from modeloid.nets.differences import DIFFERENCES
from modeloid.nets.pool import Pool

from .losses import half_normal, squared
from .net import discriminator, generator

Sides = tuple[Tensor, Tensor]
"""A batch of each side, or something of each."""


class Game:
    """Two generators, a discriminator or two for each side, perhaps a guide of both, and the pools of fakes.

    Parameters
    ----------
    model
        As `make` wrote it.
    image
        Channels, steps and pitches of an item.
    """

    def __init__(self, model: Mapping[str, Any], image: tuple[int, int, int]) -> None:
        self.model = model
        self.extra = model["extra"].removeprefix("legacy_")
        self.taught = self.extra != "none" and not model["extra"].startswith("legacy_")
        """Whether the generators learn from the further discriminators."""
        self.apart = DIFFERENCES[model["difference"]]
        """How far a roll is from what it should be, of each item."""
        # number i makes pieces of side i; discriminator i judges what claims to be of side i
        self.generators = nn.ModuleList(generator(model, image[0]) for _ in range(2))
        self.critics = nn.ModuleList(discriminator(model, image[0]) for _ in range(2))
        self.extras = nn.ModuleList(discriminator(model, image[0]) for _ in range(2 if self.extra != "none" else 0))
        self.guides = nn.ModuleList(Guide(model["critic_width"], image[0]) for _ in range(1 if model["guide"] else 0))
        self.pools = nn.ModuleList(Pool(model["pool"], image) for _ in range(2))

    def noise(self, real: Sides) -> Sides:
        """One draw for a turn: real and made items, both generators and both discriminators get the same."""
        longest = max(real, key=len)
        drawn = half_normal(longest, self.model["noise"])
        return drawn[: len(real[1])], drawn[: len(real[0])]

    def fakes(self, real: Sides) -> Sides:
        """What each side's generator makes of the other side's items; those of side 0 first."""
        return self.generators[0](real[1]), self.generators[1](real[0])

    def shown(self, fake: Tensor) -> Tensor:
        """What discriminators and guide see of what is made."""
        return sharpened(fake, self.model["sharpness"])

    def veiled(self, fake: Tensor) -> Tensor:
        """What goes the way back: with noise, which drowns what a generator might hide in the softness of its cells.

        After Bashkirova, Usman, Saenko 2019 (Adversarial self-defense for cycle-consistent GANs, section 4.1).
        """
        return fake + half_normal(fake, self.model["veil"])

    def generators_lose(self, real: Sides, fake: Sides, noise: Sides) -> dict[str, Tensor]:
        """What the generators make small: "total" is the weighted sum of the others, each over both sides."""
        back = self.generators[0](self.veiled(fake[1])), self.generators[1](self.veiled(fake[0]))
        seen = self.shown(fake[0]), self.shown(fake[1])
        with _still(self.critics, self.extras, self.guides):
            found = {
                "adversarial": _sum(squared(self.critics[i](seen[i] + noise[i]), 1.0) for i in (0, 1)),
                "cycle": _sum(self.apart(back[i], real[i]).mean() for i in (0, 1)),
            }
            if self.taught:
                found["extra"] = _sum(squared(self.extras[i](seen[i] + noise[i]), 1.0) for i in (0, 1))
            for guide in self.guides:
                found["guide"] = guide.lose(seen)  # type: ignore[operator]
        if self.model["identity"]:
            found["identity"] = _sum(self.apart(self.generators[i](real[i]), real[i]).mean() for i in (0, 1))
        own = {"adversarial": 1.0, "cycle": self.model["round_trip"], "extra": self.model["extra_weight"]}
        weights = {**self.model, **own}
        return {"total": _sum(weights[name] * loss for name, loss in found.items()), **found}

    def critics_lose(self, real: Sides, every: Tensor, fake: Sides, noise: Sides, rng: np.random.Generator) -> Tensor:
        """What the discriminators make small; `every` are the real items of all groups that the further ones know."""
        seen = [self.shown(one.detach()) for one in fake]
        shown = [pool.exchanged(one, rng) for pool, one in zip(self.pools, seen, strict=True)]  # type: ignore[operator]
        lost = _sum(self._told_apart(self.critics[i], real[i], shown[i], noise[i]) for i in (0, 1))
        for guide in self.guides:
            lost = lost + guide.lose(real)  # type: ignore[operator]
        if self.extra == "none":
            return lost
        further = _sum(self._told_apart(self.extras[i], every, shown[i], noise[i]) for i in (0, 1))
        return lost + float(self.model["extra_weight"]) * further

    @staticmethod
    def _told_apart(critic: nn.Module, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
        # the noise of a turn is repeated where there are more real items than made ones
        more = noise.repeat(-(-len(real) // len(noise)), 1, 1, 1)[: len(real)]
        return (squared(critic(real + more), 1.0) + squared(critic(fake + noise), 0.0)) / 2


@contextmanager
def _still(*modules: nn.Module) -> Iterator[None]:
    """Gradients pass through the modules, but are not gathered in them."""
    parameters = [parameter for module in modules for parameter in module.parameters()]
    for parameter in parameters:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in parameters:
            parameter.requires_grad_(True)


def _sum(losses: Any) -> Tensor:
    return torch.stack(list(losses)).sum()
