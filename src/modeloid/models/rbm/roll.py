"""Between the batches and pieces of a domain and the visible units of a machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from modeloid.backends.arguments import BatchError

from .machine import Array

if TYPE_CHECKING:
    from modeloid.music.represent import Representation

_BEATS_OF_A_BAR = 4


@dataclass(frozen=True)
class Rolls:
    """Shape of an item and, where the domain has one, the representation that makes pieces of arrays.

    Parameters
    ----------
    shape
        Of one item: frames first, or (values,) where there is no time.
    representation
        What ``data["representation"]`` says, or None: then pieces are arrays of zeros and ones.
    """

    shape: tuple[int, ...]
    representation: Mapping[str, Any] | None = None

    @property
    def window(self) -> int:
        """Frames of an item."""
        return self.shape[0] if len(self.shape) > 1 else 1

    @property
    def beat(self) -> int:
        """Frames of a beat; 1 where there are no beats."""
        return int((self.representation or {}).get("steps_per_beat", 1))

    @property
    def bar(self) -> int:
        """Frames of a bar of four beats, at most half a window."""
        return max(1, min(_BEATS_OF_A_BAR * self.beat, self.window // 2))

    def visible(self, batch: Any, dtype: Any) -> Array:
        """Turn a batch into visible units (n, frames, pitches). Raises `BatchError`."""
        units = np.asarray(batch)
        if units.shape[1:] != self.shape or not len(units):
            do = f"Batches of this modeloid are (n, {', '.join(map(str, self.shape))})"
            raise BatchError(f"it has the shape {units.shape}", "batch", do)
        if units.dtype != bool and not (units.min() >= 0 and units.max() <= 1):
            raise BatchError("visible units are on or off, or lie between", "batch", "Give values from 0 to 1")
        return units.reshape(len(units), self.window, -1).astype(dtype)

    def first_bar(self, start: Any) -> Array:
        """First bar (frames, pitches) of a piece, a file or an array. Raises `BatchError`, `ReadError`."""
        array = self._array(start)
        if array.shape[1:] != self.shape[1:] or len(array) < self.bar:
            do = f"It needs the shape ({self.bar} or more, {', '.join(map(str, self.shape[1:]))})"
            raise BatchError(f"the piece to start from has the shape {array.shape}", "wish start", do)
        return (array[: self.bar] > 0).reshape(self.bar, -1).astype(np.float32)

    def _array(self, start: Any) -> Array:
        if self.representation is None:
            return np.asarray(start)
        from modeloid.music.read.single import read_piece

        return _coder(self.representation).encode(read_piece(start))

    def pieces(self, rolls: Array) -> Sequence[Any]:
        """Make pieces of arrays (n, frames, pitches) of zeros and ones."""
        units = rolls.astype(np.uint8)
        arrays = units[:, 0] if len(self.shape) == 1 else units.reshape(*units.shape[:2], *self.shape[1:])
        if self.representation is None:
            return list(arrays)
        coder = _coder(self.representation)
        return [coder.decode(array) for array in arrays]


def _coder(spec: Mapping[str, Any]) -> Representation:
    from modeloid.music.represent import representation

    coder: Representation = representation(spec)
    return coder
