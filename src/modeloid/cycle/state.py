"""Where a modeloid stands: what the cycle itself must remember between two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import CycleError, nearest
from .recipe import Recipe

FORMAT = 1
_ABSENT = object()


@dataclass
class State:
    """The cycle's own part of a checkpoint (`cycle.json`).

    Parameters
    ----------
    step
        Turns done.
    life_s
        Seconds spent in all runs.
    best
        {"step", "value", "quantity", "sign"} of the best checkpoint so far, or None.
    since_best
        Measurements of the quantity since it was last better.
    pending
        Stages of turn `step` that a stop left undone, in their order.
    sums
        Quantity -> [sum, count] of the turns since the last logged one.
    """

    step: int = 0
    life_s: float = 0.0
    best: dict[str, Any] | None = None
    since_best: int = 0
    pending: list[str] = field(default_factory=list)
    sums: dict[str, list[float]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As a dict that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> State:
        """From `to_json`; other keys are passed over."""
        return cls(**{known.name: values[known.name] for known in fields(cls) if known.name in values})

    def mean_since_logged(self, values: Mapping[str, float], every: int) -> dict[str, float]:
        """Add a turn's quantities up: their means at every so many turns, {} between."""
        for name, value in values.items():
            total, count = self.sums.get(name, (0.0, 0))
            self.sums[name] = [total + value, count + 1]
        if self.step % every:
            return {}
        means = {name: total / count for name, (total, count) in self.sums.items()}
        self.sums.clear()
        return means

    def compare_with_best(self, recipe: Recipe, stage: str, values: Mapping[str, float]) -> None:
        """Where the recipe aims at a quantity of this stage, move "best" or count on.

        Raises
        ------
        CycleError
            Where the stage measures no such quantity.
        """
        aimed_at, _, name = recipe.quantity.partition("/")
        if aimed_at != stage:
            return
        if name not in values:
            do = nearest(recipe.quantity, [f"{stage}/{key}" for key in values])
            raise CycleError(f"nothing measures {recipe.quantity!r}", "cycle['best']", do)
        value, best = values[name], self.best
        if best is None or not recipe.aims_at(best) or recipe.sign * (value - best["value"]) > 0:
            self.best = {"step": self.step, "value": value, "quantity": recipe.quantity, "sign": recipe.sign}
            self.since_best = 0
        else:
            self.since_best += 1


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Say where two nested values that JSON can hold differ, one line for each place."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from differences(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{path}.{key}" if path else str(key))
        return
    if old is _ABSENT:
        yield f"{path}: new, {new!r}"
    elif new is _ABSENT:
        yield f"{path}: gone, was {old!r}"
    elif type(old) is not type(new) or old != new:
        yield f"{path}: {old!r} -> {new!r}"
