"""One bar out of one vector, and the encoder of a given track whose maps join in on the way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from modeloid.nets.volumes import ChannelNorm, Merge, Spread

from .sizes import OCTAVE, factors, octaves, widths


class BarNet(nn.Module):
    """A vector becomes maps over the steps and pitches of a bar (Dong and others: MuseGAN, AAAI 2018, code v1).

    One layer to the first steps, one for each further factor of the steps, one to octaves, one to pitches; the last has
    no norm.

    Parameters
    ----------
    size
        Of the vector.
    steps, pitches
        Of a bar.
    maps
        How many come out.
    width
        Channels of the widest layer; 512 in the paper.
    joined
        Channels of the maps of a given track that join at each layer; 0 for none.
    norm
        See `volumes.ChannelNorm`.
    """

    def __init__(self, size: int, steps: int, pitches: int, maps: int, width: int, joined: int, norm: str) -> None:
        super().__init__()
        first, *rest = factors(steps)
        growing = widths(width, len(rest)) if rest else []
        last = max(1, width // 8)
        kernels = [*((1, factor, 1) for factor in rest), (1, 1, octaves(pitches)), (1, 1, OCTAVE)]
        inputs, outputs = [width, *growing, last], [*growing, last, maps]
        self.first_steps, self.pitches = first, pitches
        self.first = nn.Linear(size, first * width)
        self.first_norm = ChannelNorm(first * width, norm)
        sizes = zip(inputs, outputs, kernels, strict=True)
        self.layers = nn.ModuleList(Spread(one + joined, other, kernel) for one, other, kernel in sizes)
        self.norms = nn.ModuleList(ChannelNorm(channels, norm) for channels in outputs[:-1])

    def forward(self, vectors: Tensor, given: Sequence[Tensor] | None = None) -> Tensor:
        """From (n, bars, size), and the maps of `Given` where they join, to (n, bars, steps, pitches, maps)."""
        n, bars, _ = vectors.shape
        found: Tensor = self.first_norm(self.first(vectors)).relu().view(n, bars, self.first_steps, 1, -1)
        for number, layer in enumerate(self.layers):
            found = layer(found if given is None else torch.cat([found, given[number]], dim=4))
            if number < len(self.norms):
                found = self.norms[number](found).relu()
        return found[:, :, :, : self.pitches]


class Given(nn.Module):
    """The encoder of a given track: maps that match the layers of `BarNet`, in its order (code v1: 16 channels).

    Parameters
    ----------
    planes
        Channels of the track.
    steps, pitches
        Of a bar.
    channels
        Of each map.
    norm
        See `volumes.ChannelNorm`.
    """

    def __init__(self, planes: int, steps: int, pitches: int, channels: int, norm: str) -> None:
        super().__init__()
        kernels = [
            (1, 1, OCTAVE),
            (1, 1, octaves(pitches)),
            *((1, factor, 1) for factor in reversed(factors(steps)[1:])),
        ]
        self.silent_pitches = octaves(pitches) * OCTAVE - pitches
        self.layers = nn.ModuleList(
            Merge(channels if number else planes, channels, kernel) for number, kernel in enumerate(kernels)
        )
        self.norms = nn.ModuleList(ChannelNorm(channels, norm) for _ in kernels)

    def forward(self, track: Tensor) -> list[Tensor]:
        """From (n, bars, steps, pitches, planes) to one map a layer of `BarNet`."""
        found, maps = nn.functional.pad(track, (0, 0, 0, self.silent_pitches)), []
        for layer, norm in zip(self.layers, self.norms, strict=True):
            found = nn.functional.leaky_relu(norm(layer(found)), 0.2)
            maps.append(found)
        return maps[::-1]


class Before(nn.Module):
    """The bars before a phrase as one vector.

    Parameters
    ----------
    tracks
        Tracks times planes.
    bars, steps, pitches
        What it looks at.
    size
        Of the vector, and about of the layers.
    """

    def __init__(self, tracks: int, bars: int, steps: int, pitches: int, size: int) -> None:
        super().__init__()
        self.silent_pitches = octaves(pitches) * OCTAVE - pitches
        kernels = [(1, 1, OCTAVE), (1, 1, octaves(pitches)), *((1, factor, 1) for factor in reversed(factors(steps)))]
        self.layers = nn.ModuleList(
            Merge(size if number else tracks, size, kernel) for number, kernel in enumerate(kernels)
        )
        self.last = nn.Linear(bars * size, size)

    def forward(self, before: Tensor) -> Tensor:
        """From (n, bars, steps, pitches, tracks times planes) to (n, size)."""
        found = nn.functional.pad(before, (0, 0, 0, self.silent_pitches))
        for layer in self.layers:
            found = nn.functional.leaky_relu(layer(found), 0.2)
        vector: Tensor = nn.functional.leaky_relu(self.last(found.flatten(1)), 0.2)
        return vector


def parameters_of(module: nn.Module) -> int:
    """How many numbers are learnt."""
    return sum(math.prod(parameter.shape) for parameter in module.parameters())
