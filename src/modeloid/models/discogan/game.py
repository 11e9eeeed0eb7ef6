"""The networks of both sides and the two kinds of turns of their game."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from modeloid.backends.pairs.guide import Guide
from modeloid.backends.pairs.sharpened import sharpened
from modeloid.nets.differences import DIFFERENCES

from .losses import features_apart, taken_for
from .net import Discriminator, generator

Sides = tuple[Tensor, Tensor]
"""A batch of each side, or something of each."""

DIRECTIONS: Mapping[str, tuple[int, ...]] = {"both": (1, 0), "back": (1,), "there": (1,)}
"""Value of `ways` -> the sides that the generators learn to make something for."""


class Game:
    """Two generators and two discriminators, perhaps a guide of both sides.

    Parameters
    ----------
    model
        As `make` wrote it.
    image
        Channels, steps and pitches of an item.
    """

    def __init__(self, model: Mapping[str, Any], image: tuple[int, int, int]) -> None:
        self.model = model
        self.ways = DIRECTIONS[model["ways"]]
        self.returns = model["ways"] != "there"
        """Whether what comes back counts."""
        self.apart = DIFFERENCES[model["difference"]]
        # number i makes pieces of side i; discriminator i judges what claims to be of side i
        self.generators = nn.ModuleList(generator(model, image[0]) for _ in range(2))
        self.critics = nn.ModuleList(Discriminator(model, image) for _ in range(2))
        self.guides = nn.ModuleList(Guide(model["width"], image[0]) for _ in range(1 if model["guide"] else 0))

    def weight(self, turn: int) -> float:
        """The share of what comes back in what the generators make small: the curriculum."""
        model = self.model
        return float(model["return_first"] if turn < model["curriculum_turns"] else model["return_then"])

    def shown(self, fake: Tensor) -> Tensor:
        """What discriminators and guide see of what is made."""
        return sharpened(fake, self.model["sharpness"])

    def generators_lose(self, real: Sides, turn: int) -> dict[str, Tensor]:
        """What the generators make small: "total" is the weighted sum of the others, each over the sides learnt."""
        fake = {side: self.generators[side](real[1 - side]) for side in self.ways}
        parts: dict[str, list[Tensor]] = {"adversarial": [], "features": [], "guide": [], "cycle": []}
        for side, made in fake.items():
            seen = self.shown(made)
            scores, features = self.critics[side](seen)
            _, wanted = self.critics[side](real[side])
            parts["adversarial"].append(taken_for(scores, 1.0).mean())
            parts["features"].append(features_apart([one.detach() for one in wanted], features))
            parts["guide"] += [guide.wrong(seen, side).mean() for guide in self.guides]  # type: ignore[operator]
            if self.returns:
                back = self.generators[1 - side](made)
                parts["cycle"].append(self.apart(back, real[1 - side]).mean())
        found = {name: _sum(losses) for name, losses in parts.items() if losses}
        matched, guided = self.model["matching"], self.model["guide"]
        game = (1 - matched) * found["adversarial"] + matched * found["features"] + guided * found.get("guide", 0.0)
        if not self.returns:
            return {"total": game, **found}
        share = self.weight(turn)
        return {"total": (1 - share) * game + share * found["cycle"], **found}

    def critics_lose(self, real: Sides) -> Tensor:
        """What the discriminators make small, over the sides learnt, and the guide over both."""
        lost = [guide.lose(real) for guide in self.guides]  # type: ignore[operator]
        for side in self.ways:
            with torch.no_grad():
                made = self.shown(self.generators[side](real[1 - side]))
            right, wrong = self.critics[side](real[side])[0], self.critics[side](made)[0]
            lost.append((taken_for(right, 1.0).mean() + taken_for(wrong, 0.0).mean()) / 2)
        return _sum(lost)


def _sum(losses: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(losses)).sum()
