"""Images of any size for networks that halve them: silence is added behind, and taken away again."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Padded(nn.Module):
    """A network of images whose sides must be multiples of a number.

    Parameters
    ----------
    inner
        From (n, channels, height, width) to the same height and width.
    multiple
        Of what height and width must be.
    """

    def __init__(self, inner: nn.Module, multiple: int) -> None:
        super().__init__()
        self.inner, self._multiple = inner, multiple

    def forward(self, images: Tensor) -> Tensor:
        """Zeros behind the end up to the next multiple; the result is cut to the size that was given."""
        height, width = images.shape[-2:]
        more = [-width % self._multiple, -height % self._multiple]
        if any(more):
            images = torch.nn.functional.pad(images, (0, more[0], 0, more[1]))
        out: Tensor = self.inner(images)
        return out[..., :height, :width]
