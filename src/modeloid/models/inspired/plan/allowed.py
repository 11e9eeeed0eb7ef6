"""Which classes a field can have, given the fields before it in the bar and how many bars came before."""

from __future__ import annotations

import torch
from torch import Tensor

from .fields import AGAIN, Fields


def allowed(symbols: Tensor, first: int, fields: Fields) -> Tensor:
    """Which classes can be.

    A bar repeats none that lies before the beginning; a field that is off with others is 0 where all of those are 0,
    and only there.

    Parameters
    ----------
    symbols
        Shape (n, bars, fields), int64: of a field's own bar, only the fields before it are looked at.
    first
        The number of the first of these bars.
    fields
        What they are.

    Returns
    -------
    Shape (n, bars, fields, most classes of a field), bool.
    """
    n, bars, _ = symbols.shape
    most, device = max(fields.sizes), symbols.device
    classes = torch.arange(most, device=device)
    found = classes < torch.tensor(fields.sizes, device=device)[:, None]
    found = found.expand(n, bars, -1, -1).clone()
    lags = torch.tensor(fields.lags, device=device)
    found[:, :, AGAIN, : len(lags)] &= lags <= torch.arange(first, first + bars, device=device)[:, None]
    for column, field in enumerate(fields.fields):
        if field.off_with:
            off = (symbols[..., [fields.place(name) for name in field.off_with]] == 0).all(-1)
            found[:, :, column] &= (classes == 0) == off[..., None]
    return found
