"""What a modeloid says of itself: the frozen content of its mconfig, with its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .rng import Rng


@dataclass(frozen=True)
class Card:
    """The frozen content of an ``mconfig.py`` plus its directory.

    Parameters
    ----------
    directory
        Where the modeloid lies; all its files are below.
    id, name, authors, doc
        Who it is: a unique id and three things for people.
    model
        Everything specific to this modeloid: framework, sizes, learning rates.
    data
        Domain, data sets, split and representation.
    cycle
        Seed, batch, limits and cadences.
    load_model
        Makes the object from (card, state, world); `state` is a checkpoint's directory, or None for a new one.
    source
        Where `load_model` comes from: module, distribution, version.
    """

    directory: Path
    id: str
    name: str
    authors: tuple[str, ...]
    doc: str
    model: Mapping[str, Any]
    data: Mapping[str, Any]
    cycle: Mapping[str, Any] = field(default_factory=dict)
    load_model: Callable[..., Any] | None = None
    source: Mapping[str, str] = field(default_factory=dict)

    @property
    def rng(self) -> Rng:
        """The root address of all this modeloid's random numbers (``cycle["seed"]``, 0 where none is given)."""
        return Rng(int(self.cycle.get("seed", 0)))
