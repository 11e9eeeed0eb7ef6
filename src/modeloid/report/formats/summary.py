"""A story in two rows, as tools for experiments want it: what was chosen, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..story import Story

Plain = str | bool | int | float


@dataclass(frozen=True)
class Result:
    """One number at a turn."""

    turn: int
    value: float


def parameters(story: Story) -> dict[str, Plain]:
    """Everything that was chosen: ``model.hidden``, ``data.split``, ``cycle.seed`` ...; what is no number as JSON."""
    parts = {part: story.card.get(part) for part in ("model", "data", "cycle")}
    return {name: value for part, found in parts.items() for name, value in _flat(part, found or {})}


def results(story: Story) -> dict[str, Result]:
    """What came of it: the best value, and the rows of the test."""
    found: dict[str, Result] = {}
    if story.best:
        found[f"best/{story.best['quantity']}"] = Result(int(story.best["step"]), float(story.best["value"]))
    turn = tested_turn(story)
    return found | {f"test/{row.kind}/{row.name}": Result(turn, row.made) for row in story.tested}


def tested_turn(story: Story) -> int:
    """The turn of the weights that were tested."""
    step = story.record.test.get("step")
    return step if isinstance(step, int) else story.turns


def _flat(name: str, value: Any) -> Iterator[tuple[str, Plain]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(value, (str, bool, int, float)):
        yield name, value
    elif value is not None:
        yield name, json.dumps(value, ensure_ascii=False, default=str)
