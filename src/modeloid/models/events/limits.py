"""Wishes that every token must keep: key, range, instruments and meter, as the set of tokens they leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from modeloid.cycle.errors import nearest

from .errors import WishError
from .grammar import PAD, Mask
from .instruments import DRUMS, programs
from .scales import pitch_classes
from .settings import whole

if TYPE_CHECKING:
    from modeloid.music.represent.events import Events

_USUAL = (4, 4)


def allowed_tokens(chosen: Mapping[str, Any], coder: Events) -> Mask:
    """Shape (vocabulary,): what "key", "low", "high", "instruments" and "meter" leave. Drums have no key and no range.

    Raises
    ------
    WishError
        One is unknown, out of its range, or nothing that the representation can tell apart.
    """
    known = coder.known
    allowed = np.ones(known.size, np.bool_)
    allowed[PAD] = False
    if known["Program"].size and not known["Drum"].size:
        allowed[known["Program"].first + DRUMS] = False
    allowed[known["Pitch"].slice] &= _pitches(chosen, coder)
    if chosen["instruments"] is not None:
        allowed[known["Program"].slice] &= _programs(chosen["instruments"], coder)
    if chosen["meter"] is not None:
        allowed[known["Meter"].slice] &= _meters(chosen["meter"], coder)
    return allowed


def _pitches(chosen: Mapping[str, Any], coder: Events) -> Mask:
    known = coder.known
    pitches = np.arange(known.low, known.high)
    low = _bound("low", chosen["low"], 0)
    high = _bound("high", chosen["high"], 128)
    kept = np.asarray((pitches >= low) & (pitches < high))
    if not kept.any():
        do = f"This modeloid knows {known.low} to {known.high - 1}; high lies above the highest"
        raise WishError(f"no pitch lies in {low} to {high - 1}", "wishes low, high", do)
    if chosen["key"] is None:
        return kept
    kept &= np.isin(pitches % 12, list(pitch_classes(chosen["key"])))
    if not kept.any():
        raise WishError(f"no pitch of {chosen['key']} lies in {low} to {high - 1}", "wish key", "Wish a wider range")
    return kept


def _bound(name: str, value: Any, default: int) -> int:
    if value is None:
        return default
    if not whole(value, 0) or value > 128:
        raise WishError(f"{value!r} is out of range", f"wish {name}", "It must be a whole number, 0 to 128")
    return int(value)


def _programs(wished: object, coder: Events) -> Mask:
    known, numbers = coder.known, programs(wished)
    if not known["Program"].size:
        do = 'Only a representation with "programs": true can'
        raise WishError("this modeloid tells no instruments apart", "wish instruments", do)
    if numbers == {DRUMS} and not known["Drum"].size:
        raise WishError("this modeloid knows no drums", "wish instruments", "Wish others")
    return np.isin(np.arange(known["Program"].size), list(numbers))


def _meters(wished: Any, coder: Events) -> Mask:
    meters = coder.known.meters or [_USUAL]
    names = [f"{numerator}/{denominator}" for numerator, denominator in meters]
    name = wished.replace(" ", "") if isinstance(wished, str) else wished
    if isinstance(wished, list | tuple) and len(wished) == 2:
        name = f"{wished[0]}/{wished[1]}"
    if name not in names:
        raise WishError(f"unknown meter {wished!r}", "wish meter", nearest(str(name), names))
    return np.array([one == name for one in names][: len(coder.known.meters)], np.bool_)
