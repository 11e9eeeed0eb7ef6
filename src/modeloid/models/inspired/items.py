"""Between the domain's batches and pieces and the rows of notes that the family learns from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modeloid.backends.arguments import BatchError, ParameterError, WishError

from .barred import barred

if TYPE_CHECKING:
    from modeloid.music.represent.parts import Excerpts, Parts, Rows

OWN = "own"
"""Of a grouped batch, the group that the generator learns from; ideas are learned from all."""


class Items:
    """What the representation does for the family.

    Parameters
    ----------
    spec
        ``data["representation"]``, of kind "parts".
    """

    def __init__(self, spec: Any) -> None:
        from modeloid.music.represent import representation

        if not isinstance(spec, Mapping) or spec.get("kind") != "parts":
            raise ParameterError("ideas are heard in notes", "data representation", 'Use {"kind": "parts"}')
        self.coder: Parts = representation(spec)
        self.parts, self.drums = self.coder.parts, self.coder.drum_parts

    def own(self, batch: Any) -> Excerpts:
        """What the generator learns from: the batch, or its group "own". Raises `BatchError`."""
        if isinstance(batch, Mapping):
            if OWN not in batch:
                do = 'Call the group of the music that is to be made "own"'
                raise BatchError(f"no group is called {OWN!r}", "batch", do)
            batch = batch[OWN]
        return self._excerpts(batch)

    def all(self, batch: Any) -> list[Excerpts]:
        """What ideas are learned from: every group, the own one first."""
        if not isinstance(batch, Mapping):
            return [self._excerpts(batch)]
        own = self.own(batch)
        return [own, *(self._excerpts(batch[name]) for name in batch if name != OWN)]

    def rows(self, given: Any, name: str) -> tuple[Rows, int, float]:
        """A piece, or the path of one: its notes, how many bars it has, quarters a minute.

        Raises
        ------
        ReadError, WishError
            It cannot be read, or has no note that belongs here. Where other meters are left out (``other_meters`` is
            not "pad"): no bar of it can be in 4/4.
        """
        from modeloid.music.columns import from_score
        from modeloid.music.errors import RepresentationError
        from modeloid.music.read.single import read_piece

        columns = from_score(read_piece(given))
        if self.coder.spec["other_meters"] != "pad":
            columns = barred(columns, name)
        try:
            encoded, _ = self.coder.encoded(columns)
        except RepresentationError as error:
            do = "Give a piece with a melody or chords for these parts, not drums alone"
            raise WishError(f"{name}: {str(error).rstrip('.')}", "wish inspiration", do) from error
        return encoded.rows, encoded.bars, encoded.tempo_bpm

    def piece(self, rows: Rows, tempo_bpm: float) -> Any:
        """A score of these notes."""
        return self.coder.decode(rows, tempo_bpm)

    def _excerpts(self, given: Any) -> Excerpts:
        from modeloid.music.represent.parts import Excerpts

        if not isinstance(given, Excerpts) or not len(given.owners):
            do = 'Batches come from the representation "parts"'
            raise BatchError(f"a {type(given).__name__} is no batch of excerpts", "batch", do)
        return given
