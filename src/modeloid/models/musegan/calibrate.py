"""How often notes begin and go on in real phrases, so that an untrained generator starts near it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .notes import Roll, Wanted

_OF_TRACK = 0.05


def wanted(phrase: Roll, drums: Sequence[bool], onsets: bool, gates: bool) -> Wanted:
    """Count real phrases.

    Parameters
    ----------
    phrase
        Real, the tracks that are made.
    drums
        Which of them are.
    onsets
        Whether notes begin and are held (see `Wanted.begins`), or cells are counted alone.
    gates
        Whether bars in which a track does not play are decided on apart: then they do not count for how often notes
        begin.
    """
    on = phrase.on.flatten(1, 2)
    last = torch.cat([torch.zeros_like(on[:, :1]), on[:, :-1]], 1)
    last = last * (1.0 - torch.tensor(drums, dtype=on.dtype, device=on.device))
    free = 1 - last if onsets else torch.ones_like(on)
    plays = phrase.on.amax((2, 3)).mean((0, 1))
    begins = _share(on * free, free, (0, 1)) / (plays.clamp(min=_OF_TRACK) if gates else 1)
    # what no item of one batch has is rare, not impossible
    begins = (1 - _OF_TRACK) * begins + _OF_TRACK * begins.mean(0, keepdim=True)
    return Wanted(plays, begins, _share(on * last, last, (0, 1, 2)), _share(phrase.loud.flatten(1, 2), on, (0, 1, 2)))


def _share(some: Tensor, of: Tensor, axes: tuple[int, ...]) -> Tensor:
    return some.sum(axes) / of.sum(axes).clamp(min=1)
