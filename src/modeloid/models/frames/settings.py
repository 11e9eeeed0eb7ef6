"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from modeloid.cycle.errors import ModeloidError, nearest

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "width": (256, "whole number >= 1", "features of what is known before a frame"),
    "recurrent": (0, "whole number >= 0", "features of the LSTM over time; 0: none, only what lies near and repeats"),
    "layers": (1, "whole number >= 1", "layers of the LSTM"),
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
    "group": (8, "whole number >= 1", "pieces sampled together; no effect on how many, only on speed"),
}


class ParameterError(ModeloidError):
    """A parameter is unknown or out of its range."""


def whole(value: Any, least: int) -> bool:
    """Tell whether a value is a whole number (true and false are not) of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def number(value: Any) -> bool:
    """Tell whether a value is a finite number (true and false are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")


def _wholes(value: Any, least: int, fewest: int) -> bool:
    return isinstance(value, (list, tuple)) and len(value) >= fewest and all(whole(item, least) for item in value)


def _share(value: Any) -> bool:
    return number(value) and 0 <= value < 1


def _range(value: Any) -> bool:
    pair = isinstance(value, (list, tuple)) and len(value) == 2
    return pair and all(whole(item, -12) for item in value) and value[0] <= 0 <= value[1] <= 11


_RULES: dict[str, Callable[[Any], bool]] = {
    "lags": lambda value: _wholes(value, 1, 1),
    "metre": lambda value: _wholes(value, 2, 0),
    "recurrent": lambda value: whole(value, 0),
    "depth": lambda value: whole(value, 0),
    "voices": lambda value: whole(value, 0),
    "repeats": lambda value: isinstance(value, bool),
    "transpose": _range,
    "dropout": _share,
    "near_dropout": _share,
    "noise": _share,
    "far_dropout": _share,
    "average": _share,
    "learning_rate": lambda value: number(value) and value > 0,
    "clip": lambda value: number(value) and value > 0,
    "weight_decay": lambda value: number(value) and value >= 0,
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    for name, value in given.items():
        if name not in PARAMETERS:
            raise ParameterError(f"unknown parameter {name!r}", "model frames", nearest(name, PARAMETERS))
        if not _RULES.get(name, lambda value: whole(value, 1))(value):
            raise ParameterError(f"{value!r} is out of range", f"parameter {name}", f"It must be {PARAMETERS[name][1]}")
    return {name: default for name, (default, _, _) in PARAMETERS.items()} | dict(given)


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
