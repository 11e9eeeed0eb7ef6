"""The restricted Boltzmann machine: one visible roll, one hidden layer (or a stack of them), numpy only.

Read on in this order: `settings` (what can be set), `machine` (the energy), `gradient` and `learner` (training),
`score`, `ais` and `raise_` (how good it is), `wishes` and `sampler` (pieces), `modeloid` (all of it as one object).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .settings import PARAMETERS, PRESETS, check_units, checked, fitted

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

    from .modeloid import Rbm

doc = "Restricted Boltzmann machine: a window of the roll, hidden units, block Gibbs sampling. numpy only."
parameters = PARAMETERS
presets = PRESETS


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `model` dict of a new modeloid.

    Parameters
    ----------
    data
        The domain; its `shape` is that of one item, (frames, pitches) or (values,).
    parameters
        Name -> value, those that differ from the defaults.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named), a value out of range, sizes that do not fit the data.
    """
    chosen = checked(parameters)
    check_units(data)
    return fitted(chosen, tuple(data.shape))


def load_model(card: Card, state: Path | None, world: World) -> Rbm:
    """Make the modeloid in the state of a checkpoint's directory, or a new one. Raises `StateError`."""
    from .modeloid import Rbm

    return Rbm(card, state, world, load_model)
