"""Small sums that metrics share: ratios that may be undefined, entropies, and means by piece."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .notes import Floats, Ints


def ratio(part: NDArray[np.generic], whole: NDArray[np.generic]) -> Floats:
    """``part / whole``, NaN where `whole` is not above 0: undefined."""
    below = np.asarray(whole, np.float64)
    out = np.full(below.shape, np.nan)
    np.divide(part, below, out=out, where=below > 0)
    return out


def entropy_bits(counts: NDArray[np.generic]) -> Floats:
    """``-sum p log2 p`` of each row of counts; NaN for a row of zeros.

    Shannon: A Mathematical Theory of Communication, 1948, section 6. Shape (rows, classes) -> (rows,).
    """
    share = ratio(counts, np.broadcast_to(counts.sum(axis=-1, keepdims=True), counts.shape))
    logs = np.log2(share, out=np.zeros_like(share), where=share > 0)
    return np.asarray(np.maximum(-(share * logs).sum(axis=-1), 0.0))


def histogram(owner: Ints, value: Ints, owners: int, values: int, weights: Floats | Ints | None = None) -> Floats:
    """How often each owner has each value: shape (owners, values)."""
    flat = np.bincount(owner * values + value, weights=weights, minlength=owners * values)
    return flat.reshape(owners, values).astype(np.float64)


def mean_by(owner: Ints, value: NDArray[np.generic], owners: int) -> Floats:
    """The mean of the values of each owner; NaN without values. Values that are NaN are left out."""
    if value.dtype.kind == "f" and np.isnan(value).any():
        known = ~np.isnan(value)
        owner, value = owner[known], value[known]
    return ratio(np.bincount(owner, weights=value, minlength=owners), np.bincount(owner, minlength=owners))


def distinct(key: Ints) -> Ints:
    """The distinct keys, sorted."""
    ordered = np.sort(key)
    fresh = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]
