"""How a voice moves against those chosen before it: oblique, contrary or along, and from which interval to which."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .past import CLASSES

_WAYS = 3
"""Down, nowhere, up."""


class Motion(nn.Module):
    """A score of every pitch from each pair of voices: the interval class before and after, and which way both went.

    That parallel octaves and fifths are bad is one number here, in every key and between any pitches.

    Parameters
    ----------
    voices, pitches
        How many there are.
    scale
        What the table is multiplied by: an optimiser that moves all weights alike moves scores by so much more. What
        is hardly ever sung must become very unlikely in few turns.
    """

    def __init__(self, voices: int, pitches: int, scale: float = 1.0) -> None:
        super().__init__()
        self.pitches, self.scale = pitches, scale
        self.table = nn.Parameter(torch.zeros(voices, CLASSES * _WAYS * _WAYS * CLASSES))

    def forward(self, anchor: Tensor, last: Tensor, chosen: Tensor) -> Tensor:
        """Shape (rows, pitches).

        Parameters
        ----------
        anchor
            Shape (rows,): the pitch that this voice sang last.
        last
            Shape (rows, voices): the pitches that all voices sang last.
        chosen
            Shape (rows, voices): the values of the voices chosen before; others and rests say nothing.
        """
        pitch = torch.arange(self.pitches, device=anchor.device)
        before = (anchor[:, None] - last) % CLASSES
        theirs = torch.sign(chosen - last) + 1
        own = torch.sign(pitch - anchor[:, None]) + 1
        after = (pitch - chosen[..., None]) % CLASSES
        index = ((before * _WAYS + theirs)[..., None] * _WAYS + own[:, None]) * CLASSES + after
        voice = torch.arange(chosen.shape[1], device=anchor.device)[:, None]
        return self.scale * (self.table[voice, index] * (chosen >= 0)[..., None]).sum(1)
