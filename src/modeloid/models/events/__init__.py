"""Music as tokens, one after another, with an exact likelihood: a decoder-only Transformer, or an LSTM.

Read on in this order: `settings` and `presets` (what can be set), `net` (the likelihood), `grammar` and `walk` (which
token may follow which), `limits` and `wishes` (what may be asked of a piece), `draw`, `sampler` and `apart` (pieces),
`stream` (notes as they come), `modeloid` (all of it as one object).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .presets import PRESETS
from .settings import PARAMETERS, checked, fitted

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

    from .modeloid import EventModel

doc = "Event tokens by a Transformer or an LSTM: exact likelihood, continuation, constraints that hold. torch."
parameters = PARAMETERS
presets = PRESETS


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `model` dict of a new modeloid.

    Parameters
    ----------
    data
        The domain; its `representation` is of kind "events".
    parameters
        Name -> value, those that differ from the defaults.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named), a value out of range, items that are no tokens.
    """
    chosen = checked(parameters)
    return fitted(chosen, getattr(getattr(data, "representation", None), "spec", None))


def load_model(card: Card, state: Path | None, world: World) -> EventModel:
    """Make the modeloid in the state of a checkpoint's directory, or a new one. Raises `StateError`."""
    from .modeloid import EventModel

    return EventModel(card, state, world, load_model)
