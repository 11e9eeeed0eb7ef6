"""A score performed: the same notes, each with a velocity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError
from modeloid.music.columns import Columns, from_score, to_score
from modeloid.music.errors import RepresentationError
from modeloid.music.phrase import in_c
from modeloid.music.read.single import read_piece
from modeloid.music.represent import representation
from modeloid.music.represent.parts import Encoded

from .items import Items
from .learner import Generator
from .notes.interpret import Parts
from .plan import plan_of

if TYPE_CHECKING:
    from symusic.core import ScoreTick

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Given:
    """A score that is to be performed.

    Parameters
    ----------
    columns
        All of it.
    encoded
        Its notes on the grid, in order; its bars, or slots of bars, see `music.represent.parts.slots`; its tempo.
    number
        Of each note of the score its row among these; -1: it belongs to no part, and stays as it is.
    """

    columns: Columns
    encoded: Encoded
    number: Ints

    def with_velocities(self, found: NDArray[Any]) -> ScoreTick:
        """The score with a velocity for each row, rounded; all else as it was given."""
        loud = np.clip(np.rint(found), 1, 127).astype(np.int64)
        own = self.columns.notes["velocity"]
        velocity = np.where(self.number >= 0, loud[self.number], own).astype(own.dtype)
        return to_score(Columns({**self.columns.notes, "velocity": velocity}, self.columns.about, self.columns.beside))


def given_score(given: Any, items: Items) -> Given:
    """Read a score, or the one at a path, in whatever meter it is.

    Raises
    ------
    WishError
        No note of it belongs to a part.
    ReadError
        It cannot be read.
    """
    columns = from_score(read_piece(given))
    coder: Any = representation({**items.coder.spec, "other_meters": "pad"})
    try:
        return Given(columns, *coder.numbered(columns))
    except RepresentationError as error:
        do = f"Give a score with notes for {', '.join(part.name for part in items.parts)}"
        raise WishError(f"there is nothing to perform ({str(error).rstrip('.')})", "wish perform", do) from error


def performed(
    maker: Any, given: Given, generators: Sequence[np.random.Generator], temperature: float, drums: tuple[int, ...]
) -> list[ScoreTick]:
    """One performance a generator; at temperature 0 the expected one, whatever the generator.

    Raises
    ------
    WishError
        The modeloid has no net that performs.
    """
    if not isinstance(maker, Generator) or maker.touch is None:
        do = "Use one that has, as those of the preset piano (touch_excerpts above 0)"
        raise WishError("this modeloid has not learned to perform", "wish perform", do)
    rows, bars, tempo_bpm = given.encoded
    in_key, _ = in_c(rows, drums)
    plan = plan_of(in_key, bars, maker.plan.fields, drums)
    # the expected performance is the same for all: it is told once
    count = len(generators) if temperature > 0 else 1
    parts = Parts([in_key] * count, [rows] * count, [plan] * count, [tempo_bpm] * count)
    if temperature > 0:
        return [given.with_velocities(one) for one in maker.touch.drawn(parts, generators, temperature)]
    (expected,) = maker.touch.expected(parts)
    return [given.with_velocities(expected) for _ in generators]
