"""The `cycle` dict of an mconfig, checked and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .cadence import Span
from .errors import CycleError, nearest

DEFAULTS: dict[str, Any] = {
    "seed": 0,
    "batch": 64,
    "last": "10e",
    "validate": "1e",
    "generate": "5e",
    "save": "1e",
    "log": "1t",
    "best": "min valid/loss",
    "patience": 0,
    "pieces": 8,
    "wishes": {},
    "hang": "10m",
    "ahead": 0,
}
_SPANS = ("last", "validate", "generate", "save", "log", "hang")
_WHOLE = {"seed": 0, "batch": 1, "patience": 0, "pieces": 0, "ahead": 0}


@dataclass(frozen=True)
class Recipe:
    """What the cycle does when. Spans that may be None are "never".

    Parameters
    ----------
    seed, batch
        Of all random numbers; items a turn, over all processes. These two are fixed once there is a state.
    last
        How far to train, over the modeloid's whole life.
    validate, generate, save, log
        How often. `log` in turns or epochs; the logged value is the mean over the turns since the last one.
    sign, quantity
        -1 where less is better, +1 where more is, and the logged quantity that decides, e.g. "valid/loss".
    patience
        Stop after so many measurements of the quantity without a better one; 0 is never.
    pieces, wishes
        What is generated each time.
    hang
        Dump the stacks when nothing has moved for so long; None is never.
    ahead
        How many batches are made ahead in a thread.
    """

    seed: int
    batch: int
    last: Span
    validate: Span | None
    generate: Span | None
    save: Span | None
    log: Span
    sign: int
    quantity: str
    patience: int
    pieces: int
    ahead: int
    hang: Span | None
    wishes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, cycle: Mapping[str, Any]) -> Recipe:
        """Read a `cycle` dict.

        Raises
        ------
        CycleError
            For an unknown key (the nearest known one is named) or a value out of range.
        """
        for key in cycle:
            if key not in DEFAULTS:
                raise CycleError(f"no key {key!r}", "cycle", nearest(key, DEFAULTS))
        values = {**DEFAULTS, **cycle}
        for key, least in _WHOLE.items():
            if type(values[key]) is not int or values[key] < least:
                raise CycleError(
                    f"{values[key]!r} is out of range", f"cycle[{key!r}]", f"Take a whole number from {least}"
                )
        for key in _SPANS:
            values[key] = None if values[key] == "never" else Span.parse(values[key], f"cycle[{key!r}]")
        if values["last"] is None or values["log"] is None or values["log"].turns(1) is None:
            raise CycleError(
                "must be a span; log in turns or epochs", "cycle['last'] and cycle['log']", 'E.g. "30e", "1t"'
            )
        if not isinstance(values["wishes"], Mapping):
            raise CycleError("must be a dict", "cycle['wishes']", "Write wish -> value")
        values["sign"], values["quantity"] = _aim(values.pop("best"))
        return cls(**values)

    def aims_at(self, best: Mapping[str, Any]) -> bool:
        """Whether a best is of the quantity and the direction that is asked for now."""
        return (best["sign"], best["quantity"]) == (self.sign, self.quantity)


def _aim(text: object) -> tuple[int, str]:
    parts = text.split() if isinstance(text, str) else []
    if len(parts) != 2 or parts[0] not in ("min", "max") or parts[1].partition("/")[0] not in ("valid", "judge"):
        raise CycleError(
            f"{text!r} names no quantity", "cycle['best']", 'Write "min valid/loss" or "max judge/NAME", say'
        )
    return (-1 if parts[0] == "min" else 1), parts[1]
