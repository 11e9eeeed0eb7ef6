"""The networks: a residual generator that sees the whole phrase, and a discriminator of patches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from modeloid.nets.copying import Copying
from modeloid.nets.padded import Padded

_DEVIATION = 0.02
_SLOPE = 0.2


def generator(model: Mapping[str, Any], channels: int) -> nn.Module:
    """A generator of Brunner, Wang, Wattenhofer, Zhao 2018, from images of 0 and 1 to chances.

    At ``width=64, blocks=10`` and one channel it has 12,551,552 parameters.

    Parameters
    ----------
    model
        ``width``: features of the first layer, twice as many at each of two halvings; ``blocks``: residual blocks;
        ``shortcut``: see `Copying`, 0 as published.
    channels
        Of the images.
    """
    inner = nn.Sequential(*_inner(channels, model["width"], model["blocks"]))
    inner.apply(_start)
    return Copying(Padded(inner, 4), model["shortcut"])


def discriminator(model: Mapping[str, Any], channels: int) -> nn.Module:
    """A discriminator of patches: one score for every 4 x 4 cells, each of 43 x 43 cells; no sigmoid.

    At ``critic_width=64`` and one channel it has 819,008 parameters. With ``scores="phrases"`` the patches' scores are
    averaged to one for each image before it counts.
    """
    whole = [nn.AdaptiveAvgPool2d(1)] if model["scores"] == "phrases" else []
    width = model["critic_width"]
    made = nn.Sequential(
        nn.Conv2d(channels, width, 7, 2, 3, bias=False),
        nn.LeakyReLU(_SLOPE),
        nn.Conv2d(width, 4 * width, 7, 2, 3, bias=False),
        _norm(4 * width),
        nn.LeakyReLU(_SLOPE),
        nn.Conv2d(4 * width, 1, 7, 1, 3, bias=False),
        *whole,
    )
    made.apply(_start)
    return made


class Residual(nn.Module):
    """Two convolutions around which the input goes too, ReLU behind the addition."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(*_mirrored(width), nn.ReLU(), *_mirrored(width))

    def forward(self, features: Tensor) -> Tensor:
        """Features of the same shape."""
        return torch.relu(features + self.inner(features))


def _inner(channels: int, width: int, blocks: int) -> Sequence[nn.Module]:
    wide, widest = 2 * width, 4 * width
    return [
        nn.ReflectionPad2d(3),
        nn.Conv2d(channels, width, 7, bias=False),
        *(_norm(width), nn.ReLU()),
        nn.Conv2d(width, wide, 3, 2, 1, bias=False),
        *(_norm(wide), nn.ReLU()),
        nn.Conv2d(wide, widest, 3, 2, 1, bias=False),
        *(_norm(widest), nn.ReLU()),
        *(Residual(widest) for _ in range(blocks)),
        nn.ConvTranspose2d(widest, wide, 3, 2, 1, output_padding=1, bias=False),
        *(_norm(wide), nn.ReLU()),
        nn.ConvTranspose2d(wide, width, 3, 2, 1, output_padding=1, bias=False),
        *(_norm(width), nn.ReLU()),
        nn.ReflectionPad2d(3),
        nn.Conv2d(width, channels, 7, bias=False),
    ]


def _mirrored(width: int) -> Sequence[nn.Module]:
    return [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=False), _norm(width)]


def _norm(width: int) -> nn.Module:
    return nn.InstanceNorm2d(width, eps=1e-5, affine=True)


def _start(part: nn.Module) -> None:
    """Weights of convolutions around 0, scales of norms around 1, both within two deviations of 0.02."""
    if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.trunc_normal_(part.weight, 0.0, _DEVIATION, -2 * _DEVIATION, 2 * _DEVIATION)
    elif isinstance(part, nn.InstanceNorm2d):
        nn.init.normal_(part.weight, 1.0, _DEVIATION)
