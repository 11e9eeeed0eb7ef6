"""Binary rolls frame after frame, with an exact likelihood: what lies near, and what repeats.

Read on in this order: `settings` and `presets` (what can be set), `planes`, `context` and `near` (what is known before
a frame), `head` (the frame, note after note), `net` (the likelihood), `plain` (what it is compared with), `moving`
(weights that learn from the piece they score), `wishes` and `sampler` (pieces), `modeloid` (all of it as one object).
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

    from .modeloid import Frames

doc = "Exact likelihood of binary rolls, frame after frame and note after note; finds what repeats. torch."
parameters = PARAMETERS
presets = PRESETS


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `model` dict of a new modeloid.

    Parameters
    ----------
    data
        The domain; its `shape` is that of one item, (frames, pitches).
    parameters
        Name -> value, those that differ from the defaults.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named), a value out of range, items that are no rolls.
    """
    return fitted(checked(parameters), tuple(data.shape))


def load_model(card: Card, state: Path | None, world: World) -> Frames:
    """Make the modeloid in the state of a checkpoint's directory, or a new one. Raises `StateError`."""
    from .modeloid import Frames

    return Frames(card, state, world, load_model)
