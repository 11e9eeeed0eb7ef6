"""Symbols of four levels: how a code is kept narrow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

LEVELS = 4

_SCALE = 5**-0.5
"""Makes {-3, -1, 1, 3}, each as likely as the others, of variance 1."""
_EDGE = 0.6744898
"""The third quartile of the normal distribution: each level holds a quarter of it."""


class FourLevels(nn.Module):
    """Numbers to the levels {-3, -1, 1, 3} / sqrt(5), a quarter of a normal distribution to each.

    Batch normalisation without a scale of its own keeps every symbol in use (without it, codes collapse to a single
    one). The gradient passes straight through (Bengio, Léonard and Courville 2013) where the number lies within the
    levels, and not beyond them.

    Parameters
    ----------
    symbols
        How many numbers a code has.
    """

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(symbols, affine=False)

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """The levels and the normalised numbers that they were rounded from, both (n, symbols)."""
        even: Tensor = self.norm(values)
        held = even.clamp(-2, 2)
        return held + (rounded(even) - held).detach(), even


def rounded(even: Tensor) -> Tensor:
    """Normalised numbers to their level."""
    steps = (even > -_EDGE).float() + (even > 0) + (even > _EDGE)
    return (2 * steps - (LEVELS - 1)) * _SCALE


def nearest_levels(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Numbers between levels to the nearest one."""
    steps = np.clip(np.rint((values / _SCALE + LEVELS - 1) / 2), 0, LEVELS - 1)
    return np.asarray((2 * steps - (LEVELS - 1)) * _SCALE, np.float32)


def symbols_of(codes: Tensor) -> Tensor:
    """Levels as whole numbers, 0 to 3."""
    return ((codes / _SCALE + LEVELS - 1) / 2).round().long()
