"""Between the batches and pieces of a domain and values of cells: pitches from 0, `past.SILENT` for a rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import BatchError

if TYPE_CHECKING:
    from modeloid.music.represent.grid import Grid

_FOUR = ("soprano", "alto", "tenor", "bass")


class Batch(NamedTuple):
    """Grids of different lengths.

    Parameters
    ----------
    values
        Shape (n, longest, voices), int64: pitches from 0, -1 where a voice rests and behind an item's end.
    lengths, starts
        Shape (n,), int64: how many frames are an item's; which frame of its piece the first one is.
    """

    values: NDArray[np.int64]
    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Items:
    """The sizes of a grid and, where the domain has one, the representation that makes pieces of arrays.

    Parameters
    ----------
    voices, pitches
        Of a frame.
    representation
        What ``data["representation"]`` says where there is music, else None: then pieces are arrays, 0 a rest, 1 the
        lowest pitch.
    """

    voices: int
    pitches: int
    representation: Mapping[str, Any] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the voices are called in wishes, the highest first."""
        return _FOUR if self.voices == len(_FOUR) else tuple(f"voice {voice + 1}" for voice in range(self.voices))

    def batch(self, given: Any) -> Batch:
        """Take a domain's batch: cells with lengths and starts, or grids that are all full. Raises `BatchError`."""
        cells = np.asarray(getattr(given, "cells", given))
        if cells.ndim != 3 or cells.shape[2] != self.voices or not cells.size:
            do = f"Batches of this modeloid are (n, frames, {self.voices})"
            raise BatchError(f"it has the shape {cells.shape}", "batch", do)
        lengths = np.asarray(getattr(given, "lengths", np.full(len(cells), cells.shape[1])), np.int64)
        starts = np.asarray(getattr(given, "starts", np.zeros(len(cells))), np.int64)
        if lengths.min() < 1 or lengths.max() > cells.shape[1]:
            do = "Give lengths that fit the frames"
            raise BatchError("an item has no frame, or more than there are", "batch", do)
        return Batch(self._values(cells, "batch"), lengths, starts)

    def given(self, piece: Any, voices: Sequence[int] | None) -> NDArray[np.int64]:
        """Values (frames, voices) of a piece, of the file at a path, or of an array.

        Parameters
        ----------
        piece
            Where it has as many tracks with notes as voices are named, these are the voices, from the first on.
        voices
            Those that are named, or None.

        Raises
        ------
        BatchError
            It has another shape.
        ReadError, RepresentationError
            It cannot be read, or holds no note that has a place.
        """
        cells = np.asarray(piece) if self._is_array(piece) else self._encoded(piece, voices)
        if cells.ndim != 2 or cells.shape[1] != self.voices or not len(cells):
            do = f"It needs the shape (frames, {self.voices})"
            raise BatchError(f"the piece has the shape {cells.shape}", "wish given", do)
        return self._values(cells, "wish given")

    def pieces(self, values: NDArray[np.int64]) -> Sequence[Any]:
        """Make pieces of values (n, frames, voices)."""
        cells = (values + 1).astype(np.uint8)
        return list(cells) if self.representation is None else [self._coder().decode(grid) for grid in cells]

    def _values(self, cells: NDArray[Any], where: str) -> NDArray[np.int64]:
        if cells.min() < 0 or cells.max() > self.pitches:
            text = f"numbers lie in {cells.min()} to {cells.max()}"
            raise BatchError(text, where, f"They must lie in 0 (a rest) to {self.pitches}")
        return cells.astype(np.int64) - 1

    def _is_array(self, piece: Any) -> bool:
        return self.representation is None or isinstance(piece, (np.ndarray, list))

    def _encoded(self, piece: Any, voices: Sequence[int] | None) -> NDArray[np.uint8]:
        from modeloid.music.columns import from_score
        from modeloid.music.read.single import read_piece

        coder, columns = self._coder(), from_score(read_piece(piece))
        drums = [number for number, track in enumerate(columns.about["tracks"]) if track[2]]
        tracks = [int(track) for track in np.unique(columns.notes["track"]) if track not in drums]
        if voices is not None and len(tracks) == len(voices) < self.voices:
            return coder.encode_tracks(columns, dict(zip(tracks, sorted(voices), strict=True)))[0]
        return coder.encode_columns(columns)[0]

    def _coder(self) -> Grid:
        from modeloid.music.represent import representation

        coder: Grid = representation(self.representation or {})
        return coder
