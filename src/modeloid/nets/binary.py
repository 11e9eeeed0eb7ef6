"""Neurons that are on or off and can be trained through: straight-through estimators."""

from __future__ import annotations

from torch import Tensor


def straight_through(logits: Tensor, slope: float = 1.0, draws: Tensor | None = None) -> Tensor:
    """0 or 1 forward; backward as if it were ``sigmoid(slope * logit)``.

    Deterministic: on where the logit is above 0. Stochastic: on with probability ``sigmoid(slope * logit)``. The
    sigmoid-adjusted estimator (Bengio, Leonard, Courville 2013) with slope annealing (Chung, Ahn, Bengio 2017), as in
    BinaryMuseGAN (Dong and Yang, ISMIR 2018, equations 3 to 5), where the slope rises in training.

    Parameters
    ----------
    logits
        Any shape.
    slope
        Above 0.
    draws
        Uniform in [0, 1), of the same shape: stochastic; None: deterministic.
    """
    soft = (slope * logits).sigmoid()
    hard = (logits > 0 if draws is None else draws < soft).to(soft.dtype)
    # the two soft terms cancel exactly, so that the value is 0 or 1 to the last bit
    return hard + (soft - soft.detach())
