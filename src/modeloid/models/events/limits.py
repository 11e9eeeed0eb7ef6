"""Wishes that every token must keep: key, range, instruments and meter, as the set of tokens they leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from modeloid.backends.arguments import WishError, whole
from modeloid.cycle.errors import nearest

from .grammar import PAD, Mask
from .instruments import programs
from .scales import pitch_classes

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
    played = known["Program"]
    if not known["Drum"].size:
        allowed[played.first + known.drums : played.first + played.size] = False
    allowed[known["Pitch"].slice] &= _pitches(chosen, coder)
    if chosen["instruments"] is not None:
        allowed[played.slice] &= _played(chosen["instruments"], coder)
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


def _played(wished: object, coder: Events) -> Mask:
    known, numbers = coder.known, program_numbers(wished, coder, "instruments")
    if numbers == {known.drums} and not known["Drum"].size:
        raise WishError("this modeloid knows no drums", "wish instruments", "Wish others")
    return np.isin(np.arange(known["Program"].size), list(numbers))


def program_numbers(wished: object, coder: Events, wish: str) -> frozenset[int]:
    """The numbers of Program that are named: tracks where the representation tells tracks apart, else instruments.

    Raises
    ------
    WishError
        It tells neither apart, or one is unknown.
    """
    known = coder.known
    if not known["Program"].size:
        do = 'Only a representation with "programs": true can'
        raise WishError("this modeloid tells no instruments apart", f"wish {wish}", do)
    if not known.parts:
        return programs(wished)
    listed = wished.split(",") if isinstance(wished, str) else wished if isinstance(wished, list | tuple) else [wished]
    names = {part.name.lower(): number for number, part in enumerate(known.parts)}
    found = [str(one).strip().lower() for one in listed]
    for name in found:
        if name not in names:
            raise WishError(f"unknown track {name!r}", f"wish {wish}", nearest(name, [one.name for one in known.parts]))
    if not found:
        raise WishError("no track is named", f"wish {wish}", f'Write for example "{known.parts[0].name}"')
    return frozenset(names[name] for name in found)


def _meters(wished: Any, coder: Events) -> Mask:
    meters = coder.known.meters or [_USUAL]
    names = [f"{numerator}/{denominator}" for numerator, denominator in meters]
    name = wished.replace(" ", "") if isinstance(wished, str) else wished
    if isinstance(wished, list | tuple) and len(wished) == 2:
        name = f"{wished[0]}/{wished[1]}"
    if name not in names:
        raise WishError(f"unknown meter {wished!r}", "wish meter", nearest(str(name), names))
    return np.array([one == name for one in names][: len(coder.known.meters)], np.bool_)
