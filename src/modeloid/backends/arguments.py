"""What users give a family - parameters, wishes, pieces: checked in the same way whatever the framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modeloid.cycle.errors import ModeloidError, nearest

Rule = Callable[[Any], bool]


class ParameterError(ModeloidError):
    """A parameter is unknown or out of its range."""


class BatchError(ModeloidError):
    """A batch or a piece does not fit the items of this modeloid."""


class WishError(ModeloidError):
    """A wish is unknown, out of its range, or cannot be fulfilled beside the others."""


def whole(value: Any, least: int) -> bool:
    """Tell whether a value is a whole number (true and false are not) of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def wholes(value: Any, least: int, fewest: int) -> bool:
    """Tell whether a value is a list of at least `fewest` whole numbers, each at least `least`."""
    return isinstance(value, (list, tuple)) and len(value) >= fewest and all(whole(item, least) for item in value)


def number(value: Any) -> bool:
    """Tell whether a value is a finite number (true and false are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")


def above(value: Any, floor: float) -> bool:
    """Tell whether a value is a finite number greater than `floor`."""
    return number(value) and value > floor


def least(value: Any, floor: float) -> bool:
    """Tell whether a value is a finite number of at least `floor`."""
    return number(value) and value >= floor


def share(value: Any) -> bool:
    """Tell whether a value is at least 0 and below 1."""
    return number(value) and 0 <= value < 1


def parameters(
    given: Mapping[str, Any], known: Mapping[str, tuple[Any, str, str]], rules: Mapping[str, Rule], family: str
) -> dict[str, Any]:
    """All parameters of a family: those given, checked, over the defaults.

    Parameters
    ----------
    given
        Name -> value.
    known
        The family's ``parameters``: name -> (default, range in words, one line).
    rules
        Name -> whether a value is in range; a parameter without a rule is a whole number from 1.
    family
        What it is called in an error.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named) or a value out of its range.
    """
    for name, value in given.items():
        if name not in known:
            raise ParameterError(f"unknown parameter {name!r}", f"model {family}", nearest(name, known))
        if not rules.get(name, lambda value: whole(value, 1))(value):
            raise ParameterError(f"{value!r} is out of range", f"parameter {name}", f"It must be {known[name][1]}")
    return {name: default for name, (default, _, _) in known.items()} | dict(given)


def wishes(given: Mapping[str, Any], known: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """All wishes: those given over the defaults.

    Raises
    ------
    WishError
        An unknown wish; the nearest known one is named.
    """
    for name in given:
        if name not in known:
            raise WishError(f"unknown wish {name!r}", "sample", nearest(name, known))
    return {name: default for name, (_, default) in known.items()} | dict(given)


def require(fine: bool, wish: str, value: Any, must: str) -> None:
    """Raise WishError, saying what a wish's value must be, where it is not fine."""
    if not fine:
        raise WishError(f"{value!r} is out of range", f"wish {wish}", f"It must be {must}")
