"""What a caller may wish of a sample, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.errors import nearest

from .draw import Choice
from .errors import WishError
from .grammar import Grammar, Limits
from .items import prompt
from .limits import allowed_tokens
from .settings import number, share, whole
from .walk import Walk

if TYPE_CHECKING:
    from modeloid.music.represent.events import Events

_BARS = 16
_MOST_BARS, _MOST_TOKENS = 4096, 1 << 20


@dataclass(frozen=True)
class Wishes:
    """Wishes, checked.

    Parameters
    ----------
    grammar
        What may follow what, within the limits that are wished.
    choice
        How each token is chosen.
    prompt
        Shape (tokens,): what each piece begins with; may be empty.
    most_tokens
        After so many, the prompt's among them, a piece is cut off.
    """

    grammar: Grammar
    choice: Choice
    prompt: NDArray[np.int64]
    most_tokens: int


def known(model: Mapping[str, Any], coder: Events) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default)."""
    bars = "bars of each piece, a prompt's among them"
    length = (f"{bars}; 0: until the piece ends of itself", 0) if coder.spec["ends"] else (bars, _BARS)
    return {
        "length_bars": length,
        "most_tokens": ("tokens after which a piece is cut off, a prompt's among them", 4 * model["context"]),
        "temperature": ("below 1 surer, above 1 wilder; greater than 0", 1.0),
        "top_k": ("only the so many likeliest tokens; 0: all", 0),
        "top_p": ("only the likeliest tokens that make up this share; greater than 0, 1: all", 1.0),
        "min_p": ("only tokens at least this share as likely as the likeliest; 0: all", 0.0),
        "prompt": ("a piece, or the path of a file, that the samples go on from", None),
        "prompt_bars": ("how many of the prompt's first bars are kept; 0: all", 0),
        "key": ('all pitches are of this key or scale, such as "C major" or "F# minor pentatonic"', None),
        "low": ("lowest pitch of pitched instruments, 0 to 127", None),
        "high": ("the pitch above the highest one, 1 to 128", None),
        "instruments": ('only these: names, families or programs, such as "violin, bass, drums"', None),
        "meter": ('all bars have it, such as "3/4"', None),
        "most_voices": ("how many pitched notes may sound at once; at least 1", None),
    }


def understood(given: Mapping[str, Any], model: Mapping[str, Any], coder: Events) -> Wishes:
    """Check wishes.

    Raises
    ------
    WishError
        An unknown wish, one out of its range, or wishes that leave nothing to choose from.
    BatchError, RepresentationError
        A prompt that cannot be read, or has no place in the representation.
    """
    wishes = known(model, coder)
    for name in given:
        if name not in wishes:
            raise WishError(f"unknown wish {name!r}", "sample", nearest(name, wishes))
    chosen = {name: default for name, (_, default) in wishes.items()} | dict(given)
    _check(chosen, coder)
    limits = Limits(allowed_tokens(chosen, coder), chosen["most_voices"], chosen["length_bars"] or None)
    grammar = Grammar(coder, limits)
    if not (grammar.pitched or grammar.drums):
        raise WishError("no note is left to choose from", "wishes key, low, high, instruments", "Wish less of them")
    begin = np.zeros(0, np.int64)
    if chosen["prompt"] is not None:
        begin = prompt(chosen["prompt"], coder, chosen["prompt_bars"])
        _check_prompt(begin, chosen, model, grammar)
    choice = Choice(*(chosen[name] for name in ("temperature", "top_k", "top_p", "min_p")))
    return Wishes(grammar, choice, begin, chosen["most_tokens"])


def _check(chosen: Mapping[str, Any], coder: Events) -> None:
    bars, tokens, voices = (chosen[name] for name in ("length_bars", "most_tokens", "most_voices"))
    least = 0 if coder.spec["ends"] else 1
    _require(whole(bars, least) and bars <= _MOST_BARS, "length_bars", bars, f"{least} to {_MOST_BARS} bars")
    _require(whole(tokens, 1) and tokens <= _MOST_TOKENS, "most_tokens", tokens, f"1 to {_MOST_TOKENS}")
    temperature, top_k, top_p, min_p = (chosen[name] for name in ("temperature", "top_k", "top_p", "min_p"))
    _require(number(temperature) and temperature > 0, "temperature", temperature, "a number greater than 0")
    _require(whole(top_k, 0), "top_k", top_k, "a whole number of at least 0")
    _require(number(top_p) and 0 < top_p <= 1, "top_p", top_p, "greater than 0 and at most 1")
    _require(share(min_p), "min_p", min_p, "at least 0 and below 1")
    _require(whole(chosen["prompt_bars"], 0), "prompt_bars", chosen["prompt_bars"], "a whole number of at least 0")
    _require(voices is None or whole(voices, 1), "most_voices", voices, "a whole number of at least 1")


def _check_prompt(begin: NDArray[np.int64], chosen: Mapping[str, Any], model: Mapping[str, Any], grammar: Any) -> None:
    """Refuse a prompt that is too long, or itself breaks what is wished of the whole piece."""
    where = "wish prompt"
    if model["network"] == "transformer" and len(begin) >= model["context"]:
        do = f"Wish fewer prompt_bars: at most {model['context'] - 1} tokens"
        raise WishError(f"it has {len(begin)} tokens, the context {model['context']}", where, do)
    if len(begin) >= chosen["most_tokens"]:
        raise WishError(
            f"it has {len(begin)} tokens", where, f"Wish fewer prompt_bars, or more most_tokens={len(begin)}"
        )
    walk = Walk(grammar)
    for token in begin.tolist():
        if not grammar.limits.allowed[token]:
            name = grammar.known.names[token]
            raise WishError(f"{name} in bar {walk.bars} breaks the wishes", where, "Wish less, or another prompt")
        walk.take(token)
    if walk.crowded:
        do = f"Wish more than most_voices={chosen['most_voices']}, or another prompt"
        raise WishError("more voices sound at once in it", where, do)
    if walk.ended:
        do = f"Wish fewer prompt_bars, or more than length_bars={chosen['length_bars']}"
        raise WishError("it is longer than the whole piece", where, do)


def _require(fine: bool, name: str, value: Any, must: str) -> None:
    if not fine:
        raise WishError(f"{value!r} is out of range", f"wish {name}", f"It must be {must}")
