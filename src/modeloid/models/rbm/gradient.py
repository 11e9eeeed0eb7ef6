"""The direction of learning, from a batch of data and a batch of the machine's own fantasies.

The gradient of the mean log-likelihood is the mean of ``(v h, v, h)`` under the data less that under the machine: exact
where the second is; contrastive divergence (Hinton 2002, equation 8) where it comes from fantasies a few Gibbs steps
from the data; persistent (Tieleman 2008) where the fantasies go on from turn to turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .machine import Array, Shape, gather, patches, spread


@dataclass(frozen=True)
class Direction:
    """A change of the machine's parameters, shapes as there."""

    W: Array
    b: Array
    c: Array


def contrast(data: int, fantasies: int) -> Array:
    """Signed shares of the rows of `data` items followed by `fantasies`: they add up to 1 and to -1."""
    return np.repeat([1 / data, -1 / fantasies], [data, fantasies]).astype(np.float32)


def direction(shape: Shape, v: Array, h: Array, shares: Array, means: tuple[Array, Array], scale: float) -> Direction:
    """The gradient of the centred machine, whose energy is written with ``v - mean_v`` and ``h - mean_h``.

    Sparse units, as in a roll, otherwise drive weights and biases against each other. Montavon, Mueller 2012; as a
    direction for the plain parameters: Melchior, Fischer, Wiskott 2016, equations 17 to 19. With means of 0 and a scale
    of 1 it is the plain gradient.

    Parameters
    ----------
    shape
        The machine's sizes.
    v
        Visible units of data and fantasies together (n, frames, pitches).
    h
        Probabilities of their hidden units (n, positions, hidden).
    shares
        What each row counts, of the data positive, of the fantasies negative (n,); they add up to 0.
    means
        Means of the visible and hidden units under the data, shapes of `b` and `c`.
    scale
        Factor on the direction of the weights.
    """
    mean_v, mean_h = means
    b, c = np.tensordot(shares, v, 1), np.tensordot(shares, h, 1)
    seen = patches(shape, np.concatenate([v, -mean_v[None]]))
    counted = np.concatenate([(h - mean_h) * (shares * shares.dtype.type(scale))[:, None, None], scale * c[None]])
    W = seen.reshape(-1, seen.shape[-1]).T @ counted.reshape(-1, shape.hidden).astype(v.dtype, copy=False)
    return Direction(W, b - spread(shape, mean_h[None], W)[0], c - gather(shape, mean_v[None], W)[0])
