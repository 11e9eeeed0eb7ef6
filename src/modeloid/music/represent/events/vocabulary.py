"""Which number stands for what, and the tables from values to numbers and back."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..bars import USUAL, Meter, bar_steps
from ..ensemble import Part, parts

PAD, BEGIN, END = 0, 1, 2
DRUMS = 128
"""The program that stands for a drum track."""
DEFAULT_BPM = 120.0


_PROGRAMS: list[tuple[str, int, bool]] = [*(("", program, False) for program in range(DRUMS)), ("drums", 0, True)]


@dataclass(frozen=True)
class Block:
    """Numbers in a row that stand for the values of one type."""

    first: int
    size: int

    @property
    def slice(self) -> slice:
        """Where the block lies among all numbers."""
        return slice(self.first, self.first + self.size)

    def holds(self, ids: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of some tokens are of this type."""
        return np.asarray((ids >= self.first) & (ids < self.first + self.size))


class Vocabulary:
    """The numbers of an event representation, laid out by its arguments.

    In this order: Pad 0, Begin 1, End 2; Bar; Meter; Position; Tempo; Program; Pitch; Drum; Velocity; Duration; Gap;
    Fill. A type that the arguments leave out takes no numbers.

    Parameters
    ----------
    spec
        Complete and checked, see `arguments.checked`.
    """

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.steps_per_beat: int = spec["steps_per_beat"]
        self.low, self.high = int(spec["low"]), int(spec["high"])
        drums: Sequence[int] = spec["drums"] or (0, 0)
        self.drum_low, self.drum_high = drums[0], drums[1]
        self.meters: list[Meter] = [(meter[0], meter[1]) for meter in spec["meters"]]
        self.bar_steps = np.array([bar_steps(meter, self.steps_per_beat) for meter in self.meters or [USUAL]], np.int64)
        self.velocities = np.arange(1, spec["velocities"] + 1) * 127 // max(1, spec["velocities"])
        self.durations = _durations(spec["durations"], self.steps_per_beat)
        self.tempos = np.linspace(spec["tempo_range"][0], spec["tempo_range"][1], spec["tempos"]).round(2)
        self.parts = parts(spec["tracks"]) if spec.get("tracks") else []
        """The tracks that are told apart by what they are; none where they are told apart by program."""
        self.tracks = [_track(part) for part in self.parts] or _PROGRAMS
        """Of each number of Program: name, program, whether it is drums; drums last."""
        self.drums = sum(not is_drum for _, _, is_drum in self.tracks)
        """The number of Program that stands for drums, where one does: those before it are pitched."""
        has_gaps = bool(spec.get("infill") or spec.get("accompany"))
        sizes = {
            "Bar": 1,
            "Meter": len(self.meters),
            "Position": int(self.bar_steps.max()),
            "Tempo": len(self.tempos),
            "Program": len(self.tracks) * spec["programs"],
            "Pitch": self.high - self.low,
            "Drum": self.drum_high - self.drum_low,
            "Velocity": len(self.velocities),
            "Duration": len(self.durations),
            "Gap": int(has_gaps),
            "Fill": int(has_gaps),
        }
        firsts = END + 1 + np.concatenate([[0], np.cumsum(list(sizes.values()))])
        self.blocks = {
            name: Block(int(first), size) for (name, size), first in zip(sizes.items(), firsts[:-1], strict=True)
        }
        self.size = int(firsts[-1])

    def __getitem__(self, name: str) -> Block:
        return self.blocks[name]

    @cached_property
    def names(self) -> list[str]:
        """One name a number, such as "Pitch_60"; durations in steps, tempi in quarters a minute."""
        values: dict[str, list[Any]] = {
            "Meter": [f"{numerator}/{denominator}" for numerator, denominator in self.meters],
            "Position": list(range(self["Position"].size)),
            "Tempo": self.tempos.tolist(),
            "Program": self._program_names()[: self["Program"].size],
            "Pitch": list(range(self.low, self.high)),
            "Drum": list(range(self.drum_low, self.drum_high)),
            "Velocity": self.velocities.tolist(),
            "Duration": self.durations.tolist(),
        }
        listed = [f"{name}_{value}" for name, every in values.items() for value in every]
        return ["Pad", "Begin", "End", "Bar", *listed, *("Gap", "Fill")[: 2 * self["Gap"].size]]

    def _program_names(self) -> list[Any]:
        return [part.name for part in self.parts] or [*range(DRUMS), "drums"]

    @cached_property
    def velocity_table(self) -> NDArray[np.int64]:
        """Velocity 0 to 127 -> which of `velocities` is nearest, the louder of two."""
        return nearest_of(self.velocities, np.arange(128))

    @cached_property
    def duration_table(self) -> NDArray[np.int64]:
        """Steps 0 to the longest duration -> which of `durations` is nearest, the longer of two."""
        return nearest_of(self.durations, np.arange(self.durations[-1] + 1))

    @cached_property
    def _tempo_bounds(self) -> list[float]:
        rising = np.sort(6e7 / self.tempos)
        return list(((rising[1:] + rising[:-1]) / 2).tolist())

    def tempo_number(self, mspq: int) -> int:
        """Which of `tempos` is nearest to microseconds a quarter, compared as such, the slower of two."""
        return len(self.tempos) - 1 - bisect.bisect_right(self._tempo_bounds, mspq)

    @cached_property
    def default_tempo(self) -> int:
        """Which of `tempos` a piece begins with that names none: the one nearest to 120."""
        return int(np.argmin(np.abs(self.tempos - DEFAULT_BPM)))


def _track(part: Part) -> tuple[str, int, bool]:
    return part.name, part.programs[0] if part.programs else 0, part.is_drum


def nearest_of(known: NDArray[Any], values: NDArray[Any]) -> NDArray[np.int64]:
    """The places of the known values, which rise, that are nearest to others; of two as near the higher."""
    return np.searchsorted((known[1:] + known[:-1]) / 2, values, side="right")


def _durations(rows: list[list[int]], steps_per_beat: int) -> NDArray[np.int64]:
    """Steps of the known durations: up to each row's quarters in its parts of a quarter."""
    parts, begun = [], 0
    for quarters, per_quarter in rows:
        parts.append(np.arange(begun * per_quarter, quarters * per_quarter) * (steps_per_beat // per_quarter))
        begun = quarters
    return np.concatenate([*parts, [begun * steps_per_beat]])[1:].astype(np.int64)
