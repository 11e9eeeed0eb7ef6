"""Distances between two sets of pieces, as they are and under many reweightings at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .notes import Floats

_GRID = 128


def total_variation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Total variation distance of two histograms: ``sum |p - q| / 2``, 0 (the same) to 1 (nothing in common).

    Parameters
    ----------
    one, other
        Counts over the same bins, each with a sum above 0 (Levin, Peres, Wilmer: Markov Chains and Mixing Times,
        proposition 4.2).
    """
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2)


def total_variations(one: Floats, other: Floats, weights: Floats, other_weights: Floats) -> Floats:
    """`total_variation` of the summed histograms of two sets of pieces, (n, bins) and (m, bins), under rows of weights.

    No piece's histogram may be empty.
    """
    first, second = (_normal(share @ counts) for share, counts in ((weights, one), (other_weights, other)))
    return np.asarray(np.abs(first - second).sum(axis=1) / 2)


def moved(one: Floats, other: Floats, weights: Floats, other_weights: Floats) -> Floats:
    """Wasserstein-1 distance of the summed histograms, in bins, as `total_variations`: how far counts must be moved."""
    first, second = (_normal(share @ counts) for share, counts in ((weights, one), (other_weights, other)))
    return np.asarray(np.abs(np.cumsum(first - second, axis=1)).sum(axis=1))


def wasserstein(one: Floats, other: Floats) -> float:
    """Wasserstein-1 distance of two samples of numbers, in their unit, at least 0.

    ``integral of |F - G|`` over the two distribution functions (Villani: Topics in Optimal Transportation, 2003, remark
    2.19): how far, on average, values must be moved to make one sample the other. Neither sample may be empty.
    """
    return float(wassersteins(one, other, np.ones((1, len(one))), np.ones((1, len(other))))[0])


def wassersteins(one: Floats, other: Floats, weights: Floats, other_weights: Floats) -> Floats:
    """`wasserstein` of two samples under each row of weights; shape (rows,).

    Parameters
    ----------
    one, other
        Shape (n,) and (m,).
    weights, other_weights
        At least 0, shape (rows, n) and (rows, m); each row needs a sum above 0.
    """
    values = np.concatenate([one, other])
    order = np.argsort(values, kind="stable")
    mass = np.concatenate([_normal(weights), -_normal(other_weights)], axis=1)[:, order]
    return np.asarray(np.abs(np.cumsum(mass, axis=1)[:, :-1]) @ np.diff(values[order]))


def overlap(one: Floats, other: Floats) -> float:
    """Overlapping area of the densities of two samples, 0 (apart) to 1 (the same).

    ``sum of min(p, q)`` of Gaussian kernel densities (Yang and Lerch: On the evaluation of generative models in music,
    2020, section 3.3, there for distances inside and between sets), with one bandwidth for both: Silverman's rule,
    ``0.9 min(s, IQR / 1.34) n^-1/5`` (1986, equation 3.31) for the two samples as one, s alone where the IQR is 0. On
    128 points. Two samples of one and the same constant overlap by 1. Neither sample may be empty.
    """
    return float(overlaps(one, other, np.ones((1, len(one))), np.ones((1, len(other))))[0])


def overlaps(one: Floats, other: Floats, weights: Floats, other_weights: Floats) -> Floats:
    """`overlap` of two samples under each row of weights, with the bandwidth of the unweighted samples."""
    values = np.concatenate([one, other])
    width = _bandwidth(values)
    if not width:
        return np.ones(len(weights))
    grid = np.linspace(values.min() - 3 * width, values.max() + 3 * width, _GRID)
    first, second = (
        _normal(share @ np.exp(-0.5 * ((grid[None, :] - sample[:, None]) / width) ** 2))
        for sample, share in ((one, _normal(weights)), (other, _normal(other_weights)))
    )
    return np.asarray(np.minimum(first, second).sum(axis=1))


def frechet(one: Floats, other: Floats) -> float:
    """Squared Frechet distance of two sets of vectors taken as Gaussian, at least 0.

    ``|m - n|^2 + trace(C + D - 2 (C D)^(1/2))`` with means m, n and covariances C, D (divided by the count) (Dowson and
    Landau: The Frechet distance between multivariate normal distributions, 1982, equation 4). Small sets have a large
    one to anything, themselves redrawn included: read it beside its floor.

    Parameters
    ----------
    one, other
        Shape (n, features) and (m, features), no NaN, n and m at least 1.
    """
    return float(frechets(one, other, np.ones((1, len(one))), np.ones((1, len(other))))[0])


def frechets(one: Floats, other: Floats, weights: Floats, other_weights: Floats) -> Floats:
    """`frechet` of two sets of vectors under each row of weights; shape (rows,)."""
    means, covariances = zip(
        *(_moments(sample, _normal(share)) for sample, share in ((one, weights), (other, other_weights))), strict=True
    )
    root = _root(covariances[0])
    # the trace of (C D)^(1/2) is that of the symmetric (C^(1/2) D C^(1/2))^(1/2)
    inner = np.linalg.eigvalsh(root @ covariances[1] @ root)
    traces = sum(np.trace(each, axis1=1, axis2=2) for each in covariances)
    apart = ((means[0] - means[1]) ** 2).sum(axis=1)
    return np.asarray(np.maximum(apart + traces - 2 * np.sqrt(np.maximum(inner, 0)).sum(axis=1), 0))


def _moments(sample: Floats, share: Floats) -> tuple[Floats, Floats]:
    mean = share @ sample
    square = np.einsum("rn,ni,nj->rij", share, sample, sample, optimize=True)
    return mean, square - mean[:, :, None] * mean[:, None, :]


def _root(matrices: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrices)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))[:, None, :]) @ vectors.transpose(0, 2, 1))


def _normal(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _bandwidth(values: Floats) -> float:
    spread = float(values.std())
    low, high = np.percentile(values, [25, 75])
    narrow = min(spread, float(high - low) / 1.34) or spread
    return float(0.9 * narrow * len(values) ** -0.2)
