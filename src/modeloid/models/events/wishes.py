"""What a caller may wish of a sample, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError, least, number, require, share, whole, wishes

from .apart import apart
from .draw import Choice
from .filling import Filling
from .given import Given, given
from .grammar import END, Grammar, Limits
from .items import prompt
from .joined import joined
from .limits import allowed_tokens
from .walk import Walk

if TYPE_CHECKING:
    from modeloid.music.represent.events import Events

_BARS = 16
_MOST_BARS, _MOST_TOKENS = 4096, 1 << 20
_COLDEST = 1e-6
"""Logits over less are beyond what a network's numbers can hold."""


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
    given
        What is given of a piece that is written anew in part, or None.
    """

    grammar: Grammar
    choice: Choice
    prompt: NDArray[np.int64]
    most_tokens: int
    given: Given | None = None

    def begun(self) -> Walk:
        """A walk at its beginning, before the prompt."""
        return Filling(self.grammar, self.given.script) if self.given else Walk(self.grammar)

    @property
    def bar(self) -> int:
        """The token at which a network whose context is full begins to read again."""
        return self.grammar.known["Gap" if self.given else "Bar"].first

    def piece(self, walk: Walk, coder: Events) -> Any:
        """The piece that was walked, its notes cut so that a file can hold them: see `apart`."""
        if self.given and isinstance(walk, Filling):
            return joined(self.given, walk, coder)
        from modeloid.music.columns import Columns, to_score

        columns = coder.decode_columns(np.array(walk.tokens, np.int64))
        return to_score(Columns(apart(columns.notes), columns.about, columns.beside))


def known(model: Mapping[str, Any], coder: Events) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default)."""
    bars = "bars of each piece, a prompt's among them"
    length = (f"{bars}; 0: until the piece ends of itself", 0) if coder.spec["ends"] else (bars, _BARS)
    return {
        "length_bars": length,
        "most_tokens": ("tokens after which a piece is cut off, a prompt's among them", 4 * model["context"]),
        "temperature": ("below 1 surer, above 1 wilder; at least 0.000001", 1.0),
        "top_k": ("only the so many likeliest tokens; 0: all", 0),
        "top_p": ("only the likeliest tokens that make up this share; greater than 0, 1: all", 1.0),
        "min_p": ("only tokens at least this share as likely as the likeliest; 0: all", 0.0),
        "prompt": ("a piece, or the path of a file, that the samples go on from", None),
        "infill_bars": ("bars of the prompt that are written anew, such as [5, 8]; all others stay as they are", None),
        "accompany": (
            "tracks of the prompt that stay as they are; the others are written, in infill_bars or all",
            None,
        ),
        "prompt_bars": ("how many of the prompt's first bars are kept; 0: all", 0),
        "key": ('all pitches are of this key or scale, such as "C major" or "F# minor pentatonic"', None),
        "low": ("lowest pitch of pitched instruments, 0 to 127", None),
        "high": ("the pitch above the highest one, 1 to 128", None),
        "instruments": ('only these: names, families or programs, such as "violin, bass, drums"', None),
        "meter": ('all bars have it, such as "3/4"', None),
        "most_voices": ("how many pitched notes may sound at once; at least 1", None),
    }


def understood(said: Mapping[str, Any], model: Mapping[str, Any], coder: Events) -> Wishes:
    """Check wishes.

    Raises
    ------
    WishError
        An unknown wish, one out of its range, or wishes that leave nothing to choose from.
    BatchError, RepresentationError
        A prompt that cannot be read, or has no place in the representation.
    """
    chosen = wishes(said, known(model, coder))
    _check(chosen, coder)
    if chosen["infill_bars"] is not None or chosen["accompany"] is not None:
        return _filled(chosen, said, model, coder)
    limits = Limits(allowed_tokens(chosen, coder), chosen["most_voices"], chosen["length_bars"] or None)
    grammar = _grammar(coder, limits)
    begin = np.zeros(0, np.int64)
    if chosen["prompt"] is not None:
        begin = prompt(chosen["prompt"], coder, chosen["prompt_bars"])
        _check_prompt(begin, chosen, model, grammar)
    return Wishes(grammar, _choice(chosen), begin, chosen["most_tokens"])


def _filled(chosen: Mapping[str, Any], said: Collection[str], model: Mapping[str, Any], coder: Events) -> Wishes:
    """Wishes of a piece that is written anew in part."""
    found = given(chosen, said, coder, model["context"])
    allowed = allowed_tokens(chosen, coder)
    # Bars, their meters and tempi are given.
    for name in ("Bar", "Tempo"):
        allowed[coder.known[name].slice] = False
    allowed[END] = False
    allowed[coder.known["Program"].slice] &= found.written
    kept = [meter for meter, may in zip(coder.known.meters, allowed[coder.known["Meter"].slice], strict=True) if may]
    if not found.meters <= set(kept or [(4, 4)]):
        others = ", ".join(f"{numerator}/{denominator}" for numerator, denominator in sorted(found.meters - set(kept)))
        raise WishError(f"the bars to be written have {others}", "wish meter", "They keep it: leave the wish out")
    grammar = _grammar(coder, Limits(allowed, chosen["most_voices"]))
    begin, script = np.array(found.script.given[0], np.int64), found.script
    most = sum(map(len, script.given)) + len(script.slots) * 2 * script.most_tokens
    return Wishes(grammar, _choice(chosen), begin, most, found)


def _grammar(coder: Events, limits: Limits) -> Grammar:
    grammar = Grammar(coder, limits)
    if not (grammar.pitched or grammar.drums):
        raise WishError("no note is left to choose from", "wishes key, low, high, instruments", "Wish less of them")
    return grammar


def _choice(chosen: Mapping[str, Any]) -> Choice:
    return Choice(*(chosen[name] for name in ("temperature", "top_k", "top_p", "min_p")))


def _check(chosen: Mapping[str, Any], coder: Events) -> None:
    bars, tokens, voices = (chosen[name] for name in ("length_bars", "most_tokens", "most_voices"))
    shortest = 0 if coder.spec["ends"] else 1
    require(whole(bars, shortest) and bars <= _MOST_BARS, "length_bars", bars, f"{shortest} to {_MOST_BARS} bars")
    require(whole(tokens, 1) and tokens <= _MOST_TOKENS, "most_tokens", tokens, f"1 to {_MOST_TOKENS}")
    temperature, top_k, top_p, min_p = (chosen[name] for name in ("temperature", "top_k", "top_p", "min_p"))
    require(least(temperature, _COLDEST), "temperature", temperature, "a number of at least 0.000001")
    require(whole(top_k, 0), "top_k", top_k, "a whole number of at least 0")
    require(number(top_p) and 0 < top_p <= 1, "top_p", top_p, "greater than 0 and at most 1")
    require(share(min_p), "min_p", min_p, "at least 0 and below 1")
    require(whole(chosen["prompt_bars"], 0), "prompt_bars", chosen["prompt_bars"], "a whole number of at least 0")
    require(voices is None or whole(voices, 1), "most_voices", voices, "a whole number of at least 1")


def _check_prompt(begin: NDArray[np.int64], chosen: Mapping[str, Any], model: Mapping[str, Any], grammar: Any) -> None:
    """Refuse a prompt that is too long, or itself breaks what is wished of the whole piece."""
    where = "wish prompt"
    if model["network"] != "lstm" and len(begin) >= model["context"]:
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
