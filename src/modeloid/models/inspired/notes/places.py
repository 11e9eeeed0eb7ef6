"""Where each class is looked up that is told by its distance to something; see `heads.RelativeHead`."""

from __future__ import annotations

import torch
from torch import Tensor

from .classes import LENGTHS, LOUDS
from .sheet import NEXT_NONE
from .stream import LINE
from .touch import HEARD_SIZES, PLANNED

PITCHES = 128
INTERVALS = 3
"""Pitches from which intervals are counted."""
_CLASSES = 12
_LAST_STEP = 16
"""Lengths up to this many steps are classes of their own."""
_STEPS = LINE + 1
KINDS = 10
"""Of steps: by what is planned there of the lead and the others, see `sheet.Sheet`."""

STEP_TABLES = (2 * _STEPS, KINDS)
PITCH_TABLES = (*[2 * PITCHES] * INTERVALS, _CLASSES)
_LENGTHS = len(LENGTHS)
LENGTH_TABLES = tuple(2 * _LENGTHS for _ in range(5))
LOUD_TABLES = (*[2 * LOUDS] * (len(HEARD_SIZES) - 1), PLANNED * LOUDS)


def step_places(at: Tensor, kinds: Tensor) -> Tensor:
    """By the distance to the last note's step, and by what is planned: shape (events, 2, 17).

    Parameters
    ----------
    at
        Shape (events,).
    kinds
        Shape (events, 17): of each step, and of the line.
    """
    distance = torch.arange(_STEPS, device=at.device) - at[:, None] + LINE
    return torch.stack([distance, kinds], 1)


def pitch_places(anchors: Tensor) -> Tensor:
    """By the intervals to the anchors, the last of which is the root that degrees are counted from.

    From (events, 4), see `columns.anchors`, to (events, 4, 128).
    """
    pitch = torch.arange(PITCHES, device=anchors.device)
    interval = pitch - anchors[:, :INTERVALS, None] + PITCHES
    return torch.cat([interval, (pitch - anchors[:, INTERVALS:, None]) % _CLASSES], 1)


def length_places(gaps: Tensor, lengths: Tensor) -> Tensor:
    """By the distance to the length that fills a gap, and to other lengths; where there is none, all at one place.

    Parameters
    ----------
    gaps
        Shape (notes, 2): steps to the next planned onset of the lead, of the others.
    lengths
        Shape (notes, 3): 1 and the class of a length; 0: none.
    """
    filled = torch.where(gaps < NEXT_NONE, gaps.clamp(max=_LAST_STEP + 1), 0)
    return _by_distance(torch.cat([filled, lengths], 1), _LENGTHS)


def loud_places(heard: Tensor) -> Tensor:
    """By the distance to velocities that were heard (where none was, all at one place), and by what is planned.

    From (notes, 6), see `touch.heard`, to (notes, 6, 32).
    """
    planned = heard[:, -1:, None] * LOUDS + torch.arange(LOUDS, device=heard.device)
    return torch.cat([_by_distance(heard[:, :-1], LOUDS), planned], 1)


def _by_distance(anchors: Tensor, classes: int) -> Tensor:
    """From 1 and a class (0: none), shape (rows, tables), to (rows, tables, classes)."""
    distance = torch.arange(classes, device=anchors.device) - anchors[..., None] + classes
    return torch.where(anchors[..., None] > 0, distance, 2 * classes - 1)
