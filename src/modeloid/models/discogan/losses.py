"""What generators and discriminators are to make small."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def taken_for(scores: Tensor, wanted: float) -> Tensor:
    """Binary cross-entropy of scores (log-odds) and what they should say, 0 or 1, in nats; of each item, shape (n,)."""
    scores = scores.float()
    return (
        binary_cross_entropy_with_logits(scores, torch.full_like(scores, wanted), reduction="none").flatten(1).mean(1)
    )


def features_apart(real: Sequence[Tensor], made: Sequence[Tensor]) -> Tensor:
    """Feature matching (Salimans et al. 2016, section 3.1): how far the batches' mean features lie apart.

    The squared difference of the means over the batch, its mean over features, summed over the layers.
    """
    pairs = zip(real, made, strict=True)
    each = [(one.float().mean(0) - other.float().mean(0)).square().mean() for one, other in pairs]
    return torch.stack(each).sum()
