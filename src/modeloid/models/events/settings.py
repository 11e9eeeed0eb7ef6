"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modeloid.cycle.errors import nearest

from .errors import ParameterError

NETWORKS = ("transformer", "lstm")

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "network": ("transformer", "transformer or lstm", "what carries the past: attention, or a recurrent net"),
    "width": (256, "whole number >= 1", "features of a token"),
    "layers": (4, "whole number >= 1", "blocks one after another"),
    "heads": (4, "whole number >= 1", "heads of attention; twice as many divide the width (transformer)"),
    "dropout": (0.1, ">= 0 and < 1", "share of features left out in training"),
    "learning_rate": (0.001, "> 0", "largest step of AdamW"),
    "warm_turns": (100, "whole number >= 1", "turns in which the step rises to it"),
    "planned_turns": (2000, "whole number >= 1", "turns after which the step has fallen to a hundredth"),
    "weight_decay": (0.1, ">= 0", "pull of the weights towards 0, per unit of learning rate"),
    "clip": (1.0, "> 0", "longest gradient; a longer one is shortened to it"),
    "average": (0.99, ">= 0 and < 1", "decay of the averaged weights per turn"),
    "group": (8, "whole number >= 1", "pieces sampled together; no effect on how many, only on speed"),
}


def whole(value: Any, least: int) -> bool:
    """Tell whether a value is a whole number (true and false are not) of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def number(value: Any) -> bool:
    """Tell whether a value is a finite number (true and false are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")


def share(value: Any) -> bool:
    """Tell whether a value is at least 0 and below 1."""
    return number(value) and 0 <= value < 1


_RULES: dict[str, Callable[[Any], bool]] = {
    "network": lambda value: isinstance(value, str) and value in NETWORKS,
    "dropout": share,
    "average": share,
    "learning_rate": lambda value: number(value) and value > 0,
    "clip": lambda value: number(value) and value > 0,
    "weight_decay": lambda value: number(value) and value >= 0,
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    for name, value in given.items():
        if name not in PARAMETERS:
            raise ParameterError(f"unknown parameter {name!r}", "model events", nearest(name, PARAMETERS))
        if not _RULES.get(name, lambda value: whole(value, 1))(value):
            raise ParameterError(f"{value!r} is out of range", f"parameter {name}", f"It must be {PARAMETERS[name][1]}")
    chosen = {name: default for name, (default, _, _) in PARAMETERS.items()} | dict(given)
    if chosen["network"] == "transformer" and chosen["width"] % (2 * chosen["heads"]):
        do = f"Take a width that is a multiple of {2 * chosen['heads']}, or other heads"
        raise ParameterError(f"{chosen['heads']} heads do not share {chosen['width']} features", "parameter heads", do)
    return chosen


def fitted(chosen: dict[str, Any], spec: Mapping[str, Any] | None) -> dict[str, Any]:
    """The `model` dict for a representation, the sizes that it gives written out. Raises `ParameterError`."""
    from .items import coder

    known = coder(spec)
    return {"framework": "torch", "vocabulary": known.known.size, "context": known.window_tokens, **chosen}
