"""Voices on a grid, frame after frame and voice after voice, with an exact likelihood; completes what is given.

Read on in this order: `settings` and `presets` (what can be set), `past` and `repeats` (what is known before a frame),
`ahead` (what is given from it on), `intervals`, `motion` and `voice` (one choice), `net` (the likelihood), `masks`
(what is given in training), `wishes` and `sampler` (pieces), `modeloid` (all of it as one object).
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

    from .modeloid import Voices

doc = "Exact likelihood of voices on a grid; composes, harmonises a soprano, completes any voices or bars. torch."
parameters = PARAMETERS
presets = PRESETS


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `model` dict of a new modeloid.

    Parameters
    ----------
    data
        The domain; its `representation` is of kind "grid".
    parameters
        Name -> value, those that differ from the defaults.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named), a value out of range, items that are no grids.
    """
    chosen = checked(parameters)
    return fitted(chosen, getattr(getattr(data, "representation", None), "spec", None))


def load_model(card: Card, state: Path | None, world: World) -> Voices:
    """Make the modeloid in the state of a checkpoint's directory, or a new one. Raises `StateError`."""
    from .modeloid import Voices

    return Voices(card, state, world, load_model)
