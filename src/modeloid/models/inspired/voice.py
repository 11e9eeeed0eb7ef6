"""The own voice: how usual a slice is among those of the training pieces, and a piece among these, whoever inspired."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.kinship import features
from modeloid.music.represent.parts import Rows, cut

from .form import FROM_END, form

Floats = NDArray[np.float64]

_RIDGE = 0.1
_LEAST_SPREAD = 1e-3
_FEWEST = 20


class Usual:
    """A normal distribution of what is known, to tell the strange by.

    Parameters
    ----------
    known
        Shape (n, features), n at least 1.
    """

    def __init__(self, known: Floats) -> None:
        self._mean, self._spread = known.mean(0), np.maximum(known.std(0), _LEAST_SPREAD)
        even = (known - self._mean) / self._spread
        # few examples do not tell all directions: none counts as much narrower than it was seen to be
        self._inverse = np.linalg.inv(even.T @ even / len(even) + _RIDGE * np.eye(even.shape[1]))

    def strangeness(self, found: Floats) -> Floats:
        """Mahalanobis distances, squared, a feature (Mahalanobis 1936): shape (n,), near 1 where all is usual."""
        even = (found - self._mean) / self._spread
        return np.asarray(np.einsum("ni,ij,nj->n", even, self._inverse, even) / even.shape[1])


class Voice:
    """What slices and whole pieces are usually like, see `music.kinship.features` and `form.form`.

    Parameters
    ----------
    slices
        Of eight bars, of the training pieces, one at least.
    pieces
        The training pieces and how many bars each has.
    drums
        The parts that are drums.
    """

    def __init__(self, slices: Sequence[Rows], pieces: Sequence[tuple[Rows, int]], drums: tuple[int, ...]) -> None:
        self._drums, self._pieces = drums, pieces
        self._slices = Usual(self._features(slices))
        self._forms: dict[int, Usual | None] = {}

    def strangeness(self, slices: Sequence[Rows]) -> Floats:
        """Of slices of eight bars, see `Usual.strangeness`: shape (slices,)."""
        return self._slices.strangeness(self._features(slices))

    def form_strangeness(self, pieces: Sequence[Rows], bars: int) -> Floats:
        """Of pieces of so many bars, held against what training pieces are that are as long at least.

        Zeros where there are fewer than twenty of those: then nobody knows what is usual.
        """
        if bars not in self._forms:
            self._forms[bars] = self._form_of(bars)
        usual = self._forms[bars]
        if usual is None:
            return np.zeros(len(pieces))
        return usual.strangeness(np.array([form(rows, bars, self._drums) for rows in pieces]))

    def _form_of(self, bars: int) -> Usual | None:
        """Of their first bars, but how they end of their last ones: a longer piece shall be told from its ends, too."""
        long = [(rows, length) for rows, length in self._pieces if length >= bars]
        if len(long) < _FEWEST:
            return None
        first = np.array([form(cut(rows, 0, bars), bars, self._drums) for rows, _ in long])
        last = np.array([form(cut(rows, length - bars, bars), bars, self._drums) for rows, length in long])
        return Usual(np.where(FROM_END, last, first))

    def _features(self, slices: Sequence[Rows]) -> Floats:
        return np.array([features(rows, self._drums) for rows in slices])
