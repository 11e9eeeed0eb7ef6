"""What the past says around each pitch, the same way in every transposition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.pitch import PitchLayer

DEGREES = 12


def degrees(key: Tensor, pitches: int) -> Tensor:
    """Which of the twelve degrees of its key each pitch is, counted from the lowest pitch of an untransposed roll.

    Parameters
    ----------
    key
        Shape (n,): semitones of transposition.
    pitches
        How many there are.

    Returns
    -------
    Shape (n, pitches), int64, 0 to 11.
    """
    return (torch.arange(pitches, device=key.device) - key[:, None]) % DEGREES


class Near(nn.Module):
    """Features at every pitch, from planes of the past; intervals and degrees count, and little else.

    The context scales and shifts the first layer's channels (Perez et al. 2018); each further layer adds to the one
    before.

    Parameters
    ----------
    planes
        How many there are.
    model
        The modeloid's `model` dict.
    """

    def __init__(self, planes: int, model: Mapping[str, Any]) -> None:
        super().__init__()
        pitches, channels = model["shape"][1], model["channels"]
        self.first = PitchLayer(planes, channels, pitches, scale=0.03)
        self.register = nn.Parameter(torch.zeros(channels, pitches))
        self.modulate = nn.Linear(model["width"], 2 * channels)
        further = range(model["depth"])
        self.further = nn.ModuleList([PitchLayer(channels, channels, pitches, scale=0.02) for _ in further])
        self.registers = nn.ParameterList([nn.Parameter(torch.zeros(channels, pitches)) for _ in further])
        self.degrees = nn.Parameter(torch.zeros(channels, DEGREES))

    def forward(self, planes: Tensor, state: Tensor, degree: Tensor) -> Tensor:
        """From planes (frames, planes, pitches), state (frames, width), degree (frames, pitches).

        Returns
        -------
        Shape (frames, channels, pitches); the last layer's activation is left to the reader.
        """
        scale, shift = self.modulate(state).float().unflatten(1, (2, -1, 1)).unbind(1)
        values = (self.first(planes).float() + self.register) * (1 + scale) + shift
        for layer, register in zip(self.further, self.registers, strict=True):
            values = values + layer(functional.relu(values)).float() + register
        features: Tensor = values + self.degrees.t()[degree].transpose(1, 2)
        return features
