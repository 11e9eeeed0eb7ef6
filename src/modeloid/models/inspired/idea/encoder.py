"""The encoder: what is heard of eight bars to 16 symbols of four levels in three groups, and of a piece to four."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from .levels import FourLevels
from .net import Listener
from .slices import SLICE_BARS, SLICE_STEPS
from .views import CHANNELS, GROUPS, Views

SYMBOLS = {"harmony": 6, "rhythm": 6, "contour": 4}
"""Group -> its symbols, of two bits each."""
CODE_SIZE = sum(SYMBOLS.values())
PIECE_SIZE = 4

_STEPS = {"harmony": SLICE_BARS * 4, "rhythm": SLICE_STEPS, "contour": SLICE_STEPS}


class Idea(NamedTuple):
    """What an encoder says of n slices, by group (harmony, rhythm, contour).

    Parameters
    ----------
    parts
        The embedding of each group, each row of length 1.
    codes
        The levels of each group's symbols.
    even
        The numbers that they were rounded from.
    """

    parts: list[Tensor]
    codes: list[Tensor]
    even: list[Tensor]

    @property
    def embedding(self) -> Tensor:
        """All groups as one row of length 1."""
        return normalize(torch.cat(self.parts, dim=1), dim=1)

    @property
    def code(self) -> Tensor:
        """All symbols, shape (n, 16)."""
        return torch.cat(self.codes, dim=1)


class Encoder(nn.Module):
    """Slices of eight bars to ideas.

    Parameters
    ----------
    width
        Channels of the nets.
    size
        Numbers of a group's embedding.
    dropout
        Share of what is forgotten in training.
    """

    def __init__(self, width: int = 48, size: int = 32, dropout: float = 0.3) -> None:
        super().__init__()
        self.size = size
        self.listeners = nn.ModuleDict(
            {name: Listener(CHANNELS[name], _STEPS[name], width, size, dropout) for name in GROUPS}
        )
        self.narrow = nn.ModuleDict({name: nn.Linear(size, SYMBOLS[name]) for name in GROUPS})
        self.levels = nn.ModuleDict({name: FourLevels(SYMBOLS[name]) for name in GROUPS})
        self.piece_narrow = nn.Linear(CODE_SIZE, PIECE_SIZE)
        self.piece_levels = FourLevels(PIECE_SIZE)

    def forward(self, views: Sequence[Tensor]) -> Idea:
        """What is said of slices, see `Idea`; in training the gradient goes through the codes."""
        parts, codes, even = [], [], []
        for name, view in zip(GROUPS, views, strict=True):
            heard = self.listeners[name](view)
            code, raw = self.levels[name](self.narrow[name](heard))
            parts.append(normalize(heard, dim=1))
            codes.append(code)
            even.append(raw)
        return Idea(parts, codes, even)

    @torch.no_grad()
    def ideas(self, views: Views) -> Idea:
        """What is said of slices that do not look at one another: the encoder as it was taught, changing nothing."""
        modes = [(part, part.training) for part in self.modules()]
        self.eval()
        found: Idea = self(tensors(views, self.piece_narrow.weight))
        for part, training in modes:
            part.training = training
        return found

    def codes(self, views: Views) -> Tensor:
        """Shape (n, 16) of {-3, -1, 1, 3} / sqrt(5): harmony's 6 symbols, rhythm's 6, contour's 4."""
        return self.ideas(views).code

    def embedding(self, views: Views) -> Tensor:
        """Shape (n, 3 size), each row of length 1: nearness is the product of two rows."""
        return self.ideas(views).embedding

    def whole(self, codes: Tensor) -> Tensor:
        """The piece's own symbols, shape (n, 4), from the codes of its slices, shape (n, slices, 16)."""
        code: Tensor = self.piece_levels(self.piece_narrow(codes.mean(dim=1)))[0]
        return code


def tensors(views: Views, like: Tensor) -> list[Tensor]:
    """Views as torch has them, on the device and of the type of another tensor."""
    return [torch.from_numpy(np.ascontiguousarray(view)).to(like) for view in views]
