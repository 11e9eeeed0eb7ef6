"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, number, parameters, share, whole
from modeloid.backends.pairs.items import Items, fitted

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "width": (64, "whole number >= 1", "features of the first layer, twice as many at each halving"),
    "levels": (4, "whole number, 1 to 6", "halvings of generators and discriminators"),
    "shortcut": (0.0, ">= 0", "log-odds by which a new generator copies; 0 as published: it begins with nothing"),
    "ways": (
        "both",
        "both, back or there",
        "both ways there and back (DiscoGAN); one way and back, or one way alone: the paper's ablations",
    ),
    "difference": (
        "squared",
        "squared or entropy",
        "of what comes back: squared as published, or cross-entropy, which does not fall silent on sparse rolls",
    ),
    "matching": (0.9, "0 to 1", "share of feature matching in the game, the rest is adversarial"),
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
    "return_first": (0.01, "0 to 1", "share of what comes back at first, the rest is the game"),
    "return_then": (0.5, "0 to 1", "the same behind the curriculum's turns"),
    "curriculum_turns": (10000, "whole number >= 0", "turns with the first share"),
    "update_interval": (3, "whole number >= 2", "every so many turns the discriminators move, else the generators"),
    "learning_rate": (0.0002, "> 0", "step of Adam"),
    "momentum": (0.5, ">= 0 and < 1", "decay of Adam's running mean of gradients"),
    "weight_decay": (0.00001, ">= 0", "pull of the weights towards 0"),
    "average": (0.99, ">= 0 and < 1", "decay of the generators' averaged weights per turn"),
    "kept": (64, "whole number >= 1", "items of each group kept in the state, to sample from where no piece is given"),
    "group": (8, "whole number >= 1", "windows that go through a generator together when sampling; only for speed"),
}


def _part(value: Any) -> bool:
    return number(value) and 0 <= value <= 1


_RULES: dict[str, Rule] = {
    "levels": lambda value: whole(value, 1) and value <= 6,
    "shortcut": lambda value: least(value, 0),
    "ways": lambda value: value in ("both", "back", "there"),
    "difference": lambda value: value in ("squared", "entropy"),
    "matching": _part,
    "sharpness": lambda value: least(value, 1),
    "guide": lambda value: least(value, 0),
    "return_first": _part,
    "return_then": _part,
    "curriculum_turns": lambda value: whole(value, 0),
    "update_interval": lambda value: whole(value, 2),
    "learning_rate": lambda value: above(value, 0),
    "momentum": share,
    "weight_decay": lambda value: least(value, 0),
    "average": share,
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    return parameters(given, PARAMETERS, _RULES, "discogan")


def complete(chosen: Mapping[str, Any], data: Any) -> dict[str, Any]:
    """The `model` dict for a domain with groups. Raises `ParameterError`."""
    sizes = fitted(data)
    if len(sizes["groups"]) != 2:
        do = "Name two groups"
        raise ParameterError(f"there are {len(sizes['groups'])} groups, two are learnt between", "data['sets']", do)
    _, steps, pitches = Items(tuple(sizes["shape"]), tuple(sizes["groups"])).image
    smallest = 2 ** (chosen["levels"] + 1)
    if min(steps, pitches) < smallest:
        do = f"They need {smallest} x {smallest} cells at least; take fewer levels"
        where = f"parameter levels={chosen['levels']}"
        raise ParameterError(f"items of {steps} steps x {pitches} pitches are halved too often", where, do)
    return {"framework": "torch", **sizes, **chosen}
