"""Plain features of rolls, and how far a roll lies from a group of them: what says which state of a game is better."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NAMES = ("sounding", "beginning", "pitch", "spread", "silent", "on_fours", "on_twos", "chords")
_RIDGE = 1e-3


def features(rolls: NDArray[np.uint8]) -> Floats:
    """What plain counting says of rolls.

    Parameters
    ----------
    rolls
        Shape (n, steps, pitches); what is not 0 sounds.

    Returns
    -------
    Shape (n, 8), in the order of `NAMES`: pitches that sound and notes that begin, a step (both as log(1 + x)); the
    mean and the deviation of the rows that sound, as shares of the rows; the share of steps without a sound; of the
    steps at which notes begin, the share that are multiples of four and of two; and of two notes or more.
    """
    on = rolls > 0
    begins = on & ~np.concatenate([np.zeros_like(on[:, :1]), on[:, :-1]], axis=1)
    n, steps, pitches = on.shape
    place = (np.arange(pitches) + 0.5) / pitches
    cells = on.sum(axis=(1, 2))
    share = on.sum(axis=1) / np.maximum(cells, 1)[:, None]
    mean = share @ place
    spread = np.sqrt(np.maximum(share @ place**2 - mean**2, 0))
    struck = begins.sum(axis=2)
    times = np.maximum((struck > 0).sum(axis=1), 1)
    columns = [
        np.log1p(cells / steps),
        np.log1p(struck.sum(axis=1) / steps),
        mean,
        spread,
        (~on.any(axis=2)).mean(axis=1),
        (struck[:, ::4] > 0).sum(axis=1) / times,
        (struck[:, ::2] > 0).sum(axis=1) / times,
        (struck > 1).sum(axis=1) / times,
    ]
    return np.stack(columns, axis=1).reshape(n, len(NAMES)).astype(np.float64)


def apart(values: Floats, count: float, sums: Floats, products: Floats) -> Floats:
    """How far features lie from a group: the squared Mahalanobis distance by their number, about 1 for its own rolls.

    Parameters
    ----------
    values
        Shape (n, k), see `features`.
    count, sums, products
        Of the group's rolls: how many, the sum of their features (k,), and of their outer products (k, k).

    Returns
    -------
    Shape (n,); 0 where the group has fewer than two rolls.
    """
    if count < 2:
        return np.zeros(len(values))
    mean = sums / count
    covariance = products / count - np.outer(mean, mean)
    covariance += _RIDGE * np.eye(len(mean))
    away = values - mean
    return np.asarray((away * np.linalg.solve(covariance, away.T).T).sum(axis=1) / len(mean), np.float64)
