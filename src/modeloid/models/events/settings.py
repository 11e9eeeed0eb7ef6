"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, parameters, share

NETWORKS = ("transformer", "lstm", "gpt2")

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "network": ("transformer", "transformer, lstm or gpt2", "attention, a recurrent net, or attention as GPT-2 had it"),
    "width": (256, "whole number >= 1", "features of a token"),
    "layers": (4, "whole number >= 1", "blocks one after another"),
    "heads": (4, "whole number >= 1", "heads of attention; they divide the width, twice as many that of a transformer"),
    "dropout": (0.1, ">= 0 and < 1", "share of features left out in training"),
    "learning_rate": (0.001, "> 0", "largest step of AdamW"),
    "warm_turns": (100, "whole number >= 1", "turns in which the step rises to it"),
    "planned_turns": (2000, "whole number >= 1", "turns after which the step has fallen to a hundredth"),
    "weight_decay": (0.1, ">= 0", "pull of the weights towards 0, per unit of learning rate"),
    "clip": (1.0, "> 0", "longest gradient; a longer one is shortened to it"),
    "average": (0.99, ">= 0 and < 1", "decay of the averaged weights per turn"),
    "group": (8, "whole number >= 1", "pieces sampled together; no effect on how many, only on speed"),
}


_RULES: dict[str, Rule] = {
    "network": lambda value: isinstance(value, str) and value in NETWORKS,
    "dropout": share,
    "average": share,
    "learning_rate": lambda value: above(value, 0),
    "clip": lambda value: above(value, 0),
    "weight_decay": lambda value: least(value, 0),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    chosen = parameters(given, PARAMETERS, _RULES, "events")
    heads = chosen["heads"] * {"transformer": 2, "gpt2": 1, "lstm": 0}[chosen["network"]]
    if heads and chosen["width"] % heads:
        do = f"Take a width that is a multiple of {heads}, or other heads"
        raise ParameterError(f"{chosen['heads']} heads do not share {chosen['width']} features", "parameter heads", do)
    return chosen


def fitted(chosen: dict[str, Any], spec: Mapping[str, Any] | None) -> dict[str, Any]:
    """The `model` dict for a representation, the sizes that it gives written out. Raises `ParameterError`."""
    from .items import coder

    known = coder(spec)
    return {"framework": "torch", "vocabulary": known.known.size, "context": known.window_tokens, **chosen}
