"""Rolls moved up or down, each by a number of its own that the network is told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng


def transposed(
    frames: NDArray[np.uint8], lowest: int, highest: int, rng: Rng
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Move each roll by as many semitones as are drawn for it, or as nearly as many as keep its notes.

    Parameters
    ----------
    frames
        Shape (n, frames, pitches).
    lowest, highest
        The range in semitones, both allowed, each number as likely.
    rng
        Row i of the batch draws by its place in it.

    Returns
    -------
    The rolls, and by how much each was moved, shape (n,).
    """
    pitches = frames.shape[2]
    drawn = lowest + np.floor(rng.uniforms(np.arange(len(frames)))[:, 0] * (highest - lowest + 1)).astype(np.int64)
    used: NDArray[np.bool_] = frames.max(axis=1) > 0
    silent = ~used.max(axis=1)
    below = np.where(silent, 0, used.argmax(axis=1))
    above = np.where(silent, 0, used[:, ::-1].argmax(axis=1))
    shift = np.clip(drawn, -below, above)
    source = (np.arange(pitches) - shift[:, None]) % pitches
    return np.take_along_axis(frames, source[:, None, :], axis=2), shift
