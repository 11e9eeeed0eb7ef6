"""One token a row from its logits: what is allowed, how surely, and from how far down the list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grammar import Mask

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """How a token is chosen among the allowed ones.

    Parameters
    ----------
    temperature
        Logits are divided by it; greater than 0.
    top_k
        Only the so many likeliest; 0: all.
    top_p
        Only the likeliest that are needed to reach this share (Holtzman and others 2020, equation 2); 1: all.
    min_p
        Only those at least this share as likely as the likeliest (Nguyen and others 2024, equation 2); 0: all.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0


def probabilities(logits: Floats, allowed: Mask, choice: Choice) -> Floats:
    """Shape (rows, vocabulary), both in and out; of each row the allowed tokens share 1 (before what `choice` cuts)."""
    scaled = np.where(allowed, logits, -np.inf) / choice.temperature
    shares: Floats = np.exp(scaled - scaled.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    if choice.top_k or choice.top_p < 1:
        order = np.argsort(-shares, -1, kind="stable")
        sorted_shares = np.take_along_axis(shares, order, -1)
        before = np.cumsum(sorted_shares, -1) - sorted_shares
        kept = before < choice.top_p
        kept[:, choice.top_k or kept.shape[1] :] = False
        kept[:, 0] = True
        np.put_along_axis(shares, order, sorted_shares * kept, -1)
    if choice.min_p:
        shares[shares < choice.min_p * shares.max(-1, keepdims=True)] = 0
    return shares


def drawn(shares: Floats, uniforms: Floats) -> NDArray[np.int64]:
    """The token that a uniform number in [0, 1) falls on, one a row; `shares` need not sum to 1."""
    edges = np.cumsum(shares, -1)
    reached = edges > uniforms[:, None] * edges[:, -1:]
    return np.asarray(reached.argmax(-1), np.int64)
