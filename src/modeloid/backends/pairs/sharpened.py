"""What a generator makes, drawn towards the 0 and 1 that will be written of it."""

from __future__ import annotations

import torch
from torch import Tensor

_SUREST = 1e-6


def sharpened(chances: Tensor, times: float) -> Tensor:
    """Chances whose log-odds are `times` as large; what is above one half stays there.

    A generator that lives by half-sounding cells is judged by what no piece can hold. Rounding would say so too, but
    its straight-through gradients were never learnt from, see `benchmarks/results/transfer_trials.md`.

    Parameters
    ----------
    chances
        From 0 to 1, any shape.
    times
        1: they stay as they are.
    """
    if times == 1:
        return chances
    return torch.sigmoid(times * torch.logit(chances.float(), _SUREST)).to(chances.dtype)
