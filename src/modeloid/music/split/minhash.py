"""MinHash: how similar sets are, from short signatures (Broder 1997), and which pairs to look at (banding)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..hashing import scramble

HASHES = 512
_ROWS = 2
_NOTHING = np.uint64(2**64 - 1)
_BLOCK = 4096


def signatures(sets: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """One signature a set: the least of its members under each of 512 hashes, ``odd constant * member`` modulo 2^64.

    Parameters
    ----------
    sets
        Hashes of the members, their bits well mixed.

    Returns
    -------
    Shape (sets, `HASHES`), uint64; all ones for an empty set, which is similar to nothing.
    """
    factors = scramble(np.arange(1, HASHES + 1, dtype=np.uint64)) | np.uint64(1)
    table = np.full((len(sets), HASHES), _NOTHING)
    for row, members in enumerate(sets):
        mixed = scramble(members)
        for start in range(0, len(members), _BLOCK):
            least = (mixed[start : start + _BLOCK, None] * factors).min(axis=0)
            np.minimum(table[row], least, out=table[row])
    return table


def similarity(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of each row of `one` with the same row of `other` (either may be a single row)."""
    filled = (one[..., 0] != _NOTHING) & (other[..., 0] != _NOTHING)
    return np.where(filled, (one == other).mean(axis=-1), 0.0)


def similar_pairs(table: NDArray[np.uint64], threshold: float) -> list[tuple[int, int]]:
    """All pairs of rows that are at least `threshold` similar.

    Pairs are looked at when they share one of 256 bands of 2 hashes: a pair of similarity s is missed with probability
    ``(1 - s**2) ** 256`` (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, section 3.4), 8 % at s = 0.1 and
    0.3 % at 0.15.
    """
    filled = np.flatnonzero(table[:, 0] != _NOTHING)
    seen: set[tuple[int, int]] = set()
    for column in range(0, HASHES, _ROWS):
        keys = scramble(table[filled, column] * np.uint64(31) + table[filled, column + 1])
        order = np.argsort(keys, kind="stable")
        for bucket in np.split(filled[order], np.flatnonzero(np.diff(keys[order])) + 1):
            seen.update((int(a), int(b)) for i, a in enumerate(bucket) for b in bucket[i + 1 :])
    pairs = np.array(sorted(seen), np.int64).reshape(-1, 2)
    near = similarity(table[pairs[:, 0]], table[pairs[:, 1]]) >= threshold
    return [(int(a), int(b)) for a, b in pairs[near]]
