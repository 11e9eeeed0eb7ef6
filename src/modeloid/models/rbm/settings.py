"""What can be set of an RBM: parameters with their ranges, presets, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, parameters, share, whole, wholes

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "hidden": ([256], "list of whole numbers >= 1", "hidden units of each layer, from below; more than one is a stack"),
    "kernel": (0, "0 or whole frames", "frames a hidden unit sees; 0: all (its weights are then not shared in time)"),
    "stride": (0, "0 or whole frames", "frames between two copies of a hidden unit; 0: as many as it sees"),
    "persistent": (True, "true or false", "fantasies go on from turn to turn, instead of beginning at the data"),
    "chains": (64, "whole number >= 1", "how many persistent fantasies there are"),
    "cd_steps": (1, "whole number >= 1", "Gibbs steps of the fantasies in a turn"),
    "learning_rate": (0.05, "> 0", "step of stochastic ascent at the first turn"),
    "decay_turns": (5000, "> 0", "after so many turns the step is half the first, after twice as many a third"),
    "momentum": (0.5, ">= 0 and < 1", "share of the last step that is taken again"),
    "weight_decay": (0.0001, ">= 0", "pull of the weights towards 0, per unit of learning rate"),
    "averaging": (8.0, ">= 0", "averaged weights cover about the last 1 / (1 + this) of all turns"),
    "layer_turns": ([], "list of whole numbers >= 1", "turns of each layer but the last, which has the rest; []: 2000"),
    "group": (8, "whole number >= 1", "pieces sampled together; no effect on how many, only on speed"),
    "gibbs_steps": (300, "whole number >= 1", "Gibbs steps of a sample, where no wish says otherwise"),
    "coldest": (1.0, "> 0 and <= 1", "share of the temperature that samples cool down to at the end; 1: they do not"),
    "ais_steps": (1000, "whole number >= 1", "temperatures of the annealed importance sampling"),
    "ais_chains": (64, "whole number >= 1", "chains of the annealed importance sampling"),
}

_ROLL = {"kind": "roll", "steps_per_beat": 4, "window_steps": 64, "low": 36, "high": 84}
_DATA = {"sets": ["bach-chorales"], "split": "groups"}
_CYCLE = {
    "seed": 0,
    "batch": 16,
    "last": "40e",
    "validate": "2e",
    "generate": "10e",
    "save": "2e",
    "best": "min valid/loss",
}
_MUSICAL = {
    "kernel": 16,
    "stride": 4,
    "chains": 16,
    "cd_steps": 2,
    "learning_rate": 0.15,
    "decay_turns": 2000,
    "coldest": 0.4,
    "ais_steps": 300,
    "ais_chains": 16,
}

PRESETS: dict[str, dict[str, Any]] = {
    "default": {
        "doc": "Four bars; a hidden unit sees one of them and has a copy on every beat, as harmony has.",
        "parameters": {**_MUSICAL, "hidden": [128]},
        "data": {**_DATA, "representation": _ROLL},
        "cycle": _CYCLE,
    },
    "dense": {
        "doc": "Four bars, every hidden unit sees them all: the textbook's machine.",
        "parameters": {"hidden": [256], "learning_rate": 0.1, "coldest": 0.5, "ais_steps": 300},
        "data": {**_DATA, "representation": _ROLL},
        "cycle": {**_CYCLE, "batch": 64, "last": "100e", "validate": "5e", "save": "5e"},
    },
    "stack": {
        "doc": "As the default, with a second layer that learns what the first one makes of it.",
        "parameters": {**_MUSICAL, "hidden": [128, 64], "layer_turns": [3000]},
        "data": {**_DATA, "representation": _ROLL},
        "cycle": {**_CYCLE, "last": "50e"},
    },
    "small": {
        "doc": "One bar, one plain layer of 64 hidden units: to try things out.",
        "parameters": {"hidden": [64], "gibbs_steps": 50, "ais_steps": 200, "coldest": 0.5},
        "data": {**_DATA, "representation": {**_ROLL, "window_steps": 16}},
        "cycle": {**_CYCLE, "batch": 64, "last": "5e", "generate": "5e"},
    },
    "frame": {
        "doc": "Single frames, as the published figures on the polyphonic sets have it: chords without time.",
        "parameters": {"hidden": [300], "chains": 100, "cd_steps": 5, "learning_rate": 0.3, "decay_turns": 6000},
        "data": {**_DATA, "representation": {**_ROLL, "window_steps": 1, "low": 21, "high": 109}},
        "cycle": {**_CYCLE, "batch": 100, "last": "10e", "validate": "1e", "save": "1e"},
    },
}


_RULES: dict[str, Rule] = {
    "hidden": lambda value: wholes(value, 1, 1),
    "layer_turns": lambda value: wholes(value, 1, 0),
    "kernel": lambda value: whole(value, 0),
    "stride": lambda value: whole(value, 0),
    "persistent": lambda value: isinstance(value, bool),
    "learning_rate": lambda value: above(value, 0),
    "decay_turns": lambda value: above(value, 0),
    "momentum": share,
    "weight_decay": lambda value: least(value, 0),
    "coldest": lambda value: above(value, 0) and value <= 1,
    "averaging": lambda value: least(value, 0),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    chosen = parameters(given, PARAMETERS, _RULES, "rbm")
    lower = len(chosen["hidden"]) - 1
    chosen["layer_turns"] = list(chosen["layer_turns"] or [2000] * lower)
    if len(chosen["layer_turns"]) != lower:
        do = f"Give {lower} numbers, one for each hidden layer but the last"
        raise ParameterError(f"{len(chosen['layer_turns'])} turns given", "parameter layer_turns", do)
    return chosen


def check_units(data: Any) -> None:
    """Look at one item of a domain: its values must be on or off. Raises `ParameterError`."""
    import numpy as np

    from modeloid.cycle.rng import Rng

    item = data.batch("train", np.zeros(1, np.int64), Rng(0))
    if not isinstance(item, np.ndarray) or item.dtype.kind not in "bu" or item.max(initial=0) > 1:
        what = f"items are {getattr(item, 'dtype', type(item).__name__)}"
        raise ParameterError(what, "data['representation']", 'An RBM takes units that are on or off: {"kind": "roll"}')


def fitted(chosen: dict[str, Any], shape: Sequence[int]) -> dict[str, Any]:
    """The `model` dict for items of a shape, kernel and stride written out. Raises `ParameterError`.

    Parameters
    ----------
    chosen
        All parameters, checked.
    shape
        Of one item: frames first, or (values,) where there is no time.
    """
    if not shape or not all(int(size) >= 1 for size in shape):
        raise ParameterError(f"items have the shape {tuple(shape)}", "data", "An RBM takes arrays of units, on or off")
    frames = int(shape[0]) if len(shape) > 1 else 1
    kernel = chosen["kernel"] or frames
    stride = chosen["stride"] or kernel
    if kernel > frames or kernel % stride or frames % stride:
        do = f"kernel is at most the window's {frames} frames, stride divides both"
        raise ParameterError(f"kernel {kernel} and stride {stride} do not fit", "parameter stride", do)
    return {"framework": "numpy", "shape": [int(size) for size in shape], **chosen, "kernel": kernel, "stride": stride}
