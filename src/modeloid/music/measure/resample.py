"""Draws of pieces: with replacement for intervals, without for what real sets show among themselves."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..hashing import scramble
from .notes import Floats, Ints


class Address(Protocol):
    """What draws need of a random address."""

    def uniforms(self, indices: NDArray[np.int64], k: int = 1) -> NDArray[np.float64]:
        """`k` numbers in [0, 1) for each index, shape (len(indices), k)."""
        ...


class Still:
    """An address that never changes, for whoever has none at hand: a hash of index and column."""

    def uniforms(self, indices: NDArray[np.int64], k: int = 1) -> NDArray[np.float64]:
        """As `Address.uniforms`."""
        rows = scramble(np.asarray(indices).astype(np.uint64)[:, None] + np.uint64(0x9E3779B97F4A7C15))
        words = scramble(rows ^ scramble(np.arange(1, k + 1, dtype=np.uint64)[None, :]))
        return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def resamples(count: int, draws: int, rng: Address) -> Floats:
    """How often each of `count` pieces is in each of `draws` bootstrap samples of as many: shape (draws, count).

    Efron: Bootstrap methods: another look at the jackknife, 1979.
    """
    drawn = (rng.uniforms(np.arange(draws), count) * count).astype(np.int64)
    flat = np.arange(draws)[:, None] * count + np.minimum(drawn, count - 1)
    return np.bincount(flat.ravel(), minlength=draws * count).reshape(draws, count).astype(np.float64)


def divisions(count: int, size: int, draws: int, rng: Address) -> tuple[Floats, Floats]:
    """Weights that divide `count` pieces into `size` of them and all others, `draws` times: two of (draws, count)."""
    order: Ints = np.argsort(rng.uniforms(np.arange(draws), count), axis=1)
    inside = np.zeros((draws, count))
    np.put_along_axis(inside, order[:, :size], 1.0, axis=1)
    return inside, 1 - inside


class Draws:
    """Draws from one address, each kind made once: many metrics are drawn alike.

    Parameters
    ----------
    rng
        The address.
    count
        How many draws.
    """

    def __init__(self, rng: Address, count: int) -> None:
        self._rng, self.count = rng, count
        self._resamples: dict[int, Floats] = {}
        self._divisions: dict[tuple[int, int], tuple[Floats, Floats]] = {}

    def resamples(self, count: int) -> Floats:
        """See `resamples`."""
        if count not in self._resamples:
            self._resamples[count] = resamples(count, self.count, self._rng)
        return self._resamples[count]

    def divisions(self, count: int, size: int) -> tuple[Floats, Floats]:
        """See `divisions`."""
        if (count, size) not in self._divisions:
            self._divisions[count, size] = divisions(count, size, self.count, self._rng)
        return self._divisions[count, size]
