"""What the checks work with: fresh and loaded modeloids, batches, states as bytes; all in a folder that goes away."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.contract import Domain, Modeloid, World
from modeloid.cycle.recipe import Recipe


class BrokenError(Exception):
    """A promise is not kept; says how it was seen."""


@dataclass
class Bench:
    """Makes what a check needs.

    Parameters
    ----------
    card, domain, world
        Of the modeloid that is checked.
    make
        (card, state, world) -> a modeloid; state is a directory, or None for a new one.
    folder
        Empty; for states and pieces.
    """

    card: Card
    make: Callable[[Card, Path | None, World], Modeloid]
    domain: Domain
    world: World
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def fresh(self, other_seed: bool = False) -> Modeloid:
        """A new modeloid, of its own seed or of another one."""
        return self.make(self._reseeded() if other_seed else self.card, None, self.world)

    def loaded(self, state: Path) -> Modeloid:
        """The modeloid in a state that was saved."""
        return self.make(self.card, state, self.world)

    def saved(self, modeloid: Modeloid) -> Path:
        """Save into a new empty directory."""
        directory = self.new_folder()
        modeloid.save(directory)
        return directory

    def state(self, modeloid: Modeloid) -> dict[str, bytes]:
        """The complete state: file -> bytes of what it saves."""
        return contents(self.saved(modeloid))

    def new_folder(self) -> Path:
        """A new empty directory."""
        directory = self.folder / f"{next(self._numbers):03d}"
        directory.mkdir()
        return directory

    def batch(self, turn: int = 0, part_of: slice = slice(None)) -> Any:
        """The training batch of a turn, made anew each time, so that nothing done to one is seen in the next."""
        size = self.domain.size("train")
        count = min(Recipe.read(self.card.cycle).batch, size)
        indices = np.arange(turn * count, (turn + 1) * count, dtype=np.int64) % size
        return self.domain.batch("train", indices[part_of], self.card.rng.at("item", 0))

    def train(self, modeloid: Modeloid, first: int, last: int) -> Mapping[str, float]:
        """Do the turns from `first` to before `last`; returns what the last one logged."""
        logged: Mapping[str, float] = {}
        for turn in range(first, last):
            logged = modeloid.train(self.batch(turn), self.card.rng.at("train", turn, 0))
        return logged

    def loss(self, modeloid: Modeloid, part_of: slice = slice(None)) -> Mapping[str, tuple[float, float]]:
        """Sums and counts over the batch of turn 0."""
        return modeloid.loss(self.batch(0, part_of), self.card.rng.at("valid", 0))

    def sample(
        self, modeloid: Modeloid, n: int, wishes: Mapping[str, Any] | None = None, other_seed: bool = False
    ) -> list[Any]:
        """Pieces at the card's own address, or at that of another seed."""
        card = self._reseeded() if other_seed else self.card
        return modeloid.sample(n, card.rng.at("sample"), **(wishes or {}))

    def _reseeded(self) -> Card:
        return replace(self.card, cycle={**self.card.cycle, "seed": self.card.rng.seed + 1})


def contents(directory: Path) -> dict[str, bytes]:
    """File -> bytes of everything below a directory."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def expect_same(before: Mapping[str, bytes], after: Mapping[str, bytes], what: str) -> None:
    """Raise BrokenError where two states differ, naming the first file that does."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            raise BrokenError(f"{what}: {name} differs")
