"""Reads `log.jsonl`: the curve of every logged quantity, a million turns in a few seconds."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .reading import LARGEST, blocks, sound
from .schema import SCHEMA, STAGES

_FEW = 4
"""Fewer lines of one shape are read one by one: that is quicker."""
_numeric = frozenset((int, float))


@dataclass(frozen=True)
class Curve:
    """One logged quantity.

    Parameters
    ----------
    turns
        int64, ascending, shape (n,).
    values
        float64, finite, shape (n,).
    """

    turns: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.turns)


def curves(path: Path, problems: list[str]) -> dict[str, Curve]:
    """Read every curve, by ``STAGE/NAME``, in the order of the log; what is no turn with numbers `problems` counts."""
    columns = _Columns()
    for block in blocks(path, problems):
        for shape, run in groupby(block, _shape):
            found = list(run)
            if shape is None or len(found) < _FEW or not columns.all(shape, found):
                unknown = columns.singly(found)
                if unknown is not None:
                    problems.append(unknown_schema(path.name, unknown))
                    return {}
    problems += columns.told(path.name)
    return columns.curves(path.name, problems)


def unknown_schema(name: str, schema: object) -> str:
    """The line that says so."""
    text = sound(str(schema))[:40]
    return f"{name} has schema {text}, this version reads {SCHEMA}: it is left out; a newer modeloid may read it."


def _shape(line: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Stage and names of a line of the usual kind; lines of the same shape are read together."""
    if len(line) != 2:
        return None
    step, stage = line
    values = line[stage]
    return (stage, *values) if step == "step" and stage in STAGES and isinstance(values, dict) else None


class _Columns:
    """The numbers of the log, by quantity."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, str], tuple[array[int], array[float]]] = {}
        self._odd = self._infinite = 0

    def all(self, shape: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> bool:
        """Take lines of one shape; False, and nothing taken, where some value is not a number."""
        stage, *names = shape
        steps = [line["step"] for line in lines]
        columns = list(zip(*(line[stage].values() for line in lines), strict=True))
        if set(map(type, steps)) != {int} or any(not _numeric.issuperset(map(type, column)) for column in columns):
            return False
        try:
            turns = array("q", steps)
            values = [array("d", column) for column in columns]
        except OverflowError:
            return False
        if turns and min(turns) < 0:
            return False
        for name, numbers in zip(names, values, strict=True):
            before, also = self._column(stage, name)
            before.extend(turns)
            also.extend(numbers)
        return True

    def singly(self, lines: Sequence[Mapping[str, Any]]) -> object:
        """Take the numbers among lines of any kind; a schema that is not known is handed back."""
        for line in lines:
            if "schema" in line:
                if line["schema"] != SCHEMA:
                    return line["schema"] if line["schema"] is not None else "null"
                continue
            stages = [stage for stage in STAGES if stage in line]
            step = line.get("step")
            if not stages or type(step) is not int or not 0 <= step < LARGEST:
                self._odd += 1
                continue
            for stage in stages:
                self._take(step, stage, line[stage])
        return None

    def _take(self, step: int, stage: str, values: Any) -> None:
        if not isinstance(values, dict):
            self._odd += 1
            return
        for name, value in values.items():
            if type(value) not in _numeric or (type(value) is int and abs(value) >= LARGEST):
                self._odd += 1
                continue
            turns, numbers = self._column(stage, name)
            turns.append(step)
            numbers.append(value)

    def _column(self, stage: str, name: str) -> tuple[array[int], array[float]]:
        found = self._columns.get((stage, name))
        if found is None:
            found = self._columns[stage, name] = (array("q"), array("d"))
        return found

    def told(self, name: str) -> list[str]:
        """What was left out until now."""
        if not self._odd:
            return []
        entries, are = ("entry", "is") if self._odd == 1 else ("entries", "are")
        return [f"{name}: {self._odd} {entries} {are} not a turn with numbers and {are} left out."]

    def curves(self, name: str, problems: list[str]) -> dict[str, Curve]:
        """The curves; the columns are emptied on the way, which halves the memory."""
        found: dict[str, Curve] = {}
        infinite = again = 0
        for stage, quantity in list(self._columns):
            turns, values = map(np.array, self._columns.pop((stage, quantity)))
            finite = np.isfinite(values)
            if not finite.all():
                infinite += int((~finite).sum())
                turns, values = turns[finite], values[finite]
            if len(turns) and (np.diff(turns) <= 0).any():
                again += 1
                turns, values = _ordered(turns, values)
            if len(turns):
                found[f"{stage}/{sound(quantity)}"] = Curve(turns, values)
        if infinite:
            which, are = ("value", "is") if infinite == 1 else ("values", "are")
            problems.append(f"{name}: {infinite} {which} {are} not finite and {are} left out.")
        if again:
            go = "1 curve goes" if again == 1 else f"{again} curves go"
            problems.append(f"{name}: {go} back in turns; of a turn told twice the last value is kept.")
        return found


def _ordered(turns: NDArray[np.int64], values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    order = np.argsort(turns, kind="stable")
    turns, values = turns[order], values[order]
    last = np.append(turns[1:] != turns[:-1], True)
    return turns[last], values[last]
