"""What can come next, since notes are told by step, part, and falling pitch."""

from __future__ import annotations

import torch
from torch import Tensor

from .places import PITCHES
from .stream import LINE


def steps_open(at: Tensor, part: Tensor, pitch: Tensor, parts: int) -> Tensor:
    """Which steps, and that a line, can follow the last note of a bar: shape (events, 17)."""
    step = torch.arange(LINE + 1, device=at.device)
    full = (part == parts - 1) & (pitch == 0)
    return step >= (at + full.long())[:, None]


def parts_open(when: Tensor, at: Tensor, part: Tensor, pitch: Tensor, parts: int) -> Tensor:
    """Which parts can play at a step: shape (events, parts)."""
    first = torch.where(when == at, part + (pitch == 0).long(), 0)
    return torch.arange(parts, device=at.device) >= first[:, None]


def pitches_open(above: Tensor) -> Tensor:
    """Which pitches can sound: shape (events, 128).

    Parameters
    ----------
    above
        Shape (events,): the last note's pitch where it begins with this one in its part, else 0.
    """
    pitch = torch.arange(PITCHES, device=above.device)
    limit = torch.where(above > 0, above, PITCHES)
    return pitch < limit[:, None]
