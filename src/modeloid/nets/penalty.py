"""The gradient penalty that keeps a critic's slope near 1 between real and made items."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

_LEAST = 1e-8


def between(real: Sequence[Tensor], made: Sequence[Tensor], share: Tensor) -> list[Tensor]:
    """Points on the lines from made items to real ones, ready to be differentiated by.

    Parameters
    ----------
    real, made
        What a critic takes of the items, one tensor an argument; the first axis counts items.
    share
        Shape (n,), in [0, 1]: how much of an item is real; the same for all arguments.
    """
    points = []
    for one, other in zip(real, made, strict=True):
        weight = share.view(-1, *[1] * (one.dim() - 1)).to(one.dtype)
        points.append(torch.lerp(other.detach(), one.detach(), weight).requires_grad_())
    return points


def slopes(critic: Callable[..., Tensor], points: Sequence[Tensor]) -> Tensor:
    """Length of the gradient of each item's score by all its arguments, shape (n,); can be differentiated again.

    ``sqrt(1e-8 + sum of squares)``, so that it has a gradient where the slope is 0.
    """
    gradients = torch.autograd.grad(critic(*points).sum(), list(points), create_graph=True)
    squares = [gradient.float().flatten(1).square().sum(1) for gradient in gradients]
    return torch.sqrt(_LEAST + torch.stack(squares).sum(0))


def gradient_penalty(
    critic: Callable[..., Tensor], real: Sequence[Tensor], made: Sequence[Tensor], share: Tensor
) -> Tensor:
    """Mean over items of ``(slope - 1)^2`` between real and made (Gulrajani and others: WGAN-GP, 2017, equation 3).

    Parameters
    ----------
    critic
        (real's arguments) -> a score an item, shape (n,); no item's score may depend on another item.
    real, made, share
        As in `between`.
    """
    return (slopes(critic, between(real, made, share)) - 1).square().mean()
