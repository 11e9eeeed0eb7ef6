"""A classifier of phrases that judges transfers: trained apart from them, it has also seen what is no music at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor, nn

Rolls = NDArray[np.uint8]
"""Shape (n, steps, pitches), 0 or 1."""

RUBBISH = 2
"""The number of the third class; 0 and 1 are the groups."""


@dataclass(frozen=True)
class Training:
    """How the classifier is trained.

    Parameters
    ----------
    width
        Features of the first layer; 64 as published.
    turns, batch
        Steps of Adam, and phrases of each class in one.
    rate
        Its step.
    """

    width: int = 24
    turns: int = 1500
    batch: int = 16
    rate: float = 0.002


class Genres:
    """Group 0, group 1 or rubbish, from a phrase.

    Parameters
    ----------
    groups
        Phrases of the training part of each group.
    seed
        Of its weights and of the order of phrases.
    how
        How it is trained.
    """

    def __init__(self, groups: Sequence[Rolls], seed: int = 0, how: Training | None = None) -> None:
        import torch

        how = how or Training()
        generator = np.random.default_rng(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.net = network(how.width, groups[0].shape[1], groups[0].shape[2], 3)
        adam = torch.optim.Adam(self.net.parameters(), how.rate)
        wanted = torch.arange(3).repeat_interleave(how.batch)
        for turn in range(how.turns):
            for group in adam.param_groups:
                group["lr"] = how.rate * (1 - turn / how.turns)
            shown = [rolls[generator.integers(0, len(rolls), how.batch)] for rolls in groups]
            shown.append(rubbish(groups, how.batch, generator))
            loss = torch.nn.functional.cross_entropy(self.net(_signed(np.concatenate(shown))), wanted)
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
        self.net.eval()

    def odds(self, rolls: Rolls) -> NDArray[np.float64]:
        """Log-odds of the three classes up to a constant, shape (n, 3)."""
        import torch

        with torch.no_grad():
            found = [self.net(_signed(rolls[first : first + 64])).numpy() for first in range(0, len(rolls), 64)]
        return np.concatenate([np.zeros((0, 3)), *found])

    def named(self, rolls: Rolls) -> NDArray[np.int64]:
        """The likeliest of the three classes, of each phrase."""
        return np.asarray(self.odds(rolls).argmax(axis=1), np.int64)

    def forced(self, rolls: Rolls) -> NDArray[np.int64]:
        """The likelier of the two groups, as the published classifier says it: it knows no rubbish."""
        return np.asarray(self.odds(rolls)[:, :2].argmax(axis=1), np.int64)


def network(width: int, steps: int, pitches: int, classes: int) -> nn.Sequential:
    """The classifier of Brunner et al. 2018: octaves, then time, then all of it; any whole number of octaves.

    At ``width=64``, 84 pitches and two classes it has 1,156,608 parameters. Pitches are filled up to whole octaves;
    what is left of the steps after 64 of them have become one is averaged.
    """
    from torch import nn

    octaves = -(-pitches // 12)

    def block(before: int, behind: int, size: tuple[int, int]) -> list[Any]:
        norm = [nn.InstanceNorm2d(behind, affine=True)] if before > 1 else []
        return [nn.Conv2d(before, behind, size, size, bias=False), *norm, nn.LeakyReLU(0.2)]

    return nn.Sequential(
        nn.ConstantPad2d((0, 12 * octaves - pitches, 0, -steps % 64), -1.0),
        *block(1, width, (1, 12)),
        *block(width, 2 * width, (4, 1)),
        *block(2 * width, 4 * width, (2, 1)),
        *block(4 * width, 8 * width, (8, 1)),
        nn.Conv2d(8 * width, classes, (1, octaves), bias=False),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )


def rubbish(groups: Sequence[Rolls], n: int, rng: np.random.Generator, bars: int = 4) -> Rolls:
    """What is no music: in equal shares bars of different phrases, phrases whose steps are shuffled, and noise.

    Noise is as dense as a phrase of the data, whose cells are dealt out anew.
    """
    every = [groups[side][row] for side, row in _places(groups, n * bars, rng)]
    made = np.stack(every[:n]).copy()
    steps = made.shape[1]
    for row, kind in enumerate(rng.permutation(np.arange(n) % 3)):
        if kind == 0:
            bar = steps // bars
            for number in range(bars):
                part = slice(number * bar, (number + 1) * bar)
                made[row, part] = every[row * bars + number][part]
        elif kind == 1:
            made[row] = made[row][rng.permutation(steps)]
        else:
            made[row] = rng.permutation(made[row].ravel()).reshape(made[row].shape)
    return made


def _places(groups: Sequence[Rolls], n: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    sides = rng.integers(0, len(groups), n)
    return [(int(side), int(rng.integers(len(groups[side])))) for side in sides]


def _signed(rolls: Rolls) -> Tensor:
    import torch

    return torch.from_numpy(rolls.astype(np.float32) * 2 - 1)[:, None]
