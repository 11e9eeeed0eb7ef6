"""Between the batches and pieces of a domain and rolls of several tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import BatchError

if TYPE_CHECKING:
    from modeloid.music.represent import Representation

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Items:
    """What an item looks like and, where the domain has one, the representation that makes pieces of arrays.

    Parameters
    ----------
    shape
        Of an item: (bars, steps, pitches, tracks).
    representation
        What ``data["representation"]`` says, or None: then pieces are arrays.
    """

    shape: tuple[int, ...]
    representation: Mapping[str, Any] | None = None

    def batch(self, given: Any) -> Array:
        """Velocities from 0 to 1, (n, bars, steps, pitches, tracks), of a domain's batch. Raises `BatchError`."""
        array = np.asarray(given)
        if array.ndim != 5 or array.shape[1:] != self.shape or not len(array):
            wanted = ", ".join(map(str, self.shape))
            do = f"Batches of this modeloid are (n, {wanted}): bars, steps, pitches, tracks"
            raise BatchError(f"it has the shape {array.shape}", "batch", do)
        return _velocities(array, "batch")

    def bars(self, given: Any, wish: str, tracks: int) -> Array:
        """A piece, the path of a file or an array as (bars, steps, pitches, tracks).

        Raises
        ------
        BatchError
            It has another shape, or no whole bar.
        ReadError, RepresentationError
            The file is none, or its piece has no place in the representation.
        """
        array = self._array(given)
        if array.ndim == 3 and tracks == 1:
            array = array[..., None]
        known = (*self.shape[1:3], tracks)
        if array.ndim != 4 or array.shape[1:] != known or not len(array):
            do = f"It needs at least one bar of (steps, pitches, tracks) {known}"
            raise BatchError(f"the piece has the shape {array.shape}", f"wish {wish}", do)
        return _velocities(array, f"wish {wish}")

    def is_array(self, given: Any) -> bool:
        """Whether a piece is given as numbers, not as a score or a path."""
        return self.representation is None or isinstance(given, (np.ndarray, list))

    def _array(self, given: Any) -> NDArray[Any]:
        if self.is_array(given):
            return np.asarray(given)
        from modeloid.music.read.single import read_piece

        assert self.representation is not None, "only then a piece is no array"
        return coder(self.representation).encode(read_piece(given))

    def pieces(self, rolls: Array) -> Sequence[Any]:
        """Make pieces of velocities (n, bars, steps, pitches, tracks)."""
        if self.representation is None:
            return list(rolls)
        made = coder(self.representation)
        return [made.decode(roll) for roll in rolls]


def coder(spec: Mapping[str, Any]) -> Representation:
    """What a description of a representation stands for; raises `RepresentationError`."""
    from modeloid.music.represent import representation

    found: Representation = representation(spec)
    return found


def _velocities(array: NDArray[Any], where: str) -> Array:
    values = array.astype(np.float32)
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
        raise BatchError("it has values outside 0 to 1", where, "Give velocities / 127, or on and off")
    return values
