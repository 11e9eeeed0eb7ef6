"""Where a modeloid stands: what the cycle itself must remember between two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

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
