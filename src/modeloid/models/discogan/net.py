"""The networks: generators that halve a roll to a few features and double it again, discriminators that halve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from modeloid.nets.copying import Copying
from modeloid.nets.padded import Padded

_SLOPE = 0.2


def generator(model: Mapping[str, Any], channels: int) -> nn.Module:
    """A generator of Kim et al. 2017, from images of 0 and 1 to chances; nothing goes round its middle.

    At ``width=64, levels=4`` and three channels it has 5,513,856 parameters.

    Parameters
    ----------
    model
        ``width``: features of the first layer; ``levels``: halvings, each with twice the features; ``shortcut``: see
        `Copying`, 0 as published.
    channels
        Of the images.
    """
    widths = _widths(model)
    down = [layer for block in _halvings(channels, widths) for layer in block]
    up: list[nn.Module] = []
    for before, behind in zip(widths[::-1], widths[-2::-1], strict=False):
        up += [nn.ConvTranspose2d(before, behind, 4, 2, 1, bias=False), nn.BatchNorm2d(behind), nn.ReLU()]
    last = nn.ConvTranspose2d(widths[0], channels, 4, 2, 1, bias=False)
    return Copying(Padded(nn.Sequential(*down, *up, last), 2 ** model["levels"]), model["shortcut"])


class Discriminator(nn.Module):
    """Halvings, then one convolution to scores; no sigmoid. It tells its features, too.

    At ``width=64, levels=4`` and three channels it has 2,765,568 parameters; an item of 64 x 64 gets one score, larger
    ones get several.

    Parameters
    ----------
    model
        ``width`` and ``levels`` as of the generators.
    image
        Channels, steps and pitches of an item.
    """

    def __init__(self, model: Mapping[str, Any], image: tuple[int, int, int]) -> None:
        super().__init__()
        widths, multiple = _widths(model), 2 ** model["levels"]
        sides = [min(4, -(-side // multiple)) for side in image[1:]]
        self._multiple = multiple
        self.blocks = nn.ModuleList(nn.Sequential(*block) for block in _halvings(image[0], widths))
        self.last = nn.Conv2d(widths[-1], 1, (sides[0], sides[1]), bias=False)

    def forward(self, images: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Scores as log-odds, shape (n, 1, ...), and the features of every block behind the first."""
        height, width = images.shape[-2:]
        more = (0, -width % self._multiple, 0, -height % self._multiple)
        features, told = nn.functional.pad(images, more), []
        for block in self.blocks:
            features = block(features)
            told.append(features)
        return self.last(features), told[1:] or told


def _widths(model: Mapping[str, Any]) -> list[int]:
    return [model["width"] * 2**level for level in range(model["levels"])]


def _halvings(channels: int, widths: Sequence[int]) -> list[list[nn.Module]]:
    """One list of layers for each halving; the first has no batch norm."""
    blocks: list[list[nn.Module]] = []
    for level, (before, behind) in enumerate(zip([channels, *widths], widths, strict=False)):
        norm = [nn.BatchNorm2d(behind)] if level else []
        blocks.append([nn.Conv2d(before, behind, 4, 2, 1, bias=False), *norm, nn.LeakyReLU(_SLOPE)])
    return blocks
