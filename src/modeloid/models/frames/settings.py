"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, parameters, share, whole, wholes

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "width": (256, "whole number >= 1", "features of what is known before a frame"),
    "recurrent": (0, "whole number >= 0", "features of the LSTM over time; 0: none, only what lies near and repeats"),
    "layers": (1, "whole number >= 1", "layers of the LSTM"),
    "within": (
        "chain",
        "chain or independent",
        "each note given those above it, or pitches apart: a plain LSTM (recurrent, layers, far_dropout, noise count)",
    ),
    "head": (256, "whole number >= 1", "features of the hidden layer that decides note after note"),
    "channels": (16, "whole number >= 1", "features around each pitch that are the same in every transposition"),
    "depth": (1, "whole number >= 0", "further layers of these features"),
    "lags": ([1, 2, 3, 4, 6, 8, 12, 16], "list of whole numbers >= 1", "frames back that are seen pitch by pitch"),
    "voices": (4, "whole number >= 0", "notes of the last two frames that are told apart by their rank from above"),
    "repeats": (True, "true or false", "whether to look for earlier passages like the last one, and how they went on"),
    "metre": ([16, 12], "list of whole numbers >= 2", "cycles in frames in which a frame's number is told"),
    "transpose": ([-5, 6], "two whole numbers, -12 to 11", "transpositions in training, told; leave data's at 0"),
    "dropout": (0.2, ">= 0 and < 1", "share of features left out in training"),
    "near_dropout": (0.0, ">= 0 and < 1", "the same for the features around each pitch"),
    "noise": (0.0, ">= 0 and < 1", "share of past notes that are not seen in training; repeats are found all the same"),
    "far_dropout": (0.2, ">= 0 and < 1", "the same for the LSTM"),
    "learning_rate": (0.002, "> 0", "largest step of AdamW"),
    "warm_turns": (100, "whole number >= 1", "turns in which the step rises to it"),
    "planned_turns": (2000, "whole number >= 1", "turns after which the step has fallen to a hundredth"),
    "weight_decay": (0.01, ">= 0", "pull of the weights towards 0, per unit of learning rate"),
    "clip": (1.0, "> 0", "longest gradient; a longer one is shortened to it"),
    "average": (0.998, ">= 0 and < 1", "decay of the averaged weights per turn"),
    "members": (1, "whole number >= 1", "networks whose mean probability counts: surer, and as many times slower"),
    "group": (8, "whole number >= 1", "pieces sampled together; no effect on how many, only on speed"),
}


def _range(value: Any) -> bool:
    pair = isinstance(value, (list, tuple)) and len(value) == 2
    return pair and all(whole(item, -12) for item in value) and value[0] <= 0 <= value[1] <= 11


_RULES: dict[str, Rule] = {
    "within": lambda value: value in ("chain", "independent"),
    "lags": lambda value: wholes(value, 1, 1),
    "metre": lambda value: wholes(value, 2, 0),
    "recurrent": lambda value: whole(value, 0),
    "depth": lambda value: whole(value, 0),
    "voices": lambda value: whole(value, 0),
    "repeats": lambda value: isinstance(value, bool),
    "transpose": _range,
    "dropout": share,
    "near_dropout": share,
    "noise": share,
    "far_dropout": share,
    "average": share,
    "learning_rate": lambda value: above(value, 0),
    "clip": lambda value: above(value, 0),
    "weight_decay": lambda value: least(value, 0),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    chosen = parameters(given, PARAMETERS, _RULES, "frames")
    if chosen["within"] == "independent" and not chosen["recurrent"]:
        do = "Give it features: recurrent=256, say"
        raise ParameterError("an LSTM without features", "parameter recurrent", do)
    return chosen


def fitted(chosen: dict[str, Any], shape: Sequence[int]) -> dict[str, Any]:
    """The `model` dict for items of a shape.

    Parameters
    ----------
    chosen
        All parameters, checked.
    shape
        Of one item: (frames, pitches).

    Raises
    ------
    ParameterError
        Items are no rolls of one channel.
    """
    if len(shape) != 2 or not all(int(size) >= 1 for size in shape):
        do = 'This family takes rolls: {"kind": "roll", "whole": true}, without onsets'
        raise ParameterError(f"items have the shape {tuple(shape)}", "data['representation']", do)
    return {"framework": "torch", "shape": [int(size) for size in shape], **chosen}
