"""Which symbols of earlier bars a bar looks at: those one, two, four and eight before, and the one it repeats."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .fields import AGAIN

NEAR = (1, 2, 4, 8)
"""Bars back that every bar looks at; the bar that it repeats comes behind them."""
COUNT = len(NEAR) + 1
NONE = -1
"""Stands for the symbol of a bar that is not there."""


def before(symbols: Tensor) -> Tensor:
    """The symbols of the bar before each, `NONE` before the first; shape (n, bars, fields), both ways."""
    return torch.cat([torch.full_like(symbols[:, :1], NONE), symbols[:, :-1]], 1)


def looked_at(symbols: Tensor, first: int, lags: Sequence[int]) -> Tensor:
    """What the bars from `first` on look at.

    Parameters
    ----------
    symbols
        Shape (n, bars, fields), int64; the first field says how far back the bar lies that is repeated.
    first
        Bars before are looked at alone.
    lags
        What the classes of the first field mean.

    Returns
    -------
    Shape (n, bars - first, COUNT, fields); `NONE` where there is no such bar. What is repeated is not shown to the
    first field, which decides it.
    """
    n, bars = symbols.shape[:2]
    now = torch.arange(first, bars, device=symbols.device)
    meaning = torch.tensor(lags, device=symbols.device)
    near = torch.tensor(NEAR, device=symbols.device).expand(n, len(now), -1)
    back = torch.cat([near, meaning[symbols[:, first:, AGAIN, None]]], 2)
    place = now[:, None] - back
    there = (place >= 0) & (back > 0)
    rows = torch.arange(n, device=symbols.device)[:, None, None]
    found = symbols[rows, place.clamp(min=0)].masked_fill(~there[..., None], NONE)
    found[:, :, -1, AGAIN] = NONE
    return found
