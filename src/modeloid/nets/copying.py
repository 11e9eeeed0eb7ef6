"""The last layer of a network that rewrites a roll: chances of cells, with a way round for what is already there."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Copying(nn.Module):
    """``sigmoid(inner(x) + strength * (2 x - 1))``: with a strength above 0 a new network copies, and learns to edit.

    Parameters
    ----------
    inner
        From images (n, channels, height, width) of 0 to 1 to log-odds of the same shape.
    strength
        Log-odds of what sounds, and against what does not; 0: there is no way round.
    """

    def __init__(self, inner: nn.Module, strength: float) -> None:
        super().__init__()
        self.inner, self._strength = inner, strength

    def forward(self, images: Tensor) -> Tensor:
        """Chances of cells, of the images' shape."""
        odds = self.inner(images).float()
        if self._strength:
            odds = odds + self._strength * (2 * images.float() - 1)
        return torch.sigmoid(odds).to(images.dtype)
