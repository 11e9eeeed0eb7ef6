"""A long roll through a network that sees a window: overlapping windows, faded into one another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def starts(steps: int, window: int, hop: int) -> NDArray[np.int64]:
    """Where windows begin that cover `steps`: every `hop`, the last one at or behind ``steps - window``."""
    return np.arange(0, max(1, -(-(steps - window) // hop) + 1), dtype=np.int64) * hop


def faded(roll: Floats, window: int, hop: int, apply: Callable[[Floats], Floats]) -> Floats:
    """Send every window of a roll through `apply` and join what comes back.

    Where windows overlap, each counts more the nearer a step lies to its middle (a triangle), so that no border is
    heard; a roll of one window is that window's result as it is. Behind the end windows see silence.

    Parameters
    ----------
    roll
        Shape (channels, steps, pitches), at least one step.
    window, hop
        Steps of a window; steps from one to the next, 1 to `window`.
    apply
        From (windows, channels, window, pitches) to the same shape.

    Returns
    -------
    The shape of `roll`.
    """
    steps = roll.shape[1]
    begin = starts(steps, window, hop)
    padded = np.zeros((roll.shape[0], int(begin[-1]) + window, roll.shape[2]), np.float32)
    padded[:, :steps] = roll
    made = apply(np.stack([padded[:, at : at + window] for at in begin]))
    middle = (window - 1) / 2
    weight = (window / 2 - np.abs(np.arange(window) - middle)).astype(np.float32)
    total, weights = np.zeros_like(padded), np.zeros(padded.shape[1], np.float32)
    for at, one in zip(begin, made, strict=True):
        total[:, at : at + window] += one * weight[None, :, None]
        weights[at : at + window] += weight
    joined: Floats = (total / weights[None, :, None])[:, :steps]
    return joined


def in_chunks(size: int, apply: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """`apply` on rows in chunks of one size, the last one filled with zeros: a row's bits do not depend on how many."""

    def chunked(rows: Floats) -> Floats:
        made = []
        for first in range(0, len(rows), size):
            chunk = rows[first : first + size]
            filled = np.zeros((size, *rows.shape[1:]), np.float32)
            filled[: len(chunk)] = chunk
            made.append(apply(filled)[: len(chunk)])
        return np.concatenate(made)

    return chunked
