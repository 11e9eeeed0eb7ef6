"""Inspired: new pieces that a piece has inspired, neither copies of it nor it in another style.

Read on in this order: `settings` and `presets` (what can be set), `idea/` (what is heard in eight bars), `plan/` (a bar
after the other: harmony, rhythm, who plays, how loud, what comes again), `notes/` (the notes that follow a plan),
`roll/` (the other way: rolls by a DCGAN over an LSTM, a critic, ideas that must return), `memory` (what was learned
from, to tell copies by), `learner` and `makers` (how all of it learns), `inspirer` and `wishes` (what is asked for),
`writer` and `chosen` (pieces, and which of them are given), `modeloid` (all of it as one object).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modeloid.backends.arguments import ParameterError

from .presets import PRESETS
from .settings import PARAMETERS, checked, fitted

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

    from .modeloid import Inspired

doc = "Pieces of several instruments, planned bar by bar, that another piece may inspire without being copied. torch."
parameters = PARAMETERS
presets = PRESETS


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `model` dict of a new modeloid.

    Parameters
    ----------
    data
        The domain; its representation is of kind "parts".
    parameters
        Name -> value, those that differ from the defaults.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named), a value out of range, or another representation.
    """
    shift = list(getattr(data, "data", {}).get("transpose", [0, 0]))
    if shift != [0, 0]:
        do = "Leave it out: ideas, plans and notes are heard in C whatever the key"
        raise ParameterError(f"transpose={shift} would tear what is remembered of a piece", "data", do)
    return fitted(checked(parameters), getattr(data, "representation", None))


def load_model(card: Card, state: Path | None, world: World) -> Inspired:
    """Make the modeloid in the state of a checkpoint's directory, or a new one. Raises `StateError`."""
    from .modeloid import Inspired

    return Inspired(card, state, world, load_model)
