"""What the cycle asks of a modeloid, a domain, a model and a world: protocols, no base class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from .card import Card
from .rng import Rng

Part = str
"""One of "train", "valid", "test"."""


@runtime_checkable
class Modeloid(Protocol):
    """One trainable thing: a fixed architecture in one state."""

    id: str
    name: str
    authors: Sequence[str]
    doc: str
    model: Mapping[str, Any]
    load_model: Callable[..., Any]
    wishes: Mapping[str, tuple[str, Any]]
    """Wish -> (description, default): what `sample` understands beyond the number of pieces."""

    def train(self, batch: Any, rng: Rng) -> Mapping[str, float]:
        """One turn: any number of steps of any number of optimisers. Returns what is to be logged."""
        ...

    def loss(self, batch: Any, rng: Rng) -> Mapping[str, tuple[float, float]]:
        """Quantity -> (sum, count) over a batch, in evaluation mode; changes nothing, not even a random state."""
        ...

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; piece i depends on ``rng.at(i)`` alone, so ``sample(8)[:4] == sample(4)``. Changes nothing."""
        ...

    def save(self, directory: Path) -> None:
        """Write the complete state into a new empty directory; safetensors, npz or json, never pickle."""
        ...


@runtime_checkable
class HasLikelihood(Protocol):
    """A modeloid that knows how likely an item is."""

    def log_likelihood(self, batch: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """One log-likelihood in nats for each item of the batch, and how many steps (frames, events) each has."""
        ...


@runtime_checkable
class HasAverage(Protocol):
    """A modeloid that keeps averaged weights for validation and samples."""

    def averaged(self) -> AbstractContextManager[Any]:
        """Swap the averaged weights in; the trained ones come back at the end."""
        ...


@runtime_checkable
class Tells(Protocol):
    """A modeloid that says how each of its pieces came to be."""

    def told(self, n: int, rng: Rng, **wishes: Any) -> Sequence[tuple[Any, Mapping[str, Any]]]:
        """The pieces of `sample`, each with a mapping that JSON can hold; empty where there is nothing to say."""
        ...


@runtime_checkable
class Domain(Protocol):
    """What the cycle learns about data and pieces. It fulfils this and needs no import of the cycle."""

    digest: str
    """Names the content of the data: another digest, other data."""
    licences: Sequence[str]
    """One line for each data set: what it may be used for."""

    def size(self, part: Part) -> int:
        """How many items a part has."""
        ...

    def batch(self, part: Part, indices: NDArray[np.int64], rng: Rng) -> Any:
        """What `train` and `loss` take: representation, crop and augmentation happen here, from each item's address."""
        ...

    def write(
        self, piece: Any, stem: Path, formats: Sequence[str] = (), recipe: Mapping[str, Any] | None = None
    ) -> list[Path]:
        """Write one piece to files that begin with `stem`, in the domain's usual format where none is named.

        `recipe` says how the piece came to be; a format that can carry it does.
        """
        ...

    def judge(self, pieces: Sequence[Any], part: Part) -> Mapping[str, float]:
        """Measure a whole set of pieces against a part of the data; may be empty."""
        ...


@runtime_checkable
class Annotates(Protocol):
    """A domain that says something of each single piece."""

    def annotate(self, pieces: Sequence[Any], part: Part) -> Sequence[Mapping[str, Any]]:
        """One mapping a piece, of what JSON can hold; `part` is what the pieces are held against."""
        ...


@runtime_checkable
class Compares(Protocol):
    """A domain that compares a set of pieces with its data more closely than `judge` does."""

    def compare(self, pieces: Sequence[Any], part: Part) -> Mapping[str, Any]:
        """Quantities with their intervals, those of the data beside; of what JSON can hold."""
        ...


@runtime_checkable
class Explains(Protocol):
    """A domain that says what its data are."""

    def about(self) -> Mapping[str, Any]:
        """Sets, licences, sizes, what was refused and why; of what JSON can hold."""
        ...


class DomainFactory(Protocol):
    """What an entry point of the group ``modeloid.domains`` names: a module with these."""

    doc: str
    defaults: Mapping[str, Any]
    """The keys of ``data`` that the domain knows, with their defaults ("domain" itself left out)."""

    def open(self, data: Mapping[str, Any]) -> Domain:
        """Open the data sets; an unknown key or set is an error that names the nearest known one."""
        ...

    def write(
        self, piece: Any, stem: Path, formats: Sequence[str] = (), recipe: Mapping[str, Any] | None = None
    ) -> list[Path]:
        """What the domain's `write` does; pieces are written without opening any data."""
        ...


class Model(Protocol):
    """What an entry point of the group ``modeloid.models`` names: a module with these, cheap to import."""

    doc: str
    parameters: Mapping[str, tuple[Any, str, str]]
    """Name -> (default, range in words, one line)."""
    presets: Mapping[str, Mapping[str, Any]]
    """Name -> {"doc", "parameters", "data", "cycle"}: what `create` starts from. One is called "default"."""

    def make(self, data: Domain, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make the ``model`` dict of a new modeloid; it checks the parameters and may look at the shape of the data."""
        ...

    def load_model(self, card: Card, state: Path | None, world: World) -> Modeloid:
        """Make the object in the state it should be in."""
        ...


class World(Protocol):
    """The processes that work on one modeloid, and the device that this one uses."""

    rank: int
    size: int
    device: str
    precision: str

    def environment(self) -> dict[str, Any]:
        """What must be the same for byte-equal results: versions, threads, device."""
        ...

    def sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up over all processes."""
        ...

    def agree(self, bits: int) -> int:
        """The bits that any process has set, the same on all."""
        ...

    def share(self, value: Any) -> Any:
        """Rank 0's value (anything JSON can hold), on all processes."""
        ...

    def barrier(self) -> None:
        """Wait for all processes."""
        ...


Watcher = Callable[[str, Any], None]
"""Called with the name of an event and a view of the run; it reads, and may only `ask`."""
