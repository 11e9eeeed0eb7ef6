"""The small parts of sentences: numbers, lists, intervals, spans of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .record import numbers

_NORMAL_95 = 1.96
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def around(cls, value: float, error: float) -> Interval:
        """1.96 standard errors to each side."""
        return cls(value, value - _NORMAL_95 * error, value + _NORMAL_95 * error)

    @classmethod
    def of(cls, values: Mapping[str, Any], value: str, low: str, high: str) -> Interval | None:
        """The three of these names; None where one is missing or the value lies outside."""
        known = numbers(values)
        if not {value, low, high} <= known.keys():
            return None
        found = cls(known[value], known[low], known[high])
        # the ends of an interval of no width may miss its value by rounding
        slack = _ROUNDING * abs(found.value)
        return found if found.low <= found.high and found.low - slack <= found.value <= found.high + slack else None

    def overlaps(self, other: Interval) -> bool:
        """Whether the two have a point in common."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        return f"{told(self.value)} ({told(self.low)} to {told(self.high)})"


def told(value: float) -> str:
    """A number as text: four digits that count, whole numbers with thousands marked."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


def counted(count: int, thing: str, things: str = "") -> str:
    """``1 turn``, ``2,000 turns``."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def listed(texts: Sequence[str], most: int = 6) -> str:
    """``a, b and c``; what is beyond `most` is only counted."""
    shown = list(texts[:most]) if len(texts) <= most else [*texts[: most - 1], f"{len(texts) - most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def lasting(hours: float) -> str:
    """A span of time in the unit that suits it."""
    if hours >= 2:
        return f"{hours:.1f} hours"
    return f"{60 * hours:.1f} minutes" if hours >= 2 / 60 else f"{3600 * hours:.0f} seconds"


def spoken(name: str) -> str:
    """A logged name as people read it: "pitch range"."""
    return name.replace("_", " ")
