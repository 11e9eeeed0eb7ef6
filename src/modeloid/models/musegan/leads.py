"""Given tracks of train, kept so that samples have something to accompany where nothing is wished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .notes import Roll

_KEPT = 16


class Leads(nn.Module):
    """The first given tracks that were seen in training; empty where no track is given.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        _, steps, pitches, _ = model["shape"]
        most = _KEPT if model["given"] >= 0 else 0
        self.tracks: Tensor
        self.count: Tensor
        self.register_buffer("tracks", torch.zeros(most, model["phrase_bars"], steps, pitches, 1))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def keep(self, given: Roll | None) -> None:
        """Take over as many as there is room for, of those that sound."""
        if given is None or self.count >= len(self.tracks):
            return
        for track in given.loud[given.on.flatten(1).any(1)]:
            if self.count < len(self.tracks):
                self.tracks[int(self.count)] = track
                self.count += 1

    def kept(self) -> Tensor:
        """Shape (as many as there are, phrase bars, steps, pitches, 1), velocities from 0 to 1."""
        return self.tracks[: int(self.count)]
