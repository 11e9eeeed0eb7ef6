"""Holds a value against a shape and keeps what fits, so that whoever renders a record need not doubt its types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Shape = Any
"""What a value must be.

`str`, `bool` or `dict` (any object), a `Number`, a list of one shape, a tuple of shapes (a list of just these), a
`Fields`, or an `Each`.
"""


@dataclass(frozen=True)
class Number:
    """A number within limits, both included; bools are none.

    Parameters
    ----------
    low, high
        The limits.
    whole
        Whether only integers will do.
    """

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False


@dataclass(frozen=True)
class Fields:
    """An object with known fields, each of which may be missing; other fields are kept as they are.

    Parameters
    ----------
    fields
        Name -> shape.
    needs
        Those without which the whole object is left out.
    """

    fields: Mapping[str, Shape]
    needs: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Each:
    """An object whose every value has one shape."""

    shape: Shape


def fit(value: Any, shape: Shape, where: str, odd: list[str]) -> Any:
    """What of a value fits a shape; None where nothing does.

    Parameters
    ----------
    value
        Tamed JSON.
    where
        What `odd` calls it, e.g. "test.json judge".
    odd
        Gets the names of what was left out. A None is the same as nothing and goes without a word.
    """
    if isinstance(shape, Fields):
        return _fields(value, shape, where, odd) if isinstance(value, dict) else _odd(value, where, odd)
    if isinstance(shape, Each):
        return _each(value, shape, where, odd) if isinstance(value, dict) else _odd(value, where, odd)
    if isinstance(shape, (list, tuple)):
        return _items(value, shape, where, odd) if isinstance(value, list) else _odd(value, where, odd)
    if isinstance(shape, Number):
        return value if _numeric(value, shape) else _odd(value, where, odd)
    return value if isinstance(value, shape) else _odd(value, where, odd)


def _odd(value: Any, where: str, odd: list[str]) -> Any:
    if value is not None:
        odd.append(where)
    return None


def _numeric(value: Any, shape: Number) -> bool:
    kinds = (int,) if shape.whole else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and shape.low <= value <= shape.high


def _fields(value: Mapping[str, Any], shape: Fields, where: str, odd: list[str]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for name, each in value.items():
        if name in shape.fields:
            each = fit(each, shape.fields[name], f"{where} {name}", odd)
        if each is not None:
            found[name] = each
    missing = [name for name in shape.needs if name not in found]
    odd += [f"{where} without {name}" for name in missing if value.get(name) is None]
    return None if missing else found


def _each(value: Mapping[str, Any], shape: Each, where: str, odd: list[str]) -> dict[str, Any]:
    found = {name: fit(each, shape.shape, f"{where} {name}", odd) for name, each in value.items()}
    return {name: each for name, each in found.items() if each is not None}


def _items(value: list[Any], shape: list[Shape] | tuple[Shape, ...], where: str, odd: list[str]) -> list[Any] | None:
    if isinstance(shape, list):
        found = [fit(each, shape[0], f"{where}[{place}]", odd) for place, each in enumerate(value)]
        return [each for each in found if each is not None]
    if len(value) != len(shape):
        odd.append(where)
        return None
    found = [fit(each, kind, where, odd) for each, kind in zip(value, shape, strict=True)]
    return None if None in found else found
