"""What a modeloid of two groups remembers of its data: a few items, how loud each group is, and plain features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .features import NAMES, apart, features


class Kept(nn.Module):
    """The first items that were trained on, how often each velocity was struck, sums of features, of two groups.

    All of it are buffers: they are saved with the module and come back with it.

    Parameters
    ----------
    size
        How many items of each group are kept.
    shape
        Of one item: (channels, steps, pitches).
    """

    items: Tensor
    held: Tensor
    struck: Tensor
    seen: Tensor
    sums: Tensor
    products: Tensor

    def __init__(self, size: int, shape: Sequence[int]) -> None:
        super().__init__()
        self.register_buffer("items", torch.zeros(2, size, *shape, dtype=torch.uint8))
        self.register_buffer("held", torch.zeros(2, dtype=torch.int64))
        self.register_buffer("struck", torch.zeros(2, 128, dtype=torch.int64))
        self.register_buffer("seen", torch.zeros(2, dtype=torch.float64))
        self.register_buffer("sums", torch.zeros(2, len(NAMES), dtype=torch.float64))
        self.register_buffer("products", torch.zeros(2, len(NAMES), len(NAMES), dtype=torch.float64))

    def see(self, rolls: Sequence[NDArray[np.uint8]]) -> None:
        """Take note of a batch: of each group items (n, channels, steps, pitches), velocities from 0 to 127."""
        for side, batch in enumerate(rolls):
            room = self.items.shape[1] - int(self.held[side])
            taken = torch.from_numpy(batch[:room].copy()).to(self.items.device)
            begin = int(self.held[side])
            self.items[side, begin : begin + len(taken)] = taken
            self.held[side] += len(taken)
            loud = batch[:, 0]
            before = np.concatenate([np.zeros_like(loud[:, :1]), loud[:, :-1]], axis=1)
            counts = np.bincount(loud[(loud > 0) & (before == 0)], minlength=128)
            self.struck[side] += torch.from_numpy(counts).to(self.struck.device)
            values = features(loud)
            self.seen[side] += len(values)
            self.sums[side] += torch.from_numpy(values.sum(axis=0))
            self.products[side] += torch.from_numpy(values.T @ values)

    def of(self, side: int) -> NDArray[np.uint8]:
        """The items kept of a group, shape (n, channels, steps, pitches); n is 0 before the first turn."""
        return np.asarray(self.items[side, : int(self.held[side])].cpu().numpy())

    def loudness(self) -> NDArray[np.int64]:
        """How many notes of each group were seen at each velocity, shape (2, 128)."""
        return np.asarray(self.struck.cpu().numpy())

    def knows(self, side: int) -> bool:
        """Whether enough was seen of a group to say how far a roll lies from it."""
        return float(self.seen[side]) > 1

    def apart(self, side: int, rolls: NDArray[np.uint8]) -> NDArray[np.float64]:
        """How far rolls (n, steps, pitches) lie from a group by plain features, see `features.apart`; shape (n,)."""
        group = (float(self.seen[side]), self.sums[side].cpu().numpy(), self.products[side].cpu().numpy())
        return apart(features(rolls), *group)
