"""Which items a turn sees: a fresh permutation every epoch, found again from one integer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .errors import CycleError
from .rng import Rng


class Order:
    """The order of the items of a part.

    An epoch has ``ceil(size / batch)`` turns. Every batch is full: the last of an epoch is filled up from the
    beginning of the same permutation, so that each item is seen at least once and none more than once too often
    (where the part is smaller than a batch, items repeat inside it).

    Parameters
    ----------
    rng
        The root address of the modeloid.
    size
        How many items there are.
    batch
        How many of them a turn takes, over all processes.

    Raises
    ------
    CycleError
        Without items, or with a batch below 1.
    """

    def __init__(self, rng: Rng, size: int, batch: int) -> None:
        if size < 1:
            raise CycleError(
                "the training part has no items", "data", "Name a data set with pieces that are long enough"
            )
        if batch < 1:
            raise CycleError(f"a batch of {batch} items", "cycle['batch']", "Take at least 1")
        self.size, self.batch = size, batch
        self.turns_per_epoch = -(-size // batch)
        self._rng = rng
        self._epoch = -1
        self._permutation: NDArray[np.int64] = np.empty(0, np.int64)

    def epoch(self, step: int) -> int:
        """The epoch that turn `step` (counted from 0) belongs to."""
        return step // self.turns_per_epoch

    def indices(self, step: int) -> NDArray[np.int64]:
        """The items of turn `step`: shape (batch,)."""
        epoch, turn = divmod(step, self.turns_per_epoch)
        if epoch != self._epoch:
            self._permutation = self._rng.at("order", epoch).generator().permutation(self.size)
            self._epoch = epoch
        start = turn * self.batch
        if start + self.batch <= self.size:
            return self._permutation[start : start + self.batch]
        return self._permutation[np.arange(start, start + self.batch) % self.size]


def shard(indices: NDArray[np.int64], rank: int, size: int) -> NDArray[np.int64]:
    """The share of one process: disjoint, in order, their sizes one apart at most."""
    if size == 1:
        return indices
    share: NDArray[np.int64] = np.array_split(indices, size)[rank]
    return share


def batches(size: int, batch: int) -> list[NDArray[np.int64]]:
    """All items of a part in their order, cut into batches; the last one may be smaller."""
    return [np.arange(start, min(start + batch, size)) for start in range(0, size, batch)]
