"""Means of what is counted are drawn to the data's: critics, who see one phrase at a time, see them too dimly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from modeloid.backends.torch import TorchWorld

from .notes import Roll
from .tallies import Tallies

_REAL, _MADE, _LEAST = 0.99, 0.9, 0.02


class Matching(nn.Module):
    """Running sums of `Tallies` over real phrases and over made ones, and what draws the second to the first.

    Feature matching (Salimans and others 2016, equation 9; the mean matching of Mroueh, Sercu, Goel: McGan 2017): the
    difference of means, known over many batches, times the slope of this batch's.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        tracks = model["shape"][3]
        self.tallies = Tallies([column in model["drums"] for column in range(tracks)], model["beats"])
        self.real: Tensor
        self.made: Tensor
        for name in ("real", "made"):
            self.register_buffer(name, torch.zeros(2, self.tallies.count))

    @torch.no_grad()
    def see(self, phrase: Roll, world: TorchWorld) -> None:
        """Real phrases of this turn, of all processes."""
        self._remember(self.real, torch.stack(self.tallies(phrase.on)), _REAL, world)

    def pull(self, phrase: Roll, world: TorchWorld) -> Tensor:
        """What is to be made small: 0 in value where the means are the data's, and in slope."""
        sums = torch.stack(self.tallies(phrase.on))
        with torch.no_grad():
            self._remember(self.made, sums, _MADE, world)
            wanted, of = self.real[0] / self.real[1].clamp(min=_LEAST), self.made[1].clamp(min=_LEAST)
            unit = wanted.clamp(min=_LEAST)
            known = (self.real[1] > 0) & (self.made[1] > 0)
            beyond = ((self.made[0] / of - wanted) / unit).clamp(-1, 1)
        surplus = (sums[0] - wanted * sums[1]).mean(0) / (unit * of)
        pulled: Tensor = (surplus * beyond * known).sum()
        return pulled

    def _remember(self, kept: Tensor, sums: Tensor, memory: float, world: TorchWorld) -> None:
        now = sums.detach().sum(1)
        if world.size > 1:
            now = torch.from_numpy(world.sum(now.double().cpu().numpy())).to(now)
        now = now / (sums.shape[1] * world.size)
        kept.copy_(now if not kept.any() else memory * kept + (1 - memory) * now)
