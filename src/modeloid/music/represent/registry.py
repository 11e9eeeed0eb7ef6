"""Kind -> representation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns
from ..errors import RepresentationError, nearest
from ..losses import Losses
from ..windows import Address
from .augment import Augmentation
from .events import Events
from .grid import Grid
from .multitrack import MultiTrack
from .parts.kind import Parts
from .roll import Roll
from .voices import Voices

if TYPE_CHECKING:
    from symusic.core import ScoreTick


class Items(Protocol):
    """The windows of some pieces."""

    @property
    def owner(self) -> NDArray[np.int64]:
        """The number of each item's piece among those given."""
        ...

    @property
    def offset(self) -> NDArray[np.int64]:
        """Where each item lies in its piece when it is not moved (in steps, tokens or bars)."""
        ...

    @property
    def losses(self) -> Losses:
        """What the encoding left out, untransposed."""
        ...

    @property
    def padded(self) -> int:
        """How many pieces are shorter than a window; what they lack is silence."""
        ...

    @property
    def refused(self) -> tuple[tuple[int, str], ...]:
        """Number and reason of each piece that cannot be represented and has no item."""
        ...

    def __len__(self) -> int: ...

    def still(self, indices: NDArray[np.int64]) -> Any:
        """Items where and as they are."""
        ...

    def moved(self, indices: NDArray[np.int64], rng: Address) -> Any:
        """Items cut and varied at random, each from its own address, the same whatever else is in the batch."""
        ...


class Representation(Protocol):
    """A map piece -> array -> piece."""

    kind: str
    spec: dict[str, Any]
    """All arguments, defaults written out: what is saved with a modeloid."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one window."""
        ...

    def encode(self, piece: ScoreTick) -> NDArray[Any]:
        """The whole piece, time first."""
        ...

    def encode_columns(self, columns: Columns) -> tuple[NDArray[Any], Losses]:
        """As `encode`, from columns, with what was lost."""
        ...

    def decode(self, array: NDArray[np.generic]) -> ScoreTick:
        """A piece that encodes to this array again, as far as the representation can say."""
        ...

    def prepare(self, pieces: Sequence[Columns], augment: Augmentation) -> Items:
        """Encode pieces and cut them into items."""
        ...


REPRESENTATIONS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "roll": Roll,
    "multitrack": MultiTrack,
    "voices": Voices,
    "grid": Grid,
    "events": Events,
    "parts": Parts,
}


def representation(spec: Mapping[str, Any]) -> Any:
    """Build a representation from its arguments.

    Parameters
    ----------
    spec
        ``kind`` and the arguments of that kind.

    Returns
    -------
    A `Representation`, and what is its kind's own.

    Raises
    ------
    RepresentationError
        Unknown kind or key (the nearest known one is named), or a value out of range.
    """
    where = "representation"
    if "kind" not in spec:
        raise RepresentationError("no kind is given", where, nearest("", REPRESENTATIONS))
    kind = str(spec["kind"])
    if kind not in REPRESENTATIONS:
        raise RepresentationError(f"unknown kind {kind!r}", where, nearest(kind, REPRESENTATIONS))
    return REPRESENTATIONS[kind](spec)
