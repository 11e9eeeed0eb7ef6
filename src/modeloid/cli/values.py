"""Reads `key=value` arguments: `hidden=[256,128]`, `cycle.last=30e`, `data.sets=[bach-chorales]`."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from typing import Any

from modeloid.cycle.errors import ModeloidError


class ArgumentError(ModeloidError):
    """An argument of the command line cannot be read."""


def read(arguments: Sequence[str]) -> dict[str, Any]:
    """Read `key=value` arguments; dots in a key nest.

    Values are JSON or Python literals; what is neither is taken as text, also inside a list: ``[a, b]``.

    Raises
    ------
    ArgumentError
        For an argument without "=", or a key given twice.
    """
    found: dict[str, Any] = {}
    for argument in arguments:
        key, equals, text = argument.partition("=")
        if not equals or not key:
            raise ArgumentError(
                f"{argument!r} is not key=value", "arguments", "Write e.g. hidden=[256] or cycle.last=30e"
            )
        *path, last = key.split(".")
        place = found
        for step in path:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ArgumentError(f"{step!r} is given a value and parts", "arguments", "Keep one")
        if last in place:
            raise ArgumentError(f"{key!r} is given twice", "arguments", "Keep one")
        place[last] = value(text)
    return found


def spelt(arguments: Sequence[str]) -> list[str]:
    """The same arguments, those spelt as options (``--strength 0.7``, ``--strength=0.7``) as `key=value`.

    An option that is given several times is one list.

    Raises
    ------
    ArgumentError
        For an option without a value.
    """
    found: list[str] = []
    options: dict[str, list[str]] = {}
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("--"):
            found.append(argument)
            continue
        name, equals, text = argument[2:].partition("=")
        given = text if equals else next(rest, None)
        if given is None or (not equals and given.startswith("--")):
            raise ArgumentError(f"{argument!r} has no value", "arguments", f"Write e.g. {argument} VALUE")
        options.setdefault(name.replace("-", "_"), []).append(given)
    return [*found, *(f"{name}={_all(texts)}" for name, texts in options.items())]


def _all(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else json.dumps([value(text) for text in texts], default=str)


def value(text: str) -> Any:
    """One value: JSON, a Python literal, a list of words, or the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    if text.startswith("[") and text.endswith("]"):
        return [value(item.strip()) for item in text[1:-1].split(",") if item.strip()]
    return text
