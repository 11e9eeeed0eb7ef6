"""What is given from a frame on, where a piece is completed: cells to come, and how long given notes last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from .past import NONE, Rows, at, kinds

_LAGS, _BEATS, _HALVES = (0, 1, 2, 3, 4), 4, 2
GROUPS = len(_LAGS) + _BEATS + _HALVES + 1
"""Groups of places, each one of all voices: frames from the present one on, then each voice's next given note."""


class Ahead(NamedTuple):
    """What is given from each of some frames on.

    Parameters
    ----------
    places
        Shape (rows, `GROUPS` * voices), int64: values of cells; `NONE` where nothing is given.
    lasts
        Shape (rows, voices), int64, below `past.LENGTHS`: for how many frames a given note lasts; 0 where none is.
    """

    places: Tensor
    lasts: Tensor


def look_ahead(values: Tensor, given: Tensor, rows: Rows, model: Mapping[str, Any]) -> Ahead:
    """Look at what is given.

    Parameters
    ----------
    values
        Shape (n, frames, voices), int64; read where it is given alone.
    given
        Shape (n, frames, voices), bool.
    rows
        Which frames.
    model
        The modeloid's `model` dict.
    """
    told = torch.where(given, values, NONE)
    first = rows.frame - rows.number % model["beat"]
    frames = [rows.frame + lag for lag in _LAGS]
    frames += [first + beat * model["beat"] for beat in range(1, _BEATS + 1)]
    frames += [first + beat * model["beat"] + model["beat"] // 2 for beat in range(1, _HALVES + 1)]
    steps = torch.arange(values.shape[1], device=values.device)[:, None]
    differs = functional.pad(told[:, 1:] != told[:, :-1], (0, 0, 0, 1), value=True)
    behind = torch.where(differs, steps + 1, values.shape[1]).flip(1).cummin(dim=1).values.flip(1)
    stop = at(behind, rows.owner, rows.frame)
    sounds = at(told, rows.owner, rows.frame) != NONE
    following = torch.where(sounds, at(told, rows.owner, stop), NONE)
    lasts = torch.where(sounds, kinds(stop - rows.frame[:, None]), 0)
    return Ahead(torch.cat([*(at(told, rows.owner, frame) for frame in frames), following], dim=1), lasts)
