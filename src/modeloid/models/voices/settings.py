"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, parameters, share, whole, wholes

ORDERS = ("down", "up", "outer")

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "width": (128, "whole number >= 1", "features of what is known before a choice"),
    "depth": (1, "whole number >= 0", "further layers of these features"),
    "channels": (16, "whole number >= 1", "features around each pitch that are the same in every transposition"),
    "layers": (1, "whole number >= 0", "further layers of these"),
    "order": (
        "down",
        '"down", "up" or "outer"',
        "which voice of a frame is chosen first: the highest, the lowest, or the lowest and then from the highest down",
    ),
    "lags": ([1, 2, 3, 4], "list of whole numbers >= 1", "frames back that are seen"),
    "beats": (5, "whole number >= 1", "beats back whose first frames are seen, the present one among them"),
    "notes": (2, "whole number >= 1", "notes of each voice, before the one that sounds, seen with their lengths"),
    "repeats": (True, "true or false", "whether to look for earlier passages like the last one, and how they went on"),
    "motion": (1.0, "> 0", "how much faster than all else is learned which motions of two voices are good and bad"),
    "metre": ([16, 12], "list of whole numbers >= 2", "cycles in frames in which a frame's number is told"),
    "given_share": (0.25, ">= 0 and < 1", "share of items learned from with cells given; 0: what is given is forced"),
    "frames": (320, "whole number >= 1", "frames of a batch that are learned from in a turn, drawn anew each time"),
    "dropout": (0.5, ">= 0 and < 1", "share of features left out in training"),
    "near_dropout": (0.3, ">= 0 and < 1", "the same for the features around each pitch"),
    "noise": (0.25, ">= 0 and < 1", "share of what lies around that is not seen in training"),
    "near_noise": (0.15, ">= 0 and < 1", "the same for the features around each pitch"),
    "learning_rate": (0.003, "> 0", "largest step of AdamW"),
    "warm_turns": (50, "whole number >= 1", "turns in which the step rises to it"),
    "planned_turns": (400, "whole number >= 1", "turns after which the step has fallen to a hundredth"),
    "weight_decay": (0.5, ">= 0", "pull of the weights towards 0, per unit of learning rate"),
    "clip": (1.0, "> 0", "longest gradient; a longer one is shortened to it"),
    "average": (0.995, ">= 0 and < 1", "decay of the averaged weights per turn"),
    "members": (1, "whole number >= 1", "networks whose mean probability counts: surer, and as many times slower"),
    "group": (8, "whole number >= 1", "pieces sampled together; no effect on how many, only on speed"),
}

_RULES: dict[str, Rule] = {
    "depth": lambda value: whole(value, 0),
    "layers": lambda value: whole(value, 0),
    "order": lambda value: isinstance(value, str) and value in ORDERS,
    "lags": lambda value: wholes(value, 1, 1),
    "metre": lambda value: wholes(value, 2, 0),
    "repeats": lambda value: isinstance(value, bool),
    "given_share": share,
    "dropout": share,
    "near_dropout": share,
    "noise": share,
    "near_noise": share,
    "average": share,
    "learning_rate": lambda value: above(value, 0),
    "motion": lambda value: above(value, 0),
    "clip": lambda value: above(value, 0),
    "weight_decay": lambda value: least(value, 0),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    return parameters(given, PARAMETERS, _RULES, "voices")


def fitted(chosen: dict[str, Any], spec: Mapping[str, Any] | None) -> dict[str, Any]:
    """The `model` dict for a representation, the sizes that it gives written out.

    Parameters
    ----------
    chosen
        All parameters, checked.
    spec
        The complete arguments of the representation.

    Raises
    ------
    ParameterError
        It is no grid of voices.
    """
    if not spec or spec.get("kind") != "grid":
        found = repr((spec or {}).get("kind"))
        do = 'Write "representation": {"kind": "grid"}'
        raise ParameterError(f"this family takes grids, the representation is {found}", "data['representation']", do)
    sizes = {"voices": int(spec["voices"]), "pitches": int(spec["high"]) - int(spec["low"])}
    return {"framework": "torch", **sizes, "beat": int(spec["steps_per_beat"]), **chosen}
