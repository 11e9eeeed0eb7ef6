"""Runs of cells of a flat array, by repeated indices instead of a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def counted(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, ... up to each count, one behind the other: counts [2, 3] give [0, 1, 0, 1, 2]."""
    edges = np.cumsum(counts)
    total = int(edges[-1]) if len(edges) else 0
    return np.arange(total) - np.repeat(edges - counts, counts)


def runs(first: NDArray[np.int64], counts: NDArray[np.int64], stride: int = 1) -> NDArray[np.int64]:
    """The indices ``first``, ``first + stride``, ... of each run, one run behind the other."""
    return np.repeat(first, counts) + counted(counts) * stride
