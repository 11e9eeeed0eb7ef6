"""How a judge learns: two low-copy slices of one piece are to lie nearer one another than those of different pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .slices import Song, low_copy
from .views import Views, bars_of, slices_of, views

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lesson:
    """How a judge is trained.

    Parameters
    ----------
    turns
        Steps of AdamW.
    batch
        Pieces in one, a pair of slices of each.
    rate, decay
        The highest learning rate, and how fast weights decay.
    temperature
        Of the contrast.
    warm_turns
        Over which the rate rises; from there it falls as half a cosine.
    half
        Whether layers compute in bfloat16 while they learn.
    """

    turns: int = 800
    batch: int = 96
    rate: float = 0.002
    decay: float = 1e-3
    temperature: float = 0.1
    warm_turns: int = 50
    half: bool = False


class Shelf:
    """The bars of some pieces, heard once, and their pairs of low-copy slices.

    Parameters
    ----------
    pieces
        Pieces without such a pair are left out.
    drum_parts
        Which parts are drums.
    """

    def __init__(self, pieces: Sequence[Song], drum_parts: tuple[int, ...]) -> None:
        found = [(song, low_copy(song, drum_parts)) for song in pieces]
        kept = [(song, pairs) for song, pairs in found if len(pairs)]
        heard = [bars_of([song.rows], drum_parts, song.bars) for song, _ in kept] or [bars_of([], drum_parts)]
        first = np.cumsum([0, *(song.bars for song, _ in kept)])
        self.views: Views = views(*map(np.concatenate, zip(*heard, strict=True)))
        self.pairs: list[Ints] = [pairs + start for start, (_, pairs) in zip(first, kept, strict=False)]
        """Of each piece, first bars among all bars."""

    def drawn(self, generator: np.random.Generator, size: int) -> Ints:
        """One pair of each of some different pieces, shape (pieces, 2)."""
        chosen = generator.permutation(len(self.pairs))[:size]
        rows = [self.pairs[piece][generator.integers(len(self.pairs[piece]))] for piece in chosen]
        return np.asarray(generator.permuted(np.stack(rows), axis=1), np.int64)


def learn(
    make: Callable[[], nn.Module],
    shelf: Shelf,
    seed: int,
    lesson: Lesson,
    watch: Callable[[int, Any], None] | None = None,
) -> nn.Module:
    """Train a network from its beginning.

    The loss is InfoNCE in both directions (van den Oord, Li and Vinyals: Representation Learning with Contrastive
    Predictive Coding, 2018, equation 4, the score being the cosine over the temperature).

    Parameters
    ----------
    make
        Gives a new network, see `nets.READERS`.
    seed
        Of the weights, the pairs and the dropout.
    watch
        Called with the turn and the network after each turn.

    Returns
    -------
    The network, in evaluation mode.
    """
    generator = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = make()
        adam = torch.optim.AdamW(net.parameters(), lesson.rate, weight_decay=lesson.decay)
        for turn in range(lesson.turns):
            for group in adam.param_groups:
                group["lr"] = lesson.rate * _share(turn, lesson)
            pairs = shelf.drawn(generator, lesson.batch)
            net.train()
            heard = tensors(slices_of(shelf.views, pairs.T.reshape(-1)))
            with torch.autocast("cpu", torch.bfloat16, enabled=lesson.half):
                found = net(heard).float()
            one, other = found.chunk(2)
            loss = contrast(one, other, lesson.temperature)
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            if watch:
                watch(turn, net)
    return net.eval()


def contrast(one: Tensor, other: Tensor, temperature: float) -> Tensor:
    """InfoNCE of matching rows of two sets on the sphere, the mean of both directions."""
    likeness = one @ other.T / temperature
    wanted = torch.arange(len(one))
    cross = nn.functional.cross_entropy
    return (cross(likeness, wanted) + cross(likeness.T, wanted)) / 2


def tensors(found: Views) -> dict[str, Tensor]:
    """Views as tensors."""
    return {name: torch.from_numpy(view) for name, view in found.items()}


def _share(turn: int, lesson: Lesson) -> float:
    rising = min(1.0, (turn + 1) / lesson.warm_turns)
    return rising * (1 + math.cos(math.pi * turn / lesson.turns)) / 2
