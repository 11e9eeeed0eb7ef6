"""What a caller may wish of a sample, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError, least, require, whole, wishes

from .items import Items

LONGEST_FRAMES = 16_384
_COLDEST = 1e-6
"""Log-odds over less are beyond what a network's numbers can hold."""


@dataclass(frozen=True)
class Wishes:
    """Wishes, checked.

    Parameters
    ----------
    frames
        Length of each piece, the prompt included.
    temperature
        Log-probabilities of every choice are divided by it.
    prompt
        Shape (frames, pitches): what each piece begins with, or None.
    """

    frames: int
    temperature: float
    prompt: NDArray[np.uint8] | None


def known(model: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default)."""
    return {
        "temperature": ("below 1 surer, above 1 wilder; at least 0.000001", 1.0),
        "length_frames": ("frames of each piece, a prompt included", model["shape"][0]),
        "prompt": ("a piece, or the path of a file, that the samples go on from", None),
        "prompt_frames": ("how many frames of the prompt are kept; 0: all", 0),
    }


def understood(given: Mapping[str, Any], model: Mapping[str, Any], items: Items) -> Wishes:
    """Check wishes. Raises `WishError`, and `BatchError` for a prompt that cannot be read or has other pitches."""
    chosen = wishes(given, known(model))
    frames, temperature, kept = (chosen[name] for name in ("length_frames", "temperature", "prompt_frames"))
    require(whole(frames, 1) and frames <= LONGEST_FRAMES, "length_frames", frames, f"1 to {LONGEST_FRAMES} frames")
    require(least(temperature, _COLDEST), "temperature", temperature, "a number of at least 0.000001")
    require(whole(kept, 0), "prompt_frames", kept, "a whole number of at least 0")
    if kept and chosen["prompt"] is None:
        raise WishError("there is no prompt to keep frames of", "wish prompt_frames", "Wish a prompt, too")
    prompt = None if chosen["prompt"] is None else items.prompt(chosen["prompt"])
    return Wishes(frames, float(temperature), None if prompt is None else _kept(prompt, kept, frames))


def _kept(prompt: NDArray[np.uint8], kept: int, frames: int) -> NDArray[np.uint8]:
    if kept > len(prompt):
        do = f"It has {len(prompt)} frames"
        raise WishError(f"{kept} frames are asked for", "wish prompt_frames", do)
    count = kept or len(prompt)
    if count >= frames:
        do = f"Wish fewer prompt_frames, or a length_frames of more than {count}"
        raise WishError(f"the prompt has {count} frames, the whole piece {frames}", "wish prompt", do)
    return prompt[:count]
