"""Least squares between scores and what they should be, and the noise on what is scored."""

from __future__ import annotations

import torch
from torch import Tensor


def squared(scores: Tensor, wanted: float) -> Tensor:
    """Least squares (Mao et al. 2017, equation 2): the mean over the batch of how far scores are from 1 or 0."""
    return squared_of_each(scores, wanted).mean()


def squared_of_each(scores: Tensor, wanted: float) -> Tensor:
    """As `squared`, of each item: shape (n,)."""
    return (scores.float() - wanted).square().flatten(1).mean(1)


def half_normal(like: Tensor, spread: float) -> Tensor:
    """Noise |N(0, spread)| of a batch's shape, as the released code draws it: it never lowers a cell."""
    return torch.randn_like(like).abs_() * spread if spread else torch.zeros_like(like)
