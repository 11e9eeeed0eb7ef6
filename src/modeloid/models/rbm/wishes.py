"""What a caller may wish of a sample, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from modeloid.backends.arguments import require, whole, wishes

from .machine import Array
from .roll import Rolls

_LONGEST_BEATS = 4096


@dataclass(frozen=True)
class Wishes:
    """Wishes in frames and numbers.

    Parameters
    ----------
    frames
        Length of each piece.
    temperature
        The machine's energies are divided by it.
    steps
        Gibbs steps of each window.
    start
        Frames to begin with (frames of one bar, pitches), or None.
    """

    frames: int
    temperature: float
    steps: int
    start: Array | None


def known(model: Mapping[str, Any], rolls: Rolls) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default); where items have no time, there is no length and no start."""
    always = {
        "temperature": ("below 1 surer, above 1 wilder; greater than 0", 1.0),
        "steps": ("Gibbs steps of each window; at least 1", model["gibbs_steps"]),
    }
    if len(rolls.shape) == 1:
        return always
    length = "length in beats; longer than the window goes on from its second half"
    start = "a piece, or the path of a file, whose first bar the samples begin with"
    return always | {"length": (length, rolls.window / rolls.beat), "start": (start, None)}


def understood(given: Mapping[str, Any], model: Mapping[str, Any], rolls: Rolls) -> Wishes:
    """Check wishes and turn them into frames and numbers. Raises `WishError`."""
    chosen = {"length": 1, "start": None} | wishes(given, known(model, rolls))
    length, temperature, steps = chosen["length"], chosen["temperature"], chosen["steps"]
    require(
        _positive(length) and length <= _LONGEST_BEATS, "length", length, f"more than 0, at most {_LONGEST_BEATS} beats"
    )
    require(_positive(temperature), "temperature", temperature, "a number greater than 0")
    require(whole(steps, 1), "steps", steps, "a whole number of at least 1")
    frames = max(1, round(length * rolls.beat))
    start = None if chosen["start"] is None else rolls.first_bar(chosen["start"])
    return Wishes(frames, float(temperature), int(steps), start)


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and bool(np.isfinite(value)) and value > 0
