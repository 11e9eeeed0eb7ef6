"""The generator: an LSTM over bars tells their codes, and a DCGAN makes them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from ..idea.levels import symbols_of
from ..plan.net import Ideas
from .coder import BarCoder
from .rolls import BEGIN, HOLD, LOUD
from .teller import Teller

_SPREAD = 0.125


class RollNet(nn.Module):
    """What reads bars as codes and makes bars of codes, and what tells the codes of pieces.

    Parameters
    ----------
    parts
        How many.
    idea_dims
        Dimensions of a section's code, and of a piece's.
    width
        Channels of the convolutions.
    features
        Of the LSTMs.
    """

    def __init__(self, parts: int, idea_dims: tuple[int, int], width: int = 16, features: int = 128) -> None:
        super().__init__()
        self.coder = BarCoder(parts, width)
        self.teller = Teller(idea_dims, features)

    def read(self, maps: Tensor) -> Tensor:
        """Maps (n, bars, parts, kinds, 16, 64) to levels (n, bars, 4, symbols)."""
        codes = self.coder.codes(maps.flatten(0, 1))
        return codes.view(*maps.shape[:2], *codes.shape[1:])

    def made(self, codes: Tensor) -> Tensor:
        """Levels (n, bars, 4, symbols) to the logits of maps (n, bars, parts, kinds, 16, 64)."""
        made: Tensor = self.coder(codes.flatten(0, 1))
        return made.view(*codes.shape[:2], *made.shape[1:])

    def told(self, codes: Tensor, ideas: Ideas | None, known: Tensor | None = None) -> Tensor:
        """Logits of the symbols of levels, each given those before it; see `Teller`."""
        logits: Tensor = self.teller(symbols_of(codes.detach()), ideas, known)
        return logits

    def decided(self, codes: Tensor) -> Tensor:
        """The maps of levels; gradients go straight through the decisions."""
        return self.coder.decided(self.made(codes))


def chances(logits: Tensor, codes: Tensor) -> Tensor:
    """Nats of the symbols of levels (n, bars, 4, symbols), each."""
    return torch.log_softmax(logits, -1).gather(-1, symbols_of(codes)[..., None])[..., 0]


def imitation(logits: Tensor, real: Tensor, before: Tensor, elsewhere: float = 0.0) -> Tensor:
    """What real bars (n, parts, kinds, 16, 64) cost, in nats each, shape (n,).

    Every cell for whether a note begins; those behind a sounding one, where none begins, for whether it goes on; and
    loudness where one begins, as a normal distribution about what is told, an eighth wide.

    Parameters
    ----------
    before
        What sounded a step before, (n, parts, 16, 64).
    elsewhere
        What it weighs whether a note would go on in cells behind silent ones.
    """
    begin, hold = real[:, :, BEGIN], real[:, :, HOLD]
    cost = binary_cross_entropy_with_logits(logits[:, :, BEGIN], begin, reduction="none")
    stays = binary_cross_entropy_with_logits(logits[:, :, HOLD], hold, reduction="none")
    away = (logits[:, :, LOUD].sigmoid() - real[:, :, LOUD]) / _SPREAD
    cost = cost + stays * torch.maximum(before * (1 - begin), begin.new_tensor(elsewhere)) + 0.5 * away.square() * begin
    return cost.sum((1, 2, 3))
