"""The convolutions of one bar: from a vector to maps, and, mirrored, from maps to a vector."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from torch import Tensor, nn

_STEPS, _PITCHES, _WIDEST = 2, 8, 4
_SLOPE = 0.2

Wrap = Callable[[nn.Module], nn.Module]


class BarMaker(nn.Module):
    """Vectors to maps of 16 steps and 64 pitches by transposed convolutions (Radford and others: DCGAN, 2016).

    In place of batch statistics each bar is normalised by itself (Wu and He 2018), so that none looks at another.

    Parameters
    ----------
    size
        Of a vector.
    width
        Channels before the last layer.
    maps
        How many come out.
    """

    def __init__(self, size: int, width: int, maps: int) -> None:
        super().__init__()
        wide = (_WIDEST * width, 2 * width, width)
        self.first = nn.Linear(size, wide[0] * _STEPS * _PITCHES)
        layers: list[nn.Module] = []
        for inputs, outputs in zip(wide, (*wide[1:], maps), strict=True):
            layers += [nn.GroupNorm(1, inputs), nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, vectors: Tensor) -> Tensor:
        """(n, size) to (n, maps, 16, 64)."""
        found: Tensor = self.layers(self.first(vectors).view(len(vectors), -1, _STEPS, _PITCHES))
        return found


class BarReader(nn.Module):
    """Maps of 16 steps and 64 pitches to vectors: the mirror of `BarMaker`, without any norm.

    Parameters
    ----------
    maps
        How many there are.
    width
        Channels behind the first layer.
    size
        Of a vector.
    wrap
        What every layer is put in, as a spectral norm; None: nothing.
    """

    def __init__(self, maps: int, width: int, size: int, wrap: Wrap | None = None) -> None:
        super().__init__()
        wide = (maps, width, 2 * width, _WIDEST * width)
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(wide):
            layers += [_wrapped(nn.Conv2d(inputs, outputs, 4, 2, 1), wrap), nn.LeakyReLU(_SLOPE)]
        last = _wrapped(nn.Linear(wide[-1] * _STEPS * _PITCHES, size), wrap)
        self.layers = nn.Sequential(*layers, nn.Flatten(), last, nn.LeakyReLU(_SLOPE))

    def forward(self, maps: Tensor) -> Tensor:
        """(n, maps, 16, 64) to (n, size)."""
        found: Tensor = self.layers(maps)
        return found


def _wrapped(layer: nn.Module, wrap: Wrap | None) -> nn.Module:
    return layer if wrap is None else wrap(layer)
