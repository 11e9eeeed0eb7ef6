"""What a caller may wish of a sample, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from modeloid.backends.arguments import WishError, number, require, whole, wishes

from .items import Array, Items

LONGEST_BARS = 4096
USUAL_CHANGE = 0.5
_PHRASES = 4


@dataclass(frozen=True)
class Wishes:
    """Wishes, checked.

    Parameters
    ----------
    bars
        Of each piece, a prompt's among them.
    spread
        What all noise is multiplied by.
    change
        How far what holds for a phrase moves to the next one, 0 to 1.
    prompt
        Shape (bars, steps, pitches, tracks): what each piece begins with, or None.
    given
        Shape (bars, steps, pitches, 1): the track that is accompanied, from the piece's first bar, or None.
    """

    bars: int
    spread: float
    change: float
    prompt: Array | None
    given: Array | None


def known(model: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default)."""
    whole_piece = "the given track's" if model["given"] >= 0 else f"{usual_bars(model)}"
    found: dict[str, tuple[str, Any]] = {
        "length_bars": (f"bars of each piece, a prompt's among them; 0: {whole_piece}", 0),
        "spread": ("below 1 closer to the usual, above 1 wilder; greater than 0", 1.0),
        "change": ("how far each phrase moves away from the last one; 0 to 1", USUAL_CHANGE),
    }
    if model["context_bars"]:
        found["prompt"] = ("a piece, or the path of a file, that the samples go on from", None)
    if model["given"] >= 0:
        found["given"] = ("a piece, or the path of a file, whose given track is accompanied; None: one of train", None)
    return found


def usual_bars(model: Mapping[str, Any]) -> int:
    """The length of a piece when none is wished: one phrase, or several where they go on from one another."""
    joined = model["context_bars"] and model["given"] < 0
    return int(model["phrase_bars"]) * (_PHRASES if joined else 1)


def understood(chosen: Mapping[str, Any], model: Mapping[str, Any], items: Items) -> Wishes:
    """Check wishes.

    Raises
    ------
    WishError
        An unknown wish, one out of its range, or wishes that leave nothing to be made.
    BatchError, ReadError, RepresentationError
        A prompt or a given track that cannot be taken.
    """
    full = wishes(chosen, known(model))
    bars, spread, change = (full[name] for name in ("length_bars", "spread", "change"))
    require(whole(bars, 0) and bars <= LONGEST_BARS, "length_bars", bars, f"0 to {LONGEST_BARS} bars")
    require(number(spread) and spread > 0, "spread", spread, "a number greater than 0")
    require(number(change) and 0 <= change <= 1, "change", change, "a number from 0 to 1")
    prompt = _piece(full.get("prompt"), "prompt", items)
    given = _given(full.get("given"), model["given"], items)
    if not bars:
        bars = len(given) if given is not None else usual_bars(model) + (0 if prompt is None else len(prompt))
    if prompt is not None and len(prompt) >= bars:
        do = f"Wish a length_bars of more than {len(prompt)}"
        raise WishError(f"the prompt has {len(prompt)} bars, the whole piece {bars}", "wish prompt", do)
    return Wishes(bars, float(spread), float(change), prompt, given)


def _piece(given: Any, wish: str, items: Items) -> Array | None:
    return None if given is None else items.bars(given, wish, items.shape[3])


def _given(given: Any, column: int, items: Items) -> Array | None:
    """The given track of a piece; an array may be that track alone."""
    if given is None:
        return None
    if items.is_array(given) and np.ndim(given) == 3:
        return items.bars(given, "given", 1)
    track = items.bars(given, "given", items.shape[3])[..., [column]]
    if not track.any():
        do = "Give a piece that has notes in the track that is accompanied"
        raise WishError(f"the given track (number {column}) is silent", "wish given", do)
    return track
