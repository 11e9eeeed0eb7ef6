"""Means of what is counted are drawn to the data's: critics, who see one phrase at a time, see them too dimly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from modeloid.backends.torch import TorchWorld

from .counts import Counts, Ratio
from .notes import Roll

_REAL, _MADE, _LEAST = 0.99, 0.9, 0.02
_KINDS = {
    "long": (2.0, 0.2),
    "classes": (1.0, 0.2),
    "chords": (2.0, 0.2),
    "apart": (8.0, 0.2),
    "cells": (3.0, 0.2),
    "registers": (1.0, 0.2),
    "registers apart": (3.0, 0.2),
    "notes": (1.0, 0.2),
    "even": (4.0, 0.2),
    "loud": (0.5, 0.2),
    "loudness varies": (0.5, 0.05),
}
"""What is counted -> its weight (distances of tracks yield least, hence most), the least mean that counts as one."""


class Matching(nn.Module):
    """Running sums of `Counts` over real phrases and over made ones, and what draws the second to the first.

    Feature matching (Salimans and others 2016, equation 9; the mean matching of Mroueh, Sercu, Goel: McGan 2017): the
    difference of means, known over many batches, times the slope of this batch's; both in shares of the data's mean.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        tracks = model["shape"][3]
        drums = [column in model["drums"] for column in range(tracks)]
        self.counts = Counts(drums, model["beats"], model["velocities"])
        self.real: Tensor
        self.made: Tensor
        self.weights: Tensor
        self.least: Tensor
        # of what is counted: how much it weighs, and the least mean that deviations are told in shares of
        for number, name in enumerate(("weights", "least")):
            known = torch.cat([torch.full((many,), _KINDS[kind][number]) for kind, many in self.counts.sizes])
            self.register_buffer(name, known, persistent=False)
        self.register_buffer("real", torch.zeros(2, self.counts.count))
        self.register_buffer("made", torch.zeros(2, self.counts.count))

    @torch.no_grad()
    def see(self, phrase: Roll, world: TorchWorld) -> Ratio:
        """Real phrases of this turn, of all processes; what is counted of those here."""
        sums: Ratio = self.counts(phrase)
        self._remember(self.real, torch.stack(sums), _REAL, world)
        return sums

    @torch.no_grad()
    def hear(self, phrase: Roll, world: TorchWorld) -> None:
        """Made phrases of this turn, of all processes."""
        self._remember(self.made, torch.stack(self.counts(phrase)), _MADE, world)

    def pull(self, phrase: Roll) -> Tensor:
        """What is to be made small: 0 in value and in slope where the means of what was heard are the data's."""
        some, of = self.counts(phrase)
        with torch.no_grad():
            wanted = self.real[0] / self.real[1].clamp(min=_LEAST)
            unit, heard = wanted.maximum(self.least), self.made[1].clamp(min=_LEAST)
            known = (self.real[1] > 0) & (self.made[1] > 0)
            beyond = ((self.made[0] / heard - wanted) / unit).clamp(-1, 1)
        surplus = (some - wanted * of).mean(0) / (unit * heard)
        pulled: Tensor = (self.weights * surplus * beyond * known).sum()
        return pulled

    def _remember(self, kept: Tensor, sums: Tensor, memory: float, world: TorchWorld) -> None:
        now = sums.detach().sum(1)
        if world.size > 1:
            now = torch.from_numpy(world.sum(now.double().cpu().numpy())).to(now)
        now = now / (sums.shape[1] * world.size)
        kept.copy_(now if not kept.any() else memory * kept + (1 - memory) * now)
