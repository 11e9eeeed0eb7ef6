"""Which of several phrases is taken: pieces whose means are the data's, as near to the generator's as can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from modeloid.backends.torch import TorchWorld

from .counts import Counts, Ratio
from .notes import Roll

_KINDS = ("long", "classes", "apart", "even")
_LEAST, _NOTHING = 0.02, 1e-9
_RIDGE, _FURTHEST = 0.03, 1.0
_SLOWEST_SPREAD = 0.02


class Choice(nn.Module):
    """Chances of phrases, tilted until the means of what is measured of the pieces are the data's.

    Of all distributions with given means the exponential tilt ``p(x) exp(strengths . told(x))`` is nearest to p (Jaynes
    1957; of generated sequences: Khalifa, Elsahar, Dymetman, ICLR 2021). Phrases are drawn from it by taking one of
    several at those odds (sampling importance resampling, Rubin 1987). The strengths follow pieces that training plays
    to itself as they are sampled, by steps of Newton that grow shorter (Robbins and Monro 1951; Ruppert 1985): what
    phrases do to those that go on from them is seen in the means. Told are long notes, pitch classes, tonal distances,
    drum patterns (each a sum less what the data's ratio makes of its whole: mean 0 there) and bars that are not silent.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        tracks = model["shape"][3]
        self.tries = int(model["tries"])
        self.counts = Counts([column in model["drums"] for column in range(tracks)], model["beats"], False)
        kinds = [kind for kind, many in self.counts.sizes for _ in range(many)]
        self.measured = [place for place, kind in enumerate(kinds) if kind in _KINDS]
        self.playing = [place for place, kind in enumerate(kinds) if kind == "notes"]
        size = len(self.measured) + tracks
        self.real: Tensor
        self.strengths: Tensor
        self.spread: Tensor
        self.seen: Tensor
        self.steps: Tensor
        self.register_buffer("real", torch.zeros(2, self.counts.count))
        self.register_buffer("strengths", torch.zeros(size))
        self.register_buffer("spread", torch.zeros(size, size))
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def see(self, sums: Ratio, world: TorchWorld) -> None:
        """Take sums of real phrases, (n, count) each, into the means over all that were seen, of all processes."""
        now = torch.stack(sums)[:, :, : self.counts.count].sum(1)
        now = _over_processes(now, world) / (len(sums[0]) * world.size)
        self.real.lerp_(now.to(self.real), 1 / (1 + int(self.seen)))
        self.seen.add_(1)

    def told(self, phrase: Roll) -> Tensor:
        """What phrases are chosen by, (n, strengths): beyond the data's mean."""
        some, of = self.counts(phrase)
        ratio, plays = self.real[0] / self.real[1].clamp(min=_LEAST), self.real[1]
        beyond = some - ratio * of
        return torch.cat([beyond[:, self.measured], (of - plays)[:, self.playing]], 1)

    def picked(self, told: Tensor, draws: Tensor) -> Tensor:
        """Which of the tries of each row is taken, (n,): at odds of the tilt (Gumbel's maximum).

        Parameters
        ----------
        told
            Shape (n, tries, strengths).
        draws
            Uniform numbers, (n, tries).
        """
        chances = told @ self.strengths.to(told.dtype)
        picked: Tensor = (chances - (-draws.clamp(min=_NOTHING).log()).log()).argmax(1)
        return picked

    @torch.no_grad()
    def learn(self, told: Tensor, world: TorchWorld, share: float) -> None:
        """One step of the strengths, by the tries of pieces as they are sampled, of all processes.

        Parameters
        ----------
        told
            Shape (n, tries, strengths).
        world
            One or several processes.
        share
            Of the full step, 0 to 1.
        """
        told = told.double()
        odds = (told @ self.strengths.double()).softmax(1)
        means = torch.einsum("nk,nkd->nd", odds, told)
        around = told - means[:, None]
        spread = torch.einsum("nk,nkd,nke->de", odds, around, around) / len(told)
        now = _over_processes(torch.cat([means.mean(0)[None], spread]), world) / world.size
        self.spread.lerp_(now[1:].to(self.spread), max(_SLOWEST_SPREAD, 1 / (1 + int(self.steps))))
        self.strengths.sub_((share * self._newton(now[0])).to(self.strengths))
        self.steps.add_(1)

    def _newton(self, mean: Tensor) -> Tensor:
        """Step towards a mean of 0, less where it takes much strength; none for what never varies."""
        spread = self.spread.double()
        wide = spread.diagonal().sqrt()
        varies = wide > _NOTHING**0.5
        unit = torch.where(varies, wide, torch.ones_like(wide))
        matrix = spread / unit / unit[:, None] + torch.diag(torch.where(varies, _RIDGE, 1.0))
        beyond = torch.where(varies, mean / unit + _RIDGE * self.strengths.double() * unit, 0.0)
        step = torch.where(varies, torch.linalg.solve(matrix, beyond), 0.0)
        kept: Tensor = step * (_FURTHEST / step.norm().clamp(min=_FURTHEST)) / unit
        return kept


def _over_processes(sums: Tensor, world: TorchWorld) -> Tensor:
    return sums if world.size == 1 else torch.from_numpy(world.sum(sums.double().cpu().numpy())).to(sums)
