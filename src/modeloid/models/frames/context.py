"""What is known before a frame: the past as planes, and a vector that sums it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.dropout import LockedDropout

from .planes import REPEATS, lagged, ranked, repeats

KEYS = 24
"""Transpositions that are told apart: -12 to 11 semitones."""

VOICE_LAGS = 2
"""Frames back whose notes are seen rank by rank."""

Memory = tuple[Tensor, Tensor] | None


class Past(NamedTuple):
    """What is known before each of some frames.

    Parameters
    ----------
    state
        Shape (n, frames, width): all that was, summed up.
    planes
        Shape (n, frames, planes, pitches): lagged frames, then how earlier passages went on.
    """

    state: Tensor
    planes: Tensor


class Far(nn.Module):
    """What an LSTM (Hochreiter and Schmidhuber 1997) adds to what lies near.

    Its share begins at nothing: where data are few, what lies near must be learnt before what lies far.

    Parameters
    ----------
    width, features
        Of what it adds to, and of its own.
    layers
        At least 1.
    dropout
        Share of its features that are left out in training.
    """

    def __init__(self, width: int, features: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.lstm = nn.LSTM(width, features, layers, batch_first=True)
        self.dropout = LockedDropout(dropout)
        self.share = nn.Linear(features, width, bias=False)
        nn.init.zeros_(self.share.weight)

    def forward(self, values: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """From (n, frames, width) and the memory of the frames before; returns the same of what follows."""
        # Under autocast the recurrence is slower on a processor than in full precision.
        with torch.autocast(values.device.type, enabled=False):
            over, memory = self.lstm(functional.relu(values), memory)
        return values + self.share(self.dropout(over)), memory


class Context(nn.Module):
    """What the last two frames and the repeats say and, where it is wanted, a recurrent net over them.

    Also told: which frame of its piece a frame is, in cycles (16 for bars of sixteen frames, say), and by how many
    semitones the piece was transposed in training: 0 when it is scored or sampled.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        pitches, width = model["shape"][1], model["width"]
        self.lags, self.look_back = tuple(model["lags"]), bool(model["repeats"])
        looks = REPEATS if self.look_back else 0
        self.noise = float(model["noise"])
        self.voices = int(model["voices"])
        self.planes = len(self.lags) + VOICE_LAGS * self.voices + looks
        self.seen = (2 + looks) * pitches
        self.into = nn.Linear(self.seen + looks + 1, width)
        self.metre = tuple(model["metre"])
        self.cycles = nn.ModuleList([_embedding(size, width) for size in model["metre"]])
        self.key = _embedding(KEYS, width)
        self.dropout = LockedDropout(model["dropout"])
        self.far = Far(width, model["recurrent"], model["layers"], model["far_dropout"]) if model["recurrent"] else None

    def forward(
        self, rolls: Tensor, starts: Tensor, key: Tensor, first: int = 0, memory: Memory = None
    ) -> tuple[Past, Tensor, Memory]:
        """Look at the past of the frames from `first` on.

        Parameters
        ----------
        rolls
            Shape (n, frames, pitches) of 0 and 1; of the last frame nothing is looked at.
        starts
            Shape (n,): which frame of its piece an item's first one is.
        key
            Shape (n,): semitones of transposition.
        first
            The frames before it were seen in an earlier call, which gave `memory`.

        Returns
        -------
        The past; what the readers of single pitches see of it, (n, rows, `seen`); and the net's memory.
        """
        last = rolls.shape[1]
        thinned = rolls * (torch.rand_like(rolls) >= self.noise) if self.training and self.noise else rolls
        planes = lagged(thinned, self.lags, first, last)
        if self.voices:
            planes = torch.cat([planes, ranked(thinned, self.voices, VOICE_LAGS, first, last)], dim=2)
        recent = lagged(thinned, (1, 2), first, last)
        seen = [recent[:, :, 0], recent[:, :, 0] * (1 - recent[:, :, 1])]
        frame = starts[:, None] + torch.arange(first, last, device=rolls.device)
        told = [(frame == 0).to(rolls.dtype)[..., None]]
        if self.look_back:
            again, marks = repeats(rolls, first, last)
            planes = torch.cat([planes, again], dim=2)
            seen, told = [*seen, again.flatten(2)], [*told, marks]
        looks = torch.cat(seen, dim=-1)
        values = self._told(torch.cat([looks, *told], dim=-1), frame, key)
        if self.far is not None:
            values, memory = self.far(values.to(rolls.dtype), memory)
        return Past(values, planes), looks, memory

    def _told(self, values: Tensor, frame: Tensor, key: Tensor) -> Tensor:
        told = self.into(values) + self.key(key + KEYS // 2)[:, None]
        for size, cycle in zip(self.metre, self.cycles, strict=True):
            told = told + cycle(frame % size)
        left: Tensor = self.dropout(told)
        return left


def _embedding(size: int, width: int) -> nn.Embedding:
    made = nn.Embedding(size, width)
    nn.init.normal_(made.weight, std=0.05)
    return made
