"""The critic: what each bar looks like, what the bars are in their order, and whether the idea goes with them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import relu
from torch.nn.utils.parametrizations import spectral_norm

from ..plan.net import Ideas
from .bars import BarReader
from .rolls import KINDS


class Critic(nn.Module):
    """Scores pieces, the higher the more real.

    Every layer is held to slope 1 (Miyato and others: spectral norm, 2018).

    Parameters
    ----------
    parts
        How many.
    idea_dims
        Dimensions of a section's code, and of a piece's.
    width
        Channels of the convolutions.
    size
        Features of a bar, and of the recurrent net over bars (Cho and others 2014).
    """

    def __init__(self, parts: int, idea_dims: tuple[int, int], width: int = 32, size: int = 96) -> None:
        super().__init__()
        self.bar = BarReader(parts * len(KINDS), width, size, spectral_norm)
        self.over_bars = nn.GRUCell(size, size)
        for name in ("weight_ih", "weight_hh"):
            spectral_norm(self.over_bars, name)
        self.plain = spectral_norm(nn.Linear(2 * size, 1))
        self.of_idea = spectral_norm(nn.Linear(sum(idea_dims), 2 * size, bias=False))

    def forward(self, maps: Tensor, counts: Tensor, ideas: Ideas, known: Tensor) -> Tensor:
        """A score a piece, shape (n,): the mean over its bars of what each is after those before it.

        The idea is asked by projection (Miyato and Koyama 2018, equation 3).

        Parameters
        ----------
        maps
            Shape (n, bars, parts, kinds, 16, 64).
        counts
            Shape (n, bars): 1 for the bars that count, else 0.
        ideas
            Of the same rows and bars.
        known
            Shape (n,): whose ideas count.
        """
        n, bars = maps.shape[:2]
        found = self.bar(maps.flatten(0, 1).flatten(1, 2)).view(n, bars, -1)
        state = found.new_zeros(n, found.shape[2])
        states = []
        for bar in range(bars):
            state = self.over_bars(found[:, bar], state)
            states.append(state)
        features = torch.cat([found, torch.stack(states, 1)], 2)
        idea = torch.cat([ideas.bars, ideas.piece[:, None].expand(-1, bars, -1)], 2) * known[:, None, None]
        scores = self.plain(features)[..., 0] + (self.of_idea(idea) * features).sum(2)
        score: Tensor = (scores * counts).sum(1) / counts.sum(1).clamp(min=1)
        return score


def hinge(real: Tensor, made: Tensor) -> Tensor:
    """What a critic makes small (Lim and Ye 2017): real above 1, made below -1, and nothing beyond."""
    return relu(1 - real).mean() + relu(1 + made).mean()
