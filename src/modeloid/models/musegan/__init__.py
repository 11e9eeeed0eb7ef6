"""MuseGAN: rolls of several tracks by a generator over bars, against critics that see whole phrases.

Read on in this order: `settings`, `kinds` and `presets` (what can be set), `sizes`, `latents`, `bars` and `harmony`
(noise to maps), `notes` and `calibrate` (maps to notes), `generator`, `measure` (what the paper measures), `tallies`
and `counts` (the same, to be trained through), `streams`, `critic`, `matching` and `learner` (how both learn),
`wishes`, `leads`, `choosing`, `sampler`, `practice` and `rehearsal` (pieces), `modeloid` (all of it as one object).
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

    from .modeloid import MuseGan

doc = "Bands of several tracks with drums, by an adversarial network (MuseGAN); from scratch or beside a track. torch."
parameters = PARAMETERS
presets = PRESETS


def make(data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `model` dict of a new modeloid.

    Parameters
    ----------
    data
        The domain; its `shape` is that of one item, (bars, steps, pitches, tracks).
    parameters
        Name -> value, those that differ from the defaults.

    Raises
    ------
    ParameterError
        An unknown name (the nearest known one is named), a value out of range, items that are no multi-track rolls.
    """
    return fitted(checked(parameters), tuple(data.shape), getattr(data, "representation", None))


def load_model(card: Card, state: Path | None, world: World) -> MuseGan:
    """Make the modeloid in the state of a checkpoint's directory, or a new one. Raises `StateError`."""
    from .modeloid import MuseGan

    return MuseGan(card, state, world, load_model)
