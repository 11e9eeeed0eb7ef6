"""Groups of near-duplicates: what must stay on one side of a split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .minhash import signatures, similar_pairs

THRESHOLD = 0.1
"""Estimated Jaccard similarity of the n-grams from which two pieces count as near-duplicates.

Music that is not the same hardly shares a run of nine notes: of 803 pop songs one pair is that alike, while 95 % of the
pairs of performances and scores of the same piano piece come together (benchmarks/music_splits.py).
"""


def groups(sets: Sequence[NDArray[np.uint64]], threshold: float = THRESHOLD) -> list[list[int]]:
    """Group pieces so that near-duplicates, and the near-duplicates of these, are together.

    Parameters
    ----------
    sets
        The n-grams of each piece (`shingles`).
    threshold
        From which similarity on two pieces belong together.

    Returns
    -------
    Lists of indices, each index once; sorted inside and by their first.
    """
    parent = list(range(len(sets)))
    for one, other in similar_pairs(signatures(sets), threshold):
        low, high = sorted((_root(parent, one), _root(parent, other)))
        parent[high] = low
    members: dict[int, list[int]] = {}
    for index in range(len(sets)):
        members.setdefault(_root(parent, index), []).append(index)
    return list(members.values())


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index
