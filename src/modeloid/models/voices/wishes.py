"""What a caller may wish of a sample, and the checks that guard it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError, number, require, whole, wishes
from modeloid.cycle.errors import nearest

from .items import Items

BAR_BEATS = 4
_BARS, _MOST_BARS = 16, 1024
_SPAN = re.compile(r"\s*(\d+)\s*(?:-\s*(\d*)\s*)?")


@dataclass(frozen=True)
class Wishes:
    """Wishes, checked.

    Parameters
    ----------
    values
        Shape (frames, voices), int64: what is given, a rest elsewhere.
    given
        Shape (frames, voices), bool: where it is.
    temperature
        Log-probabilities of what may follow a voice's value are divided by it; whether it goes on is left as learned.
    top_p
        Of what may follow only the likeliest that make up this share are chosen from.
    """

    values: NDArray[np.int64]
    given: NDArray[np.bool_]
    temperature: float
    top_p: float


def known(items: Items) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default)."""
    length = f"bars of four quarters of each piece; 0: as long as what is given, else {_BARS}"
    return {
        "temperature": ("below 1 surer which note follows, above 1 wilder; when one does is as learned", 1.0),
        "top_p": ("of what may follow only the likeliest that make up this share; greater than 0, 1: all", 1.0),
        "length_bars": (length, 0),
        "given": ("a piece, or the path of a file, of which something is kept and the rest made", None),
        "voices": (f"voices of it that are kept throughout, of {', '.join(items.names)}", None),
        "bars": ('bars of it that are kept in all voices, such as "1-4, 9" or "5-"; without voices and bars all', None),
    }


def understood(given: Mapping[str, Any], model: Mapping[str, Any], items: Items) -> Wishes:
    """Check wishes.

    Raises
    ------
    WishError
        An unknown wish, one out of its range, or wishes that do not fit one another.
    BatchError, ReadError, RepresentationError
        A given piece that cannot be read, or has no place in the grid.
    """
    chosen = wishes(given, known(items))
    temperature, top_p, bars = (chosen[name] for name in ("temperature", "top_p", "length_bars"))
    require(number(temperature) and temperature > 0, "temperature", temperature, "a number greater than 0")
    require(number(top_p) and 0 < top_p <= 1, "top_p", top_p, "greater than 0 and at most 1")
    require(whole(bars, 0) and bars <= _MOST_BARS, "length_bars", bars, f"0 to {_MOST_BARS} bars")
    bar = BAR_BEATS * model["beat"]
    values = np.full(((bars or _BARS) * bar, items.voices), -1, np.int64)
    where = np.zeros(values.shape, np.bool_)
    if chosen["given"] is not None:
        values, where = _kept(chosen, bar, items)
    for name in ("voices", "bars"):
        if chosen["given"] is None and chosen[name] is not None:
            raise WishError("nothing is given to keep of", f"wish {name}", "Wish given=PIECE too")
    return Wishes(values, where, float(temperature), float(top_p))


def _kept(chosen: Mapping[str, Any], bar: int, items: Items) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    voices = None if chosen["voices"] is None else _voices(chosen["voices"], items.names)
    piece = items.given(chosen["given"], voices)
    frames = chosen["length_bars"] * bar or len(piece)
    short = min(frames, len(piece))
    values = np.full((frames, items.voices), -1, np.int64)
    where = np.zeros(values.shape, np.bool_)
    values[:short] = piece[:short]
    for voice in voices or ():
        if (piece[:, voice] < 0).all():
            do = "Keep others, or call its tracks by the names of the voices"
            raise WishError(f"the given piece has no {items.names[voice]}", "wish voices", do)
        where[:short, voice] = True
    if chosen["bars"] is not None:
        for first, last in _spans(chosen["bars"], -(-len(piece) // bar)):
            if (first - 1) * bar >= frames:
                do = f"Wish a length_bars of at least {last}"
                raise WishError(f"bar {first} lies behind length_bars={chosen['length_bars']}", "wish bars", do)
            where[(first - 1) * bar : min(last * bar, short)] = True
    if voices is None and chosen["bars"] is None:
        where[:short] = True
    if where.all():
        raise WishError("all of it is kept", "wish given", "Name voices or bars to keep, or wish more length_bars")
    values[~where] = -1
    return values, where


def _voices(given: Any, names: tuple[str, ...]) -> list[int]:
    words = given.split(",") if isinstance(given, str) else given
    if not isinstance(words, (list, tuple)) or not words:
        raise WishError(f"{given!r} names no voice", "wish voices", f"Known: {', '.join(names)}")
    found = []
    for word in words:
        name = str(word).strip().lower()
        if name not in names:
            raise WishError(f"unknown voice {word!r}", "wish voices", nearest(name, names))
        found.append(names.index(name))
    return sorted(set(found))


def _spans(given: Any, bars: int) -> list[tuple[int, int]]:
    """First and last bar of each stretch, counted from 1."""
    do = 'Write bars counted from 1, such as "1-4, 9" or "5-"'
    if isinstance(given, (list, tuple)):
        given = ",".join(map(str, given))
    spans = []
    for word in str(given).split(","):
        match = _SPAN.fullmatch(word)
        if match is None:
            raise WishError(f"{word.strip()!r} is no bar", "wish bars", do)
        first = int(match[1])
        last = first if match[2] is None else int(match[2] or bars)
        if not 1 <= first <= last:
            raise WishError(f"{word.strip()!r} is no stretch of bars", "wish bars", do)
        if last > bars:
            raise WishError(f"there is no bar {last}", "wish bars", f"The given piece has {bars}")
        spans.append((first, last))
    return spans
