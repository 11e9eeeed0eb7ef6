"""The own voice: how usual a slice is among those of the training pieces, whatever inspired it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.kinship import features
from modeloid.music.represent.parts import Rows

Floats = NDArray[np.float64]

_RIDGE = 0.1
_LEAST_SPREAD = 1e-3


class Voice:
    """A normal distribution of the features of real slices, see `music.kinship.features`.

    Parameters
    ----------
    slices
        Of eight bars, of the training pieces, one at least.
    drums
        The parts that are drums.
    """

    def __init__(self, slices: Sequence[Rows], drums: tuple[int, ...]) -> None:
        self._drums = drums
        known = self._features(slices)
        self._mean, self._spread = known.mean(0), np.maximum(known.std(0), _LEAST_SPREAD)
        even = (known - self._mean) / self._spread
        # few slices do not tell all directions: none counts as much narrower than it was seen to be
        self._inverse = np.linalg.inv(even.T @ even / len(even) + _RIDGE * np.eye(even.shape[1]))

    def strangeness(self, slices: Sequence[Rows]) -> Floats:
        """Mahalanobis distances, squared, a feature (Mahalanobis 1936): shape (slices,), near 1 where all is usual."""
        even = (self._features(slices) - self._mean) / self._spread
        return np.asarray(np.einsum("ni,ij,nj->n", even, self._inverse, even) / even.shape[1])

    def _features(self, slices: Sequence[Rows]) -> Floats:
        return np.array([features(rows, self._drums) for rows in slices])
