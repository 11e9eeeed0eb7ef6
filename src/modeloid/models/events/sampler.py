"""Pieces out of the network, token after token; rows go side by side and do not look at one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .draw import Floats, drawn, probabilities
from .grammar import PAD
from .net import START, TokenNet
from .walk import Walk
from .wishes import Wishes

Ints = NDArray[np.int64]


def walked(net: TokenNet, wish: Wishes, generators: Sequence[np.random.Generator]) -> Iterator[list[Walk]]:
    """Walk one piece a generator, the prompt first; yields all walks before each token and at the end.

    The network is in evaluation mode. A row takes one number from its generator for each token.
    """
    walks = [wish.begun() for _ in generators]
    for walk in walks:
        for token in wish.prompt.tolist():
            walk.take(token)
    reader = Reader(net, len(walks), wish.bar)
    tokens = np.tile(np.append(START, wish.prompt), (len(walks), 1))
    for _ in range(len(wish.prompt), wish.most_tokens):
        yield walks
        logits = reader.read(tokens)
        tokens = _taken(logits, walks, wish, generators)[:, None]
        if all(walk.ended for walk in walks):
            break
    yield walks


def _taken(logits: Floats, walks: Sequence[Walk], wish: Wishes, generators: Sequence[np.random.Generator]) -> Ints:
    """Take a token in each walk that has not ended; shape (rows,), padding where one has."""
    whatever = np.ones(logits.shape[1], np.bool_)
    allowed = np.stack([whatever if walk.ended else walk.allowed() for walk in walks])
    uniforms = np.array([generator.random() for generator in generators])
    tokens = drawn(probabilities(logits, allowed, wish.choice), uniforms)
    for row, walk in enumerate(walks):
        if walk.ended:
            tokens[row] = PAD
        else:
            walk.take(int(tokens[row]))
    return tokens


class Reader:
    """Reads tokens into the network's memory; where that is full, it forgets it and reads the latest bars again.

    Parameters
    ----------
    net
        The network.
    rows
        How many pieces go side by side.
    bar
        The token at which reading again begins.
    """

    def __init__(self, net: TokenNet, rows: int, bar: int) -> None:
        self._net, self._bar = net, bar
        self._memory = net.memory(rows)
        self._past = np.zeros((rows, net.limit or 0), np.int64)
        self._count = 0

    @torch.inference_mode()
    def read(self, tokens: Ints) -> Floats:
        """Logits of the next token (rows, vocabulary) after more tokens (rows, tokens), the start among the first."""
        if self._net.limit is not None:
            tokens = self._remembered(tokens, self._net.limit)
        features = self._net.read(self._tensor(tokens), self._memory)
        return np.asarray(self._net.logits(features[:, -1]).double().cpu().numpy())

    def _remembered(self, tokens: Ints, limit: int) -> Ints:
        """The tokens to be read: these, or after forgetting those before them as well."""
        if self._count + tokens.shape[1] > limit:
            kept = np.concatenate([self._past[:, : self._count], tokens], 1)[:, -max(1, limit // 2) :]
            tokens = self._begun_anew(kept)
            self._count = 0
        end = self._count + tokens.shape[1]
        self._past[:, self._count : end] = tokens
        self._count = end
        return tokens

    def _begun_anew(self, kept: Ints) -> Ints:
        """The start before each row's first bar, padding before that; before all of a row that has no bar."""
        is_bar = kept == self._bar
        begins = np.where(is_bar.any(1), is_bar.argmax(1), 0)
        tokens = np.concatenate([np.full_like(kept[:, :1], START), kept], 1)
        tokens[np.arange(tokens.shape[1]) <= begins[:, None]] = START
        self._memory = self._net.memory(len(kept), self._tensor(begins))
        return tokens

    def _tensor(self, values: Ints) -> Tensor:
        return torch.from_numpy(values).to(self._net.embedding.weight.device)
