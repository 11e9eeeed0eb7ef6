"""What the ``data`` of a modeloid may say about music, checked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .errors import DataError, check_keys
from .groups import flat
from .weights import weights

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "sets": ["bach-chorales"],
        "split": "groups",
        "representation": {"kind": "roll", "steps_per_beat": 4, "window_steps": 64, "low": 36, "high": 84},
        "transpose": [0, 0],
        "velocity": [1.0, 1.0],
        "tempo": [1.0, 1.0],
    }
)
"""Key of ``data`` -> default. ``sets``: a list of names, name -> weight, or group -> list of names. In train only:
``transpose``, lowest and highest shift in semitones; ``velocity`` and ``tempo``, lowest and highest factor (for
representations that have them).
"""

_FARTHEST = 24
_WIDEST = 4.0


def options(data: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the defaults and check what can be checked without the data.

    Raises
    ------
    DataError
        An unknown key (the nearest known one is named), no set, a set named twice, or a range of transposition that is
        none. The representation and the names of sets are checked by those who know them.
    """
    check_keys(data, ["domain", *DEFAULTS], "data", DataError)
    full = {**DEFAULTS, **{key: value for key, value in data.items() if key != "domain"}}
    weights(flat(full["sets"]))
    if not isinstance(full["representation"], Mapping):
        raise DataError(f"representation={full['representation']!r} is not a dict", "data")
    if not isinstance(full["split"], str):
        raise DataError(f"split={full['split']!r} is not a name", "data")
    _check_transpose(full["transpose"])
    for key in ("velocity", "tempo"):
        _check_factors(key, full[key])
    return full


def _check_transpose(shift: Any) -> None:
    pair = isinstance(shift, list | tuple) and len(shift) == 2
    whole = pair and all(isinstance(value, int) and not isinstance(value, bool) for value in shift)
    if not whole or not -_FARTHEST <= shift[0] <= shift[1] <= _FARTHEST:
        advice = f"Give the lowest and the highest shift in semitones, -{_FARTHEST} to {_FARTHEST}, such as [-5, 6]."
        raise DataError(f"transpose={shift!r} is no range", "data", advice)


def _check_factors(key: str, pair: Any) -> None:
    numbers = isinstance(pair, list | tuple) and len(pair) == 2
    if not numbers or not all(isinstance(value, int | float) and not isinstance(value, bool) for value in pair):
        raise DataError(f"{key}={pair!r} is no range", "data", "Give the lowest and the highest factor: [0.8, 1.25].")
    if not 1 / _WIDEST <= pair[0] <= pair[1] <= _WIDEST:
        raise DataError(f"{key}={pair!r} is no range", "data", f"Factors rise and lie in {1 / _WIDEST} to {_WIDEST:g}.")
