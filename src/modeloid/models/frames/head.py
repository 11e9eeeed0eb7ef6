"""The frame as decisions: its notes from the highest to the lowest, then "no more"; each is one choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.dropout import LockedDropout
from modeloid.nets.pitch import PitchLayer

from .near import DEGREES

_RANK_UNIT = 4.0
_FRAMES_OF_A_MASK = 4


class Known(NamedTuple):
    """What is known of some frames before their first note.

    Parameters
    ----------
    state
        Shape (frames, head): the first hidden layer's share of it.
    near
        Shape (frames, channels, pitches): what the past says around each pitch; no activation yet.
    base
        Shape (frames, pitches): what it says of each pitch straight away.
    degree
        Shape (frames, pitches), int64: which of the twelve degrees of its key a pitch is.
    """

    state: Tensor
    near: Tensor
    base: Tensor
    degree: Tensor


class Decisions(NamedTuple):
    """Choices inside frames, in order; a frame of k notes has k + 1.

    Parameters
    ----------
    frame
        Shape (decisions,), int64: the frame it belongs to.
    rank
        Shape (decisions,), int64: how many notes of the frame were chosen before.
    last
        Shape (decisions,), int64: the note chosen last, or the number of pitches where none was.
    chosen
        Shape (decisions, pitches), 0 or 1: the notes chosen before.
    """

    frame: Tensor
    rank: Tensor
    last: Tensor
    chosen: Tensor


def decisions(frames: Tensor) -> tuple[Decisions, Tensor]:
    """Take frames apart.

    Parameters
    ----------
    frames
        Shape (frames, pitches), 0 or 1.

    Returns
    -------
    The decisions, and what each chose: a pitch, or the number of pitches for "no more".
    """
    pitches = frames.shape[1]
    notes = frames.sum(1).long()
    owner, flipped = frames.flip(1).nonzero(as_tuple=True)
    begin = torch.cumsum(notes + 1, 0) - (notes + 1)
    frame = torch.repeat_interleave(torch.arange(len(frames), device=frames.device), notes + 1)
    rank = torch.arange(len(frame), device=frames.device) - begin[frame]
    # A frame has one decision more than notes: every frame before moves the notes by one.
    place = torch.arange(len(owner), device=frames.device) + owner
    target = torch.full_like(frame, pitches)
    target[place] = pitches - 1 - flipped
    last = torch.full_like(frame, pitches)
    last[place + 1] = pitches - 1 - flipped
    above = torch.arange(pitches, device=frames.device) >= last[:, None]
    return Decisions(frame, rank, last, frames[frame] * above), target


class NoteHead(nn.Module):
    """Scores of every choice: the pitches below the last note, and "no more".

    To what the past says of a pitch come a hidden layer that knows the notes chosen so far, pitch by pitch, and what
    that layer asks of the features at each pitch. These see past and chosen notes by their intervals alone, the same
    way in every transposition: most of what is learnt is learnt for all keys at once.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        self.pitches, hidden = model["shape"][1], model["head"]
        self.from_chosen = nn.Linear(self.pitches + 1, hidden, bias=False)
        self.from_last = nn.Embedding(self.pitches + 1, hidden)
        nn.init.normal_(self.from_last.weight, std=0.02)
        self.inner = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, self.pitches + 1)
        self.by_degree = nn.Linear(hidden, DEGREES)
        nn.init.zeros_(self.by_degree.weight)
        self.near_chosen = PitchLayer(2, model["channels"], self.pitches, scale=0.05)
        self.lift = nn.Linear(hidden, model["channels"])
        self.ask = nn.Linear(hidden, model["channels"])
        self.dropout = LockedDropout(model["dropout"])
        self.near_dropout = LockedDropout(model["near_dropout"])

    def forward(self, known: Known, at: Decisions) -> Tensor:
        """Log-probabilities of all choices.

        Parameters
        ----------
        known
            Of the frames that the decisions belong to.
        at
            The decisions.

        Returns
        -------
        Shape (decisions, pitches + 1), float32: minus infinity at what cannot be chosen any more.
        """
        group, groups = at.frame // _FRAMES_OF_A_MASK, len(known.state) // _FRAMES_OF_A_MASK + 1
        hidden = self._hidden(known, at, group, groups)
        scores = self.out(hidden).float()
        question = self.near_dropout(self.ask(hidden), group, groups)
        near = (question[:, None] @ self._near(hidden, known.near, at))[:, 0].float()
        by_degree = self.by_degree(hidden).float().gather(1, known.degree[at.frame])
        pitched = scores[:, :-1] + known.base[at.frame] + near + by_degree
        below = torch.arange(self.pitches, device=scores.device) < at.last[:, None]
        allowed = pitched.masked_fill(~below, float("-inf"))
        return functional.log_softmax(torch.cat([allowed, scores[:, -1:]], dim=1), dim=1)

    def _hidden(self, known: Known, at: Decisions, group: Tensor, groups: int) -> Tensor:
        chosen = torch.cat([at.chosen, at.rank[:, None] / _RANK_UNIT], dim=1)
        first = functional.relu(known.state[at.frame] + self.from_chosen(chosen) + self.from_last(at.last))
        second = first + functional.relu(self.inner(self.dropout(first, group, groups)))
        hidden: Tensor = self.dropout(second, group, groups)
        return hidden

    def _near(self, hidden: Tensor, near: Tensor, at: Decisions) -> Tensor:
        """Features of every pitch (decisions, channels, pitches) that see past and chosen notes together."""
        last = functional.one_hot(at.last, self.pitches + 1)[:, : self.pitches]
        features = self.near_chosen(torch.stack([at.chosen, last.to(at.chosen.dtype)], dim=1))
        return functional.relu(features + near[at.frame].to(features.dtype) + self.lift(hidden)[:, :, None])
