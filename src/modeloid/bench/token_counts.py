"""Token models that are counted, not trained: the unigram and n-grams with exact likelihoods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.int64]
_BITS = 63


class Counted:
    """An n-gram over tokens, each order leaning on the one below (Witten and Bell 1991, method C).

    p_n(w | h) = (c(hw) + t(h) p_(n-1)(w | h')) / (c(h) + t(h)), where t(h) counts the different tokens seen behind h,
    and h' lacks the first token of h; below the unigram all tokens but padding (0) are as likely. Before a piece all is
    padding.

    Parameters
    ----------
    train
        Rows of tokens.
    vocabulary
        How many tokens there are, padding among them.
    order
        The most tokens that are counted together, 1 or more.

    Raises
    ------
    ValueError
        So many tokens do not fit into one number.
    """

    def __init__(self, train: Sequence[Row], vocabulary: int, order: int) -> None:
        self.vocabulary, self.order = vocabulary, order
        self._shift = int(vocabulary - 1).bit_length()
        if order < 1 or order * self._shift > _BITS:
            raise ValueError(f"order={order} is out of range: 1 to {_BITS // self._shift}")
        self._tables = [self._table(train, size) for size in range(1, order + 1)]

    def log_likelihood(self, row: Row, order: int | None = None) -> float:
        """Of a piece, nats; by an `order` up to the one that was counted."""
        likely = np.full(len(row), 1 / (self.vocabulary - 1))
        for size in range(1, (order or self.order) + 1):
            grams, counts, heads, seen, kinds = self._tables[size - 1]
            packed = self._packed(row, size)
            together, before = _looked_up(packed, grams, counts), packed >> self._shift
            total, types = _looked_up(before, heads, seen), _looked_up(before, heads, kinds)
            likely = np.where(total > 0, (together + types * likely) / np.maximum(total + types, 1), likely)
        return float(np.log(likely).sum())

    def different(self, order: int) -> int:
        """How many different rows of up to `order` tokens were counted."""
        return sum(len(grams) for grams, *_ in self._tables[:order])

    def _packed(self, row: Row, size: int) -> Row:
        """Of each token: it and the `size` - 1 before it, as one number."""
        padded = np.concatenate([np.zeros(size - 1, np.int64), row.astype(np.int64)])
        packed = np.zeros(len(row), np.int64)
        for place in range(size):
            packed = (packed << self._shift) | padded[place : place + len(row)]
        return packed

    def _table(self, train: Sequence[Row], size: int) -> tuple[Row, Row, Row, Row, Row]:
        grams, counts = np.unique(np.concatenate([self._packed(row, size) for row in train]), return_counts=True)
        heads, first, kinds = np.unique(grams >> self._shift, return_index=True, return_counts=True)
        return grams, counts, heads, np.add.reduceat(counts, first), kinds


def _looked_up(keys: Row, known: Row, values: Row) -> Row:
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[at] == keys, values[at], 0)
