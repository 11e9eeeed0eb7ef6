"""Between the batches and pieces of a domain and rolls of 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import BatchError

if TYPE_CHECKING:
    from modeloid.music.represent import Representation


class Batch(NamedTuple):
    """Rolls of different lengths.

    Parameters
    ----------
    frames
        Shape (n, longest, pitches), uint8 of 0 and 1; 0 behind an item's end.
    lengths, starts
        Shape (n,), int64: how many frames are an item's; which frame of its piece the first one is.
    """

    frames: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Items:
    """How many pitches there are and, where the domain has one, the representation that makes pieces of arrays.

    Parameters
    ----------
    pitches
        Of a frame.
    representation
        What ``data["representation"]`` says, or None: then pieces are arrays of 0 and 1.
    """

    pitches: int
    representation: Mapping[str, Any] | None = None

    def batch(self, given: Any) -> Batch:
        """Take a domain's batch: frames with lengths and starts, or windows that are all full. Raises `BatchError`."""
        frames = np.asarray(getattr(given, "frames", given))
        if frames.ndim != 3 or frames.shape[2] != self.pitches or not frames.size:
            do = f"Batches of this modeloid are (n, frames, {self.pitches})"
            raise BatchError(f"it has the shape {frames.shape}", "batch", do)
        if frames.dtype != bool and frames.max() > 1:
            raise BatchError("a pitch sounds or does not", "batch", "Give frames of 0 and 1")
        lengths = np.asarray(getattr(given, "lengths", np.full(len(frames), frames.shape[1])), np.int64)
        starts = np.asarray(getattr(given, "starts", np.zeros(len(frames))), np.int64)
        if lengths.min() < 1 or lengths.max() > frames.shape[1]:
            raise BatchError(
                "an item has no frame, or more than there are", "batch", "Give lengths that fit the frames"
            )
        return Batch(frames.astype(np.uint8), lengths, starts)

    def prompt(self, given: Any) -> NDArray[np.uint8]:
        """Frames (frames, pitches) of a piece, a file or an array. Raises `BatchError`, `ReadError`."""
        array = self._array(given)
        if array.ndim != 2 or array.shape[1] != self.pitches or not len(array):
            do = f"It needs the shape (frames, {self.pitches})"
            raise BatchError(f"the piece to go on from has the shape {array.shape}", "wish prompt", do)
        return (array > 0).astype(np.uint8)

    def _array(self, given: Any) -> NDArray[Any]:
        if self.representation is None or isinstance(given, (np.ndarray, list)):
            return np.asarray(given)
        from modeloid.music.read.single import read_piece

        return _coder(self.representation).encode(read_piece(given))

    def pieces(self, rolls: NDArray[np.uint8]) -> Sequence[Any]:
        """Make pieces of arrays (n, frames, pitches) of 0 and 1."""
        if self.representation is None:
            return list(rolls)
        coder = _coder(self.representation)
        return [coder.decode(roll) for roll in rolls]


def _coder(spec: Mapping[str, Any]) -> Representation:
    from modeloid.music.represent import representation

    coder: Representation = representation(spec)
    return coder
