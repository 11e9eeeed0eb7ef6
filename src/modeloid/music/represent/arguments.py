"""Checks of a representation's arguments, each error one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import RepresentationError, check_keys, nearest

WHERE = "representation"


def filled(kind: str, defaults: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments, the defaults written out.

    Raises
    ------
    RepresentationError
        Unknown key (the nearest known one is named).
    """
    check_keys(spec, ["kind", *defaults], WHERE, RepresentationError)
    return {"kind": kind, **defaults, **spec}


def check_whole(full: Mapping[str, Any], ranges: Mapping[str, tuple[int, int]]) -> None:
    """Refuse what is no whole number between two, both allowed."""
    for key, (lowest, highest) in ranges.items():
        value = full[key]
        if not isinstance(value, int) or isinstance(value, bool):
            raise RepresentationError(f"{key}={value!r} is not a whole number", WHERE)
        check_range(key, value, lowest, highest)


def check_range(key: str, value: float, lowest: float, highest: float) -> None:
    """Refuse a number that does not lie between two, both allowed."""
    if not lowest <= value <= highest:
        raise RepresentationError(f"{key}={value} is out of range", WHERE, f"Use {lowest} to {highest}.")


def check_tempo(full: Mapping[str, Any]) -> None:
    """Refuse a ``tempo_bpm`` that is no tempo."""
    value = full["tempo_bpm"]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise RepresentationError(f"tempo_bpm={value!r} is not a number", WHERE)
    check_range("tempo_bpm", value, 10, 400)


def check_share(full: Mapping[str, Any], key: str) -> None:
    """Refuse what is no number from 0 to 1."""
    value = full[key]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise RepresentationError(f"{key}={value!r} is not a number", WHERE)
    check_range(key, value, 0, 1)


def check_flag(full: Mapping[str, Any], key: str) -> None:
    """Refuse what is neither true nor false."""
    if not isinstance(full[key], bool):
        raise RepresentationError(f"{key}={full[key]!r} is neither true nor false", WHERE)


def check_choice(full: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> None:
    """Refuse a word that is none of those known."""
    if full[key] not in choices:
        raise RepresentationError(f"{key}={full[key]!r} is unknown", WHERE, nearest(str(full[key]), choices))


def check_pitches(full: Mapping[str, Any]) -> None:
    """Refuse a range of pitches, ``low`` inclusive and ``high`` exclusive, that holds none."""
    check_whole(full, {"low": (0, 127), "high": (1, 128)})
    if full["low"] >= full["high"]:
        raise RepresentationError(f"low={full['low']} is not below high={full['high']}", WHERE)


def check_meter(meter: Any, steps_per_beat: int) -> None:
    """Refuse a meter that is none, or whose bar is no whole number of steps (of which a quarter has so many)."""
    pair = isinstance(meter, list | tuple) and len(meter) == 2
    if not pair or not all(isinstance(value, int) and not isinstance(value, bool) for value in meter):
        raise RepresentationError(f"meter {meter!r} is none", WHERE, "Write for example [3, 4].")
    numerator, denominator = meter
    if not 1 <= numerator <= 64 or denominator not in (1, 2, 4, 8, 16, 32, 64):
        raise RepresentationError(f"meter {numerator}/{denominator} is none", WHERE, "Write for example [3, 4].")
    if 4 * numerator * steps_per_beat % denominator:
        text = f"a bar of {numerator}/{denominator} has no whole number of steps at steps_per_beat={steps_per_beat}"
        raise RepresentationError(text, WHERE, "Take a finer grid.")
