"""A pool of earlier fakes: a discriminator that sees old ones too does not chase the newest alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn


class Pool(nn.Module):
    """The last fakes, some exchanged for new ones each time (Shrivastava et al. 2017, section 2.3).

    Its items are buffers: they are saved with the module and come back with it.

    Parameters
    ----------
    size
        How many it holds; with 0 every question is answered with what was given.
    shape
        Of one item.
    """

    items: Tensor
    held: Tensor

    def __init__(self, size: int, shape: Sequence[int]) -> None:
        super().__init__()
        self.register_buffer("items", torch.zeros(size, *shape))
        self.register_buffer("held", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def exchanged(self, fresh: Tensor, generator: np.random.Generator) -> Tensor:
        """Fakes to show a discriminator: the given ones while the pool fills, then each is an old one half the time.

        A fake that is not shown takes the place of the old one that is.

        Parameters
        ----------
        fresh
            Shape (n, *shape).
        generator
            Two numbers are drawn for each item, whatever becomes of it.
        """
        size = len(self.items)
        if size == 0:
            return fresh
        shown = fresh.detach().clone()
        places, coins = generator.integers(0, size, len(fresh)), generator.random(len(fresh))
        held = int(self.held)
        for row, (place, coin) in enumerate(zip(places.tolist(), coins.tolist(), strict=True)):
            if held < size:
                self.items[held] = shown[row]
                held += 1
            elif coin < 0.5:
                shown[row], self.items[place] = self.items[place].clone(), shown[row].clone()
        self.held.fill_(held)
        return shown
