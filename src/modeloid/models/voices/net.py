"""The whole network: from voices on a grid to the log-likelihood of every cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from modeloid.nets.pitch import PitchLayer, laid_out_once

from .ahead import GROUPS, look_ahead
from .past import KEYS, NONE, Rows, look, places
from .repeats import REPEATS
from .voice import Known, Voice, chords, on, same_pitch, tiled

BLOCK = 128
"""Frames that are scored at once outside training: always so many, that a later frame cannot change a bit."""


class VoiceNet(nn.Module):
    """An exact distribution over grids: frame after frame, and inside a frame voice after voice.

    Where cells are given, what it says of the others is a distribution too, over all ways to fill them in.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        self.model = dict(model)
        pitches, voices, channels = model["pitches"], model["voices"], model["channels"]
        self.pitches, self.noise = pitches, float(model["near_noise"])
        self.order = in_order(model["order"], voices)
        kinds = REPEATS * voices if model["repeats"] else 0
        count, seen = places(model)
        self.chords = sorted({place // voices for place in seen})
        self.near = PitchLayer(count + len(self.chords) + KEYS, channels, pitches, scale=0.02)
        self.returned = nn.Parameter(torch.randn(kinds, channels) * 0.02)
        self.near_ahead = PitchLayer(GROUPS * voices, channels, pitches, scale=0.02) if model["given_share"] else None
        self.layers = nn.ModuleList(
            [PitchLayer(channels, channels, pitches, scale=0.02) for _ in range(model["layers"])]
        )
        self.voices = nn.ModuleList([Voice(model, voice) for voice in range(voices)])

    def forward(self, values: Tensor, given: Tensor | None, owner: Tensor, frame: Tensor, number: Tensor) -> Tensor:
        """Log-likelihood of each voice in some frames, in nats, shape (rows, voices); of given cells it says nothing.

        Parameters
        ----------
        values
            Shape (n, frames, voices), int64: pitches from 0, or `past.SILENT`.
        given
            Shape (n, frames, voices), bool; None: nothing is given, and nothing of what comes later is looked at.
        owner, frame, number
            See `past.Rows`.
        """
        known = self.known(values, given, Rows(owner, frame, number))
        truth = values[owner, frame]
        chosen = torch.full_like(truth, NONE)
        found: list[Tensor] = [torch.empty(0)] * len(self.order)
        for voice in self.order:
            wanted = torch.where(truth[:, voice] < 0, self.pitches, truth[:, voice])
            found[voice] = self.scores(known, voice, chosen).gather(1, wanted[:, None])[:, 0]
            chosen = chosen.clone()
            chosen[:, voice] = truth[:, voice]
        return torch.stack(found, dim=1)

    def known(self, values: Tensor, given: Tensor | None, rows: Rows) -> Known:
        """What is known of some frames before their first choice; see `forward`."""
        # counts and shares are exact in full precision alone
        with torch.autocast(values.device.type, enabled=False):
            past = look(values, rows, self.model)
        groups = past.places.view(len(rows.owner), -1, values.shape[2])
        planes = [self._seen(on(past.places, self.pitches)), chords(groups[:, self.chords], self.pitches)]
        planes.append(tiled(past.classes, self.pitches))
        near = self.near(torch.cat(planes, dim=1)).float() + same_pitch(past.again.flatten(1, 2), self.returned)
        if given is None or self.near_ahead is None:
            return Known(rows, past, None, near)
        ahead = look_ahead(values, given, rows, self.model)
        return Known(rows, past, ahead, near + self.near_ahead(self._seen(on(ahead.places, self.pitches))).float())

    def scores(self, known: Known, voice: int, chosen: Tensor) -> Tensor:
        """Log-probabilities (rows, pitches + 1) of a voice's pitches and, last, its rest; see `Voice.forward`."""
        found: Tensor = self.voices[voice](known, voice, chosen, self.layers)
        return found

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.near.kernel.device

    def log_likelihoods(self, values: Tensor, given: Tensor | None = None) -> Tensor:
        """Log-likelihood of each cell of one whole piece in nats, (frames, voices), float64; 0 where it is given.

        Parameters
        ----------
        values
            Shape (frames, voices), int64. Where nothing is given, no later frame changes a bit of an earlier term.
        given
            Shape (frames, voices), bool.
        """
        frames = len(values)
        every = None if given is None else given[None]
        parts = []
        with laid_out_once(self):
            for begin in range(0, frames, BLOCK):
                frame = torch.arange(begin, begin + BLOCK, device=values.device).clamp(max=frames - 1)
                parts.append(self(values[None], every, torch.zeros_like(frame), frame, frame)[: frames - begin])
        found = torch.cat(parts).double()
        return found if given is None else found.masked_fill(given, 0.0)

    def _seen(self, planes: Tensor) -> Tensor:
        """In training some places are not seen."""
        if not self.training or not self.noise:
            return planes
        return planes * (torch.rand(planes.shape[:2], device=planes.device) >= self.noise)[..., None]


def in_order(name: str, voices: int) -> list[int]:
    """Which voice of a frame is chosen first, which next: one of `settings.ORDERS`."""
    down = list(range(voices))
    return {"down": down, "up": down[::-1], "outer": [*down[-1:], *down[:-1]]}[name]
