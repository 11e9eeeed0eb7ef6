"""A tiny layout, a tiny network and random plans, for the tests of the plan."""

from __future__ import annotations

import numpy as np
import torch

from modeloid.models.inspired.plan.fields import Field, Fields
from modeloid.models.inspired.plan.net import Ideas, PlanNet
from modeloid.music.represent.ensemble import Part

PARTS = [Part("MELODY", None), Part("piano", (0, 127)), Part("drums", None)]
TINY = Fields((Field("again", 2), Field("level.a", 2), Field("loud.a", 3, ("level.a",))), lags=(0, 1))
"""Of 1 + (1 + 2) = 3 bars that are new; from the second bar on also of as many that repeat."""


def a_net(fields: Fields, seed: int = 0, **changed: float) -> PlanNet:
    """In evaluation mode; every weight is random, so that nothing is even by accident."""
    torch.manual_seed(seed)
    net = PlanNet(fields, (4, 2), width=12, head=10, idea=6, **changed)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.25 * torch.randn_like(parameter))
    return net.eval()


def some_ideas(rows: int, bars: int, seed: int = 1) -> Ideas:
    generator = torch.Generator().manual_seed(seed)
    return Ideas(
        torch.randn(rows, bars, 4, generator=generator),
        torch.randn(rows, 2, generator=generator),
    )


def generators(rows: int, seed: int = 0) -> list[np.random.Generator]:
    return [np.random.default_rng([seed, row]) for row in range(rows)]


def notes(*rows: tuple[int, int, int, int, int]) -> np.ndarray:
    """Rows of onset, length, pitch, velocity, part, put into order."""
    found = np.array(rows, np.int64).reshape(-1, 5)
    return found[np.lexsort([-found[:, 2], found[:, 4], found[:, 0]])]
