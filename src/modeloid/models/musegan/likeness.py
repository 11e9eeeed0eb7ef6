"""How like the data made phrases are, and how unlike one another: what tells a collapse."""

from __future__ import annotations

import torch
from torch import Tensor

from .notes import Roll


def apart(one: Tensor, other: Tensor) -> Tensor:
    """How little two rolls share, an item: 1 - cells on in both / cells on in any (Jaccard 1901); 0 for two silences.

    Parameters
    ----------
    one, other
        Shape (n, ...); on above 0.5.
    """
    first, second = (part.flatten(1) > 0.5 for part in (one, other))
    both = (first & second).sum(1).to(one.dtype)
    some = (first | second).sum(1).to(one.dtype)
    return torch.where(some > 0, 1 - both / some.clamp(min=1), torch.zeros_like(some))


def features(roll: Roll) -> Tensor:
    """What a phrase is like, track by track, in few numbers of about one size: shape (n, 6 times tracks).

    Share of the bars that are silent; logarithms of 1 + notes and of 1 + cells a bar; share of the notes that last one
    step; mean pitch, 0 to 1; mean velocity, 0 to 1.
    """
    on = (roll.on > 0.5).to(roll.on.dtype)
    bars, pitches = on.shape[1], on.shape[3]
    time = on.flatten(1, 2)
    silence = torch.zeros_like(time[:, :1])
    begins = time * (1 - torch.cat([silence, time[:, :-1]], 1))
    short = begins * (1 - torch.cat([time[:, 1:], silence], 1))
    cells, notes = time.sum((1, 2)), begins.sum((1, 2))
    height = torch.linspace(0, 1, pitches, dtype=on.dtype, device=on.device)
    return torch.cat(
        [
            1 - on.amax((2, 3)).mean(1),
            (notes / bars).log1p(),
            (cells / bars).log1p(),
            short.sum((1, 2)) / notes.clamp(min=1),
            (time.sum(1) * height[:, None]).sum(1) / cells.clamp(min=1),
            (roll.loud.flatten(1, 2) * time).sum((1, 2)) / cells.clamp(min=1),
        ],
        dim=1,
    )


def far(one: Tensor, other: Tensor) -> Tensor:
    """Euclidean distance of each item's features, (n,)."""
    return (one - other).square().sum(1).sqrt()


def neighbours(rows: Tensor) -> Tensor:
    """Each item in the place of the next one."""
    return rows.roll(1, 0)
