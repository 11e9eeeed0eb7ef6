"""The convolutions of one bar: from the vectors of its beats to maps, and, mirrored, from maps to vectors."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

BEATS = 4
_BEAT, _ALL = 4, 64
_PITCHES, _WIDEST = 8, 4
_HIDDEN, _SLOPE = 256, 0.2
_EVEN, _LONG = ((4, 4), (2, 2), (1, 1)), ((3, 4), (1, 2), (1, 1))
"""Kernels, strides and paddings: twice as many steps and pitches; and twice as many pitches alone."""

Wrap = Callable[[nn.Module], nn.Module]


class BarMaker(nn.Module):
    """Vectors to maps of 16 steps and 64 pitches by transposed convolutions (Radford and others: DCGAN, 2016).

    In place of batch statistics each bar is normalised by itself (Wu and He 2018), so that none looks at another.

    Parameters
    ----------
    size
        Of the vector of a beat.
    width
        Channels before the last layer.
    maps
        How many come out.
    """

    def __init__(self, size: int, width: int, maps: int) -> None:
        super().__init__()
        wide = (_WIDEST * width, 2 * width, width)
        self.hidden = nn.Sequential(nn.Linear(size, _HIDDEN), nn.LayerNorm(_HIDDEN), nn.ReLU())
        self.first = nn.Linear(_HIDDEN, wide[0] * _PITCHES)
        self.direct = nn.Linear(_HIDDEN, maps * _BEAT * _ALL)
        layers: list[nn.Module] = []
        for inputs, outputs, shape in zip(wide, (*wide[1:], maps), (_LONG, _EVEN, _EVEN), strict=True):
            layers += [nn.GroupNorm(1, inputs), nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, *shape)]
        self.layers = nn.Sequential(*layers)

    def forward(self, vectors: Tensor) -> Tensor:
        """(n, 4, size) to (n, maps, 16, 64)."""
        hidden = self.hidden(vectors)
        beats = self.first(hidden).unflatten(2, (-1, _PITCHES))
        found: Tensor = self.layers(beats.transpose(1, 2))
        said = self.direct(hidden).unflatten(2, (-1, _BEAT, _ALL))
        whole: Tensor = found + said.transpose(1, 2).flatten(2, 3)
        return whole


class BeatReader(nn.Module):
    """Maps of 16 steps and 64 pitches to a vector for each beat: the mirror of `BarMaker`, without any norm.

    Parameters
    ----------
    maps
        How many there are.
    width
        Channels behind the first layer.
    size
        Of a vector.
    """

    def __init__(self, maps: int, width: int, size: int) -> None:
        super().__init__()
        self.layers = _convolutions(maps, width, None)
        self.seen = nn.Linear(_WIDEST * width * _PITCHES, _HIDDEN)
        self.direct = nn.Linear(maps * _BEAT * _ALL, _HIDDEN)
        self.last = nn.Sequential(nn.LayerNorm(_HIDDEN), nn.LeakyReLU(_SLOPE), nn.Linear(_HIDDEN, size))

    def forward(self, maps: Tensor) -> Tensor:
        """(n, maps, 16, 64) to (n, 4, size)."""
        seen = self.seen(self.layers(maps).transpose(1, 2).flatten(2))
        n, kinds = maps.shape[:2]
        beats = maps.reshape(n, kinds, BEATS, -1).transpose(1, 2).flatten(2)
        found: Tensor = self.last(seen + self.direct(beats))
        return found


class BarReader(nn.Module):
    """Maps of 16 steps and 64 pitches to one vector.

    Parameters
    ----------
    maps, width, size
        See `BeatReader`.
    wrap
        What every layer is put in, as a spectral norm; None: nothing.
    """

    def __init__(self, maps: int, width: int, size: int, wrap: Wrap | None = None) -> None:
        super().__init__()
        last = _wrapped(nn.Linear(_WIDEST * width * BEATS * _PITCHES, size), wrap)
        self.layers = nn.Sequential(*_convolutions(maps, width, wrap), nn.Flatten(), last, nn.LeakyReLU(_SLOPE))

    def forward(self, maps: Tensor) -> Tensor:
        """(n, maps, 16, 64) to (n, size)."""
        found: Tensor = self.layers(maps)
        return found


def _convolutions(maps: int, width: int, wrap: Wrap | None) -> nn.Sequential:
    """(n, maps, 16, 64) to (n, 4 width, 4, 8)."""
    wide = (width, 2 * width, _WIDEST * width)
    layers: list[nn.Module] = []
    for inputs, outputs, shape in zip((maps, *wide[:2]), wide, (_EVEN, _EVEN, _LONG), strict=True):
        layers += [_wrapped(nn.Conv2d(inputs, outputs, *shape), wrap), nn.LeakyReLU(_SLOPE)]
    return nn.Sequential(*layers)


def _wrapped(layer: nn.Module, wrap: Wrap | None) -> nn.Module:
    return layer if wrap is None else wrap(layer)
