"""The names that an mconfig gives, and the values that they may have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .errors import MconfigError

REQUIRED = ("id", "name", "authors", "doc", "model", "data")
NAMES = (*REQUIRED, "cycle")
DEEPEST = 100
"""Nested lists and dicts; far below what the parser (200) and the recursion limit of Python (1000) bear."""
MOST_BITS = 14_000
"""A whole number of more bits has more than 4300 digits, which Python refuses to print."""


def checked(values: Mapping[str, Any], where: Mapping[str, object], path: object) -> dict[str, Any]:
    """The values of an mconfig's names, `cycle` added where it is not given, as what JSON can hold.

    Parameters
    ----------
    values
        Name -> value.
    where
        Name -> place, for messages.
    path
        The mconfig, for messages.

    Raises
    ------
    MconfigError
        Where a name is missing, or a value is of another kind than the contract says.
    """
    for name in REQUIRED:
        if name not in values:
            raise MconfigError(f"gives no {name!r}", path, f"An mconfig gives {', '.join(NAMES)} and load_model")
    kept = {name: values.get(name, {}) for name in NAMES}
    for name, value in kept.items():
        wrong = fault(name, value) or json_fault(value, name)
        if wrong:
            raise MconfigError(wrong, where.get(name, path), "Correct it there")
    return {name: as_json(value) for name, value in kept.items()}


def json_fault(value: Any, place: str = "", depth: int = 0) -> str:
    """Say where a value holds what JSON cannot, or "" where it holds nothing such.

    JSON holds None, bool, int (here of at most 4300 digits), finite float, str without lone surrogates, lists (and
    tuples, which become lists) and dicts with str keys.
    """
    if depth > DEEPEST:
        return f"{place} is nested deeper than {DEEPEST}"
    if isinstance(value, Mapping):
        for key, inner in value.items():
            wrong = _scalar_fault(key) if type(key) is str else f"has the key {key!r}, which is no text"
            if wrong:
                return f"{place} {wrong}"
            if wrong := json_fault(inner, f"{place}.{key}", depth + 1):
                return wrong
        return ""
    if isinstance(value, (list, tuple)):
        faults = (json_fault(inner, f"{place}[{index}]", depth + 1) for index, inner in enumerate(value))
        return next((fault for fault in faults if fault), "")
    wrong = _scalar_fault(value)
    return f"{place} {wrong}" if wrong else ""


def as_json(value: Any) -> Any:
    """A deep copy with dicts and lists for mappings and tuples; `value` has no `json_fault`."""
    if isinstance(value, Mapping):
        return {key: as_json(inner) for key, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _scalar_fault(value: Any) -> str:
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f"is {value}, which JSON cannot hold"
    if kind is int and value.bit_length() > MOST_BITS:
        return "is a number of more than 4300 digits"
    if kind is str and not _encodes(value):
        return "holds half of a surrogate pair, which UTF-8 cannot hold"
    if value is None or kind in (bool, int, float, str):
        return ""
    return f"is a {kind.__name__}, which JSON cannot hold"


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def fault(name: str, value: Any) -> str:
    """Say why a value is of the wrong kind for a name, or "" where it is not."""
    if name in ("model", "data", "cycle"):
        return "" if isinstance(value, Mapping) else f"{name} is no dict"
    if name == "authors":
        if not isinstance(value, (list, tuple)):
            return "authors is no list"
        return next((wrong for one in value if (wrong := _text_fault("an author", one))), "")
    return _text_fault(name, value) if name == "doc" else name_fault(value, name)


def name_fault(value: Any, name: str = "name") -> str:
    """Say what is wrong with an `id` or a `name`, or "" where nothing is."""
    return _text_fault(name, value) or ("" if value.strip() else f"{name} is empty")


def _text_fault(name: str, value: Any) -> str:
    """Texts for people are printed, so a foreign one must not steer the reader's terminal."""
    if not isinstance(value, str):
        return f"{name} is no text"
    allowed = "\n\t" if name == "doc" else ""
    odd = next((sign for sign in value if not sign.isprintable() and sign not in allowed), "")
    return f"{name} holds {odd!r}, which cannot be printed" if odd else ""
