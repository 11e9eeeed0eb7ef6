"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, parameters, share, whole
from modeloid.backends.pairs.items import Items, fitted

EXTRAS = ("none", "partial", "full", "legacy_partial", "legacy_full")
_SMALLEST = 8

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "width": (64, "whole number >= 1", "features of the generators' first layer; four times as many inside"),
    "blocks": (10, "whole number >= 1", "residual blocks of each generator"),
    "critic_width": (64, "whole number >= 1", "features of the discriminators' first layer"),
    "scores": (
        "patches",
        "patches or phrases",
        "what is to be taken for real: each patch, as published, or the mean of all, which soon tells genres apart",
    ),
    "shortcut": (0.0, ">= 0", "log-odds by which a new generator copies; 0 as published: it begins with nothing"),
    "veil": (0.0, ">= 0", "spread of the noise on what goes the way back, against hidden coding; 0 as published"),
    "difference": (
        "absolute",
        "absolute or entropy",
        "of what comes back: absolute as published, or cross-entropy, which does not fall silent on sparse rolls",
    ),
    "round_trip": (10.0, ">= 0", "weight of the way there and back"),
    "identity": (0.0, ">= 0", "weight of leaving the other group's own items alone; 0 as published"),
    "extra": (
        "none",
        "none, partial, full, legacy_partial or legacy_full",
        "more discriminators, of both groups (partial), a third too (full); legacy: generators learn nothing of them",
    ),
    "extra_weight": (1.0, ">= 0", "weight of the further discriminators"),
    "guide": (
        0.0,
        ">= 0",
        "weight of a classifier of the two groups that names the group of what is made; 0 as published: there is none",
    ),
    "sharpness": (
        1.0,
        ">= 1",
        "how much surer than they are discriminators and guide are shown the cells of what is made; 1 as published",
    ),
    "noise": (1.0, ">= 0", "spread of the noise on what discriminators see"),
    "pool": (0, "whole number >= 0", "earlier fakes of each group that discriminators are shown; 50 as published"),
    "learning_rate": (0.0002, "> 0", "step of Adam"),
    "momentum": (0.5, ">= 0 and < 1", "decay of Adam's running mean of gradients"),
    "steady_turns": (1000, "whole number >= 0", "turns before the step falls"),
    "planned_turns": (10000, "whole number >= 0", "turn at which it has fallen to 0; 0: it never falls"),
    "average": (0.999, ">= 0 and < 1", "decay of the generators' averaged weights per turn"),
    "kept": (64, "whole number >= 1", "items of each group kept in the state, to sample from where no piece is given"),
    "group": (8, "whole number >= 1", "windows that go through a generator together when sampling; only for speed"),
}

_RULES: dict[str, Rule] = {
    "scores": lambda value: value in ("patches", "phrases"),
    "shortcut": lambda value: least(value, 0),
    "veil": lambda value: least(value, 0),
    "difference": lambda value: value in ("absolute", "entropy"),
    "round_trip": lambda value: least(value, 0),
    "identity": lambda value: least(value, 0),
    "extra": lambda value: value in EXTRAS,
    "extra_weight": lambda value: least(value, 0),
    "sharpness": lambda value: least(value, 1),
    "guide": lambda value: least(value, 0),
    "noise": lambda value: least(value, 0),
    "pool": lambda value: whole(value, 0),
    "learning_rate": lambda value: above(value, 0),
    "momentum": share,
    "steady_turns": lambda value: whole(value, 0),
    "planned_turns": lambda value: whole(value, 0),
    "average": share,
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    return parameters(given, PARAMETERS, _RULES, "cyclegan")


def complete(chosen: Mapping[str, Any], data: Any) -> dict[str, Any]:
    """The `model` dict for a domain with groups. Raises `ParameterError`."""
    sizes = fitted(data)
    _, steps, pitches = Items(tuple(sizes["shape"]), tuple(sizes["groups"])).image
    if min(steps, pitches) < _SMALLEST:
        do = f"The generators need {_SMALLEST} x {_SMALLEST} cells at least"
        raise ParameterError(f"items are {steps} steps x {pitches} pitches", "data['representation']", do)
    if chosen["extra"].endswith("full") and len(sizes["groups"]) < 3:
        do = "Name a third group in data['sets'], or take extra=partial"
        raise ParameterError(f"there are only {len(sizes['groups'])} groups", f"parameter extra={chosen['extra']}", do)
    return {"framework": "torch", **sizes, **chosen}
