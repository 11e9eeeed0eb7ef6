"""A classifier of the two groups that learns beside the discriminators and tells generators whose their pieces are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

_SLOPE = 0.2


class Guide(nn.Module):
    """An auxiliary classifier (Odena, Olah, Shlens 2017, section 3; between groups: Choi et al. 2018, section 3.1).

    A discriminator learns to tell what is made from what is real, and any flaw will do. This one sees real items alone
    while it learns, so that only what tells the groups apart is of use to it.

    Parameters
    ----------
    width
        Features of the first layer; four times as many behind it.
    channels
        Of the images.
    """

    def __init__(self, width: int, channels: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(channels, width, 7, 2, 3),
            nn.LeakyReLU(_SLOPE),
            nn.Conv2d(width, 4 * width, 7, 2, 3, bias=False),
            nn.InstanceNorm2d(4 * width, affine=True),
            nn.LeakyReLU(_SLOPE),
            nn.Conv2d(4 * width, 2, 7, 1, 3),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Log-odds of each group up to a constant, shape (n, 2)."""
        return cast("Tensor", self.inner(images)).float()

    def wrong(self, images: Tensor, side: int) -> Tensor:
        """Cross-entropy of what it says of images and the group that they should be of, in nats; each, shape (n,)."""
        odds = self(images)
        wanted = torch.full((len(odds),), side, device=odds.device)
        return nn.functional.cross_entropy(odds, wanted, reduction="none")

    def lose(self, sides: Sequence[Tensor]) -> Tensor:
        """The mean of `wrong` over the images of each side, summed: of real ones it learns, made ones learn of it."""
        return torch.stack([self.wrong(images, side).mean() for side, images in enumerate(sides)]).sum()
