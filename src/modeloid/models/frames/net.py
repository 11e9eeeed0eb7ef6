"""The whole network: from rolls to the log-likelihood of every frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .context import Context, Memory
from .head import Decisions, Known, NoteHead, decisions
from .near import Near, degrees

BLOCK = 256
"""Decisions that are scored at once outside training: always so many, that a later frame cannot change a bit."""


class FrameNet(nn.Module):
    """An exact distribution over rolls: frame after frame, and inside a frame note after note from the highest.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        self.pitches = model["shape"][1]
        self.context = Context(model)
        self.near = Near(self.context.planes, model)
        self.base = nn.Linear(self.context.seen, self.pitches)
        self.into_head = nn.Linear(model["width"], model["head"])
        self.head = NoteHead(model)

    def forward(self, rolls: Tensor, lengths: Tensor, starts: Tensor, key: Tensor) -> Tensor:
        """For training: the sum of the log-likelihoods of all frames that count, in nats.

        Parameters
        ----------
        rolls
            Shape (n, frames, pitches) of 0 and 1.
        lengths
            Shape (n,): frames from there on are padding.
        starts
            Shape (n,): which frame of its piece an item's first one is.
        key
            Shape (n,): semitones of transposition.
        """
        known = self.known(rolls, starts, key)[0]
        counts = (torch.arange(rolls.shape[1], device=rolls.device) < lengths[:, None]).flatten().nonzero()[:, 0]
        at, target = decisions(rolls.flatten(0, 1)[counts])
        scores: Tensor = self.head(Known(*(part[counts] for part in known)), at)
        return scores.gather(1, target[:, None]).sum()

    def known(
        self, rolls: Tensor, starts: Tensor, key: Tensor, first: int = 0, memory: Memory = None
    ) -> tuple[Known, Memory]:
        """What is known of each frame from `first` on, items and frames in one row; see `Context.forward`."""
        past, seen, memory = self.context(rolls, starts, key, first, memory)
        state = past.state.flatten(0, 1)
        degree = degrees(key, self.pitches).repeat_interleave(past.state.shape[1], dim=0)
        near = self.near(past.planes.flatten(0, 1), state, degree)
        base = self.base(seen.flatten(0, 1)).float()
        return Known(self.into_head(state), near, base, degree), memory

    def scored(self, roll: Tensor, first: int = 0, memory: Memory = None) -> tuple[Tensor, Tensor, Memory]:
        """Log-probabilities of the decisions in the frames from `first` on of one piece, in order.

        Decisions are scored in blocks of one size, filled up where there are fewer: no later frame changes a bit.

        Parameters
        ----------
        roll
            Shape (frames, pitches) of 0 and 1, from the beginning of the piece.
        first, memory
            As in `Context.forward`.

        Returns
        -------
        The log-probabilities in nats, the frame that each belongs to, and the net's memory.
        """
        zero = torch.zeros(1, dtype=torch.int64, device=roll.device)
        at, target = decisions(roll[first:])
        known, memory = self.known(roll[None], zero, zero, first, memory)
        chosen = [self._block(known, part)[: len(wanted)] for part, wanted in _blocks(at, target)]
        return torch.cat(chosen).gather(1, target[:, None])[:, 0], at.frame + first, memory

    def _block(self, known: Known, at: Decisions) -> Tensor:
        first, behind = int(at.frame[0]), int(at.frame[-1]) + 1
        here = Known(*(part[first:behind] for part in known))
        scores: Tensor = self.head(here, at._replace(frame=at.frame - first))
        return scores


def _blocks(at: Decisions, target: Tensor) -> Iterator[tuple[Decisions, Tensor]]:
    """Decisions in blocks of one size; the last is filled with repetitions of its last one."""
    for begin in range(0, len(target), BLOCK):
        row = torch.arange(begin, begin + BLOCK, device=target.device).clamp(max=len(target) - 1)
        yield Decisions(*(part[row] for part in at)), target[begin : begin + BLOCK]
