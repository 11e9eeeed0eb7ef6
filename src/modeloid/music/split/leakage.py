"""How much of the held-out pieces a model may have met in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .groups import THRESHOLD
from .minhash import signatures, similarity
from .parts import Parts


def leakage(parts: Parts, sets: Sequence[NDArray[np.uint64]]) -> dict[str, float]:
    """Measure what valid and test share with train.

    Parameters
    ----------
    parts
        A split.
    sets
        The n-grams of each piece (`shingles`).

    Returns
    -------
    ``near_duplicates``: share of the held-out pieces with a near-duplicate in train; ``nearest_similarity``: mean
    over the held-out pieces of the estimated Jaccard similarity to the nearest piece of train; ``shared_ngrams``:
    share of the held-out pieces' n-grams that occur anywhere in train, counted exactly. All in [0, 1]; 0 where
    nothing is held out.
    """
    held_out = parts["valid"] + parts["test"]
    if not held_out or not parts["train"]:
        return {"near_duplicates": 0.0, "nearest_similarity": 0.0, "shared_ngrams": 0.0}
    table = signatures(sets)
    train = table[parts["train"]]
    nearest = np.array([similarity(train, table[index]).max() for index in held_out])
    known = np.unique(np.concatenate([sets[index] for index in parts["train"]]))
    ngrams = np.concatenate([sets[index] for index in held_out])
    return {
        "near_duplicates": float((nearest >= THRESHOLD).mean()),
        "nearest_similarity": float(nearest.mean()),
        "shared_ngrams": float(np.isin(ngrams, known).mean()) if len(ngrams) else 0.0,
    }
