"""One model on one set: what `modeloid bench poly` says of it and keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Score:
    """One model on one set.

    Parameters
    ----------
    set, model, seed
        Which. What draws nothing has the seed 0, and so have mixtures of seeds.
    test, test_se
        Nats per frame, mean over frames, and its standard error over pieces (0 where it was not measured).
    test_pieces
        Mean over pieces of each one's mean over its frames; of single frames the same as `test`.
    valid
        Nats per frame on the validation part.
    frames
        How many frames the test scored.
    turns, minutes
        Of training; minutes of wall time, or of processor time where nothing was trained.
    detail
        What else it takes to know which it was.
    kind
        "exact", "estimate"; with what the model sees or does beyond the rolls before.
    tried
        What was chosen between on the validation part -> its nats per frame there.
    """

    set: str
    model: str
    seed: int
    test: float
    test_se: float
    test_pieces: float
    valid: float
    frames: int
    turns: int
    minutes: float
    detail: str
    kind: str = "exact"
    tried: Mapping[str, float] = field(default_factory=dict)


def means(nats: Sequence[float] | NDArray[np.float64], lengths: Sequence[int]) -> tuple[float, float, float]:
    """Nats per frame of pieces: mean over frames, its standard error over pieces, mean over pieces.

    The error is that of a ratio of two sums (Cochran, Sampling Techniques, 1977, eq. 2.47), 0 for one piece.

    Parameters
    ----------
    nats
        Log-likelihood of each piece.
    lengths
        Frames of each.
    """
    values, frames = -np.asarray(nats, np.float64), np.asarray(lengths, np.float64)
    per_frame = float(values.sum() / frames.sum())
    off = values - per_frame * frames
    pieces = len(values)
    error = math.sqrt(float(off @ off) * pieces / (pieces - 1)) / frames.sum() if pieces > 1 else 0.0
    return per_frame, float(error), float((values / frames).mean())
