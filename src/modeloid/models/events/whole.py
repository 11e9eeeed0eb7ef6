"""Exact likelihood of whole pieces, longer than a context too: every token is scored once, on what went before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from .net import TokenNet

_ROWS = 8


class Stretch(NamedTuple):
    """What is read at once of a piece, and from where on it is scored: token numbers; ``begin <= scored < end``."""

    begin: int
    scored: int
    end: int


def stretches(tokens: NDArray[np.int64], bar: int, limit: int | None) -> Iterator[Stretch]:
    """Share a piece out: stretches of at most `limit` tokens, each scored from where the last one ended.

    Each begins at the first bar line of the half context before what it scores (there where no bar line is), as
    sampling goes on where the context is full: between half a context and all of it is known of the past, in a piece
    whose bars are short.

    Parameters
    ----------
    tokens
        Shape (tokens,).
    bar
        The token that begins a bar.
    limit
        How many tokens the network can read; None: any number.
    """
    limit = limit or max(1, len(tokens))
    lines = np.flatnonzero(tokens == bar)
    scored = 0
    while scored < len(tokens):
        earliest = max(0, scored - limit // 2)
        begin = earliest
        if earliest:
            within = lines[np.searchsorted(lines, earliest) :]
            begin = int(within[0]) if len(within) and within[0] < scored else earliest
        end = min(len(tokens), begin + limit)
        yield Stretch(begin, scored, end)
        scored = end


def token_likelihoods(net: TokenNet, tokens: NDArray[np.int64], bar: int) -> NDArray[np.float64]:
    """Log-likelihood of each token of a whole piece in nats, shape (tokens,); the network is in evaluation mode."""
    found = np.empty(len(tokens))
    listed = list(stretches(tokens, bar, net.limit))
    device = net.embedding.weight.device
    for first in range(0, len(listed), _ROWS):
        some = listed[first : first + _ROWS]
        rows = np.zeros((len(some), max(one.end - one.begin for one in some)), np.int64)
        for row, one in zip(rows, some, strict=True):
            row[: one.end - one.begin] = tokens[one.begin : one.end]
        with torch.no_grad():
            # What stands behind a row's end is padding, which nothing before it can see and nobody scores.
            rows[rows == 0] = 1
            nats = net.log_likelihoods(torch.from_numpy(rows).to(device)).cpu().numpy()
        for row, one in zip(nats, some, strict=True):
            found[one.scored : one.end] = row[one.scored - one.begin : one.end - one.begin]
    return found
