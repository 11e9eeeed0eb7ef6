"""How far rolls that were made lie from the real ones, item by item: three ways to say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

_SUREST = 1e-6


def absolute(made: Tensor, real: Tensor) -> Tensor:
    """The mean absolute difference of each item, shape (n,)."""
    return (made.float() - real.float()).abs().flatten(1).mean(1)


def squared(made: Tensor, real: Tensor) -> Tensor:
    """The mean squared difference of each item, shape (n,)."""
    return (made.float() - real.float()).square().flatten(1).mean(1)


def entropy(made: Tensor, real: Tensor) -> Tensor:
    """The mean cross-entropy of each item in nats a cell, shape (n,).

    Of rolls with few cells that sound the others are soon lost: where a chance is near 0, the gradient of a difference
    through its sigmoid vanishes, whatever is true. That of the cross-entropy does not.
    """
    surest = made.float().clamp(_SUREST, 1 - _SUREST)
    real = real.float()
    return -(real * surest.log() + (1 - real) * torch.log1p(-surest)).flatten(1).mean(1)


def add(found: dict[str, tuple[float, float]], measured: Iterable[tuple[str, Tensor]]) -> None:
    """Add measured values, one an item, to the sum and the count of their quantity."""
    for name, values in measured:
        total, count = found.get(name, (0.0, 0.0))
        found[name] = total + float(values.double().sum()), count + len(values)


DIFFERENCES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = MappingProxyType(
    {"absolute": absolute, "squared": squared, "entropy": entropy}
)
"""Name -> difference of what was made (n, channels, steps, pitches), 0 to 1, and what is real."""
