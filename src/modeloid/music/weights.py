"""Sets with weights: how often an epoch of training brings the items of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .windows import Address

_HIGHEST = 1000.0


def weights(sets: Any) -> dict[str, float]:
    """Set -> weight, from a list of names (each has weight 1) or from a dict.

    Raises
    ------
    DataError
        It is neither, names no set or one twice, or a weight is no number above 0 and at most 1000.
    """
    advice = 'Write for example ["bach-chorales"], or with weights {"pop909": 1, "maestro": 0.5}.'
    named = isinstance(sets, Mapping | list | tuple)
    if not named or not sets or not all(isinstance(name, str) for name in sets):
        raise DataError(f"sets={sets!r} is not a list of names", "data", advice)
    if not isinstance(sets, Mapping):
        if len(set(sets)) < len(sets):
            raise DataError(f"sets={list(sets)!r} names one twice", "data")
        return dict.fromkeys(sets, 1.0)
    for name, weight in sets.items():
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not 0 < weight <= _HIGHEST:
            text = f"the weight {weight!r} of {name!r} is no number above 0 and at most {_HIGHEST:g}"
            raise DataError(text, "data", advice)
    return {name: float(weight) for name, weight in sets.items()}


def draws(weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """The items of an epoch, one entry a visit, in the order of the items.

    An item of weight 2 comes twice, each time cut and varied anew. Of items with a fraction, evenly spaced ones come
    once more: of ten with weight 0.5 come five, the same in every epoch.

    Parameters
    ----------
    weight
        One an item.
    """
    copies = np.zeros(len(weight), np.int64)
    for value in np.unique(weight):
        chosen = np.flatnonzero(weight == value)
        # rounded, since 10 * 0.3 is a hair above 3
        copies[chosen] = np.diff(np.floor(np.round(np.arange(len(chosen) + 1) * value, 9))).astype(np.int64)
    return np.repeat(np.arange(len(weight)), copies)


def is_even(weight: Sequence[float]) -> bool:
    """Whether all weights are 1, so that items come as they are."""
    return all(math.isclose(value, 1.0) for value in weight)


class Visits:
    """An address that gives each visit of an item numbers of its own.

    Parameters
    ----------
    rng
        Of the items.
    visits
        The visits that are asked for next, in their order.
    """

    def __init__(self, rng: Address, visits: NDArray[np.int64]) -> None:
        self._rng = rng
        self._visits = visits

    def uniforms(self, indices: NDArray[np.int64], k: int = 1) -> NDArray[np.float64]:
        """`k` numbers for each visit."""
        assert len(indices) == len(self._visits)
        return self._rng.uniforms(self._visits, k)
