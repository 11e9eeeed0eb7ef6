"""Spans of turns, epochs or time, as strings with a unit: "500t", "2e", "10m", "3h"."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .errors import CycleError

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_SECONDS_BETWEEN_LOOKS = 0.5
_PATTERN = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?)([tesmh])")


@dataclass(frozen=True)
class Span:
    """A number of turns ("t"), epochs ("e"), seconds ("s"), minutes ("m") or hours ("h")."""

    count: float
    unit: str

    @classmethod
    def parse(cls, text: object, where: str) -> Span:
        """Read a span such as "500t".

        Raises
        ------
        CycleError
            Where it is not a positive number with one of the five units; turns must be whole.
        """
        match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
        if match is None or float(match[1]) <= 0 or (match[2] == "t" and not float(match[1]).is_integer()):
            raise CycleError(
                f"{text!r} is no span", where, 'Write a positive number with a unit: "500t", "2e", "30s", "10m", "3h"'
            )
        return cls(float(match[1]), match[2])

    def turns(self, turns_per_epoch: int) -> int | None:
        """How many turns it lasts; None where it is a span of time."""
        if self.unit == "t":
            return int(self.count)
        return max(1, round(self.count * turns_per_epoch)) if self.unit == "e" else None

    @property
    def seconds(self) -> float:
        """How long it lasts by the clock; infinite where it is counted in turns."""
        return self.count * _SECONDS.get(self.unit, math.inf)

    def __str__(self) -> str:
        return f"{self.count:g}{self.unit}"


class Cadence:
    """Says when something that comes again and again is due.

    By turns it is due at every multiple; by the clock, when so much time has gone by since it was last due.

    Parameters
    ----------
    span
        How often; None for never.
    turns_per_epoch
        What an epoch is.
    step, now
        The turn and the time at which the run begins.
    """

    def __init__(self, span: Span | None, turns_per_epoch: int, step: int, now: float) -> None:
        self._turns = span.turns(turns_per_epoch) if span else None
        self._seconds = span.seconds if span else math.inf
        self.next_turn: float = math.inf
        self.next_time: float = math.inf
        self.passed(step, now)

    def due(self, step: int, now: float) -> bool:
        """Whether it is due after turn `step` (the first turn is 1) at the time `now`."""
        return step >= self.next_turn or now >= self.next_time

    def passed(self, step: int, now: float) -> None:
        """It was done, or is left out: look ahead to the next time."""
        if self._turns is not None:
            self.next_turn = (step // self._turns + 1) * self._turns
        elif now >= self.next_time or self.next_time == math.inf:
            self.next_time = now + self._seconds


class Schedule:
    """Says when to look at all, and what is due then.

    Parameters
    ----------
    cadences
        Name -> when it is due.
    last
        The turn that a look is due at whatever the cadences say; may be infinite.
    now
        The time at which the run begins.
    """

    def __init__(self, cadences: Mapping[str, Cadence], last: float, now: float) -> None:
        self._cadences, self._last = cadences, last
        self.next_turn = self.next_time = 0.0
        self._look_ahead(now)

    def due(self, step: int, now: float) -> list[str]:
        """What is due after turn `step` at the time `now`, in the order of the cadences."""
        self._look_ahead(now)
        return [name for name, cadence in self._cadences.items() if cadence.due(step, now)]

    def passed(self, names: Collection[str], step: int, now: float) -> None:
        """These were done, or are left out."""
        for name in names:
            self._cadences[name].passed(step, now)
        self._look_ahead(now)

    def _look_ahead(self, now: float) -> None:
        cadences = self._cadences.values()
        self.next_turn = min(self._last, *(cadence.next_turn for cadence in cadences))
        self.next_time = min(now + _SECONDS_BETWEEN_LOOKS, *(cadence.next_time for cadence in cadences))
