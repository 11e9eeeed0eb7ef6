"""The plain net of the field, to compare with: an LSTM over time and, for each pitch by itself, whether it sounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.dropout import LockedDropout

from .context import Memory
from .planes import lagged


class Odds(NamedTuple):
    """What is known of some frames.

    Parameters
    ----------
    logits
        Shape (frames, pitches): log-odds that a pitch sounds.
    """

    logits: Tensor


class PlainNet(nn.Module):
    """An exact distribution over rolls: the pitches of a frame are independent, given the frames before it.

    An LSTM (Hochreiter and Schmidhuber 1997) reads the last frame; one linear layer gives the log-odds. That is the
    baseline of Boulanger-Lewandowski et al. (2012) and all who compare with them; of the settings it heeds `recurrent`,
    `layers`, `far_dropout` and `noise`.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        self.pitches, features = model["shape"][1], model["recurrent"]
        self.noise = float(model["noise"])
        self.lstm = nn.LSTM(self.pitches, features, model["layers"], batch_first=True)
        self.dropout = LockedDropout(model["far_dropout"])
        self.out = nn.Linear(features, self.pitches)

    def forward(self, rolls: Tensor, lengths: Tensor, starts: Tensor, key: Tensor) -> Tensor:
        """For training: the sum of the log-likelihoods of all frames that count, in nats; see `FrameNet.forward`."""
        logits = self.known(rolls, starts, key)[0].logits.view_as(rolls)
        counts = torch.arange(rolls.shape[1], device=rolls.device) < lengths[:, None]
        total: Tensor = (_scores(logits, rolls) * counts[..., None]).sum()
        return total

    def known(
        self,
        rolls: Tensor,
        starts: Tensor,  # noqa: ARG002  it is not told where in its piece a frame lies, nor how it was transposed
        key: Tensor,  # noqa: ARG002
        first: int = 0,
        memory: Memory = None,
    ) -> tuple[Odds, Memory]:
        """What is known of each frame from `first` on, items and frames in one row; see `Context.forward`."""
        thinned = rolls * (torch.rand_like(rolls) >= self.noise) if self.training and self.noise else rolls
        before = lagged(thinned, (1,), first, rolls.shape[1])[:, :, 0]
        # Under autocast the recurrence is slower on a processor than in full precision.
        with torch.autocast(rolls.device.type, enabled=False):
            over, memory = self.lstm(before, memory)
            logits = self.out(self.dropout(over))
        return Odds(logits.flatten(0, 1)), memory

    def scored(self, roll: Tensor, first: int = 0, memory: Memory = None) -> tuple[Tensor, Tensor, Memory]:
        """Log-probabilities of what each pitch does in the frames from `first` on; see `FrameNet.scored`."""
        zero = torch.zeros(1, dtype=torch.int64, device=roll.device)
        known, memory = self.known(roll[None], zero, zero, first, memory)
        frame = torch.arange(first, len(roll), device=roll.device).repeat_interleave(self.pitches)
        return _scores(known.logits, roll[first:]).flatten(), frame, memory


def _scores(logits: Tensor, rolls: Tensor) -> Tensor:
    return functional.logsigmoid(torch.where(rolls > 0, logits, -logits).float())
