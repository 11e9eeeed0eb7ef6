"""Pieces of one group brought into another and back, learnt from unpaired groups by adversaries and the way back.

CycleGAN (Zhu, Park, Isola, Efros 2017) for symbolic music, as Brunner, Wang, Wattenhofer, Zhao 2018. Read on in this
order: `settings` and `presets` (what can be set), `net` (the networks), `losses`, `game` (one turn of it), `modeloid`
(all of it as one object).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .presets import PRESETS
from .settings import PARAMETERS, checked, complete

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

    from .modeloid import CycleGAN

doc = "A piece in, the piece in the other of two groups out: residual generators, patch discriminators. torch."
parameters = PARAMETERS
presets = PRESETS


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `model` dict of a new modeloid.

    Parameters
    ----------
    data
        The domain; ``groups`` are the names of its two or three groups, ``shape`` is that of one item.
    parameters
        Name -> value, those that differ from the defaults.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named), a value out of range, no groups, items that are no rolls.
    """
    return complete(checked(parameters), data)


def load_model(card: Card, state: Path | None, world: World) -> CycleGAN:
    """Make the modeloid in the state of a checkpoint's directory, or a new one. Raises `StateError`."""
    from .modeloid import CycleGAN

    return CycleGAN(card, state, world, load_model)
