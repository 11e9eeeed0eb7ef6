"""Dropout whose mask is drawn once for a group of rows, not for every row."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LockedDropout(nn.Module):
    """Dropout with one mask a group: the frames of a sequence, the decisions of some frames.

    What is left out is left out for the whole group, as Gal and Ghahramani (2016, equation 7) have it for recurrent
    nets; and random numbers, which on a processor cost more than the products around them, are few.

    Parameters
    ----------
    share
        In [0, 1): of the features that are left out in training.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        if not 0 <= share < 1:
            raise ValueError(f"a share of {share} is not in [0, 1)")
        self.share = share

    def forward(self, values: Tensor, group: Tensor | None = None, groups: int = 0) -> Tensor:
        """Leave out.

        Parameters
        ----------
        values
            Shape (n, steps, features), a group being one of the n; with `group` (rows, features).
        group
            Shape (rows,), int64: which group a row belongs to.
        groups
            How many groups there are.
        """
        if not self.training or self.share == 0:
            return values
        if group is None:
            return values * self._mask(values, len(values))[:, None]
        return values * self._mask(values, groups)[group]

    def _mask(self, values: Tensor, groups: int) -> Tensor:
        kept = torch.rand(groups, values.shape[-1], device=values.device) >= self.share
        return kept.to(values.dtype) / (1 - self.share)
