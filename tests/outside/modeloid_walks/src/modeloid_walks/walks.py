"""The domain: walks that stay, or go one up or down, with the same chance each, and turn back at the walls.

It imports nothing of modeloid: what a domain promises is a protocol.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

doc = "Random walks over whole numbers, computed"
defaults: Mapping[str, Any] = {"places": 6, "length": 16, "train": 400, "valid": 100, "test": 100, "seed": 0}

Walk = list[int]


class WalksError(ValueError):
    """A fault that one line explains; who has an exit code is not shown with a traceback."""

    exit_code = 2


def open(data: Mapping[str, Any]) -> Walks:
    """Compute the walks.

    Raises
    ------
    WalksError
        For an unknown key; the nearest known one is named.
    """
    for key in data:
        if key not in defaults:
            close = difflib.get_close_matches(key, defaults, n=1) or list(defaults)
            raise WalksError(f"data: walks have no key {key!r}. Did you mean {close[0]!r}?")
    return Walks(**{**defaults, **data})


def write(piece: Walk, stem: Path, formats: Sequence[str] = (), recipe: Any = None) -> list[Path]:
    """Write a walk as one line of numbers."""
    path = stem.with_suffix(".txt")
    path.write_text(" ".join(map(str, piece)) + "\n", encoding="ascii")
    return [path]


class Walks:
    """Walks over the places 0, 1, ..., places - 1; each item is one of `length` places, int64."""

    licences = ("walks: computed, free for any use",)

    def __init__(self, places: int, length: int, train: int, valid: int, test: int, seed: int) -> None:
        sizes = {"train": train, "valid": valid, "test": test}
        self.shape = (length,)
        self.places = places
        told = json.dumps([places, length, sizes, seed]).encode()
        self.digest = hashlib.sha256(told).hexdigest()
        self._parts = {
            part: _walks(np.random.default_rng([seed, number]), size, places, length)
            for number, (part, size) in enumerate(sizes.items())
        }

    def size(self, part: str) -> int:
        """How many walks a part has."""
        return len(self._parts[part])

    def batch(self, part: str, indices: NDArray[np.int64], rng: Any) -> NDArray[np.int64]:
        """Walks, shape (len(indices), length); nothing is drawn."""
        return self._parts[part][indices]

    def write(self, piece: Walk, stem: Path, formats: Sequence[str] = (), recipe: Any = None) -> list[Path]:
        """As the function of this name."""
        return write(piece, stem, formats)

    def judge(self, pieces: Sequence[Walk], part: str) -> Mapping[str, float]:
        """The share of leaps: steps of more than one, of which real walks have none."""
        steps = np.abs(np.diff(np.array(pieces, dtype=np.int64)))
        return {"leaps": float((steps > 1).mean())} if steps.size else {}

    def entropy_nats(self) -> float:
        """What the best model pays for a walk of a part, on average: ln places for the first, then each step's."""
        inner = np.log(3.0)
        wall = inner - 2 / 3 * np.log(2.0)
        # The walls' share of time is uniform like all places', since the matrix of the chain is symmetric.
        step = (2 * wall + (self.places - 2) * inner) / self.places
        return float(np.log(self.places) + (self.shape[0] - 1) * step)


def _walks(generator: np.random.Generator, size: int, places: int, length: int) -> NDArray[np.int64]:
    walks = np.empty((size, length), dtype=np.int64)
    walks[:, 0] = generator.integers(0, places, size)
    for moment in range(1, length):
        walks[:, moment] = np.clip(walks[:, moment - 1] + generator.integers(-1, 2, size), 0, places - 1)
    return walks
