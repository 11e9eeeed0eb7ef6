"""What stays the same for every system that is judged: the judges, the gates, the genres and the inspirers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.errors import ModeloidError
from modeloid.music.kinship import features, heard
from modeloid.music.represent.parts import Rows

from .genres import FOREIGN, Genres, cuttings, foreign_songs
from .judging import judges_of
from .measures import Bench
from .refusal import PAIRS, gate
from .slices import Song, own_sets, songs
from .systems import inspirers

LONG_BARS = 32
"""Of the pieces whose dynamics, time and instrumentation are compared."""
_MOST_FOREIGN = 192


@dataclass
class Ground:
    """All that stays the same for every system.

    Parameters
    ----------
    coder
        The representation.
    bench
        What is measured with.
    train, test
        Songs of the training part; those that inspirers are taken from, whether these are many or few.
    of
        The songs of the inspirers, with the first bar of each and of its kin.
    foreign
        Set -> slices of it, one a piece, that the classifier has not learned from.
    """

    coder: Any
    bench: Bench
    train: list[Song]
    test: list[Song]
    of: list[tuple[Song, int, int]]
    foreign: dict[str, list[Rows]] = field(default_factory=dict)

    @property
    def xs(self) -> list[Rows]:
        """The inspirers."""
        return [song.slice(first) for song, first, _ in self.of]

    @property
    def kin(self) -> list[Rows]:
        """Of each inspirer a slice of the same song that does not copy it."""
        return [song.slice(other) for song, _, other in self.of]

    @property
    def long(self) -> list[Rows]:
        """Real excerpts of `LONG_BARS` bars, one of each song that has as many; the same for few inspirers and many."""
        return [song.slice(0, LONG_BARS) for song in self.test if song.bars >= LONG_BARS]

    @property
    def whole(self) -> list[Any]:
        """The song of each inspirer, for the gates."""
        return [heard(song.rows, self.bench.drum_parts) for song, _, _ in self.of]


def ground(
    domain: Any,
    folder: Path,
    most: int | None = None,
    foreign: Sequence[str] = FOREIGN,
    turns: int | None = None,
    pairs: int = PAIRS,
    say: Callable[[str], None] = print,
) -> Ground:
    """Train or read the judges, draw the gates' lines, learn the genres, and choose the inspirers.

    Parameters
    ----------
    domain
        Of music, its representation of the kind "parts".
    folder
        Where judges and lines are kept.
    most
        Inspirers at most; all where not given.
    foreign
        Sets of other genres; those that are not on this machine, or that the domain is made of, are left out.
    turns
        Shortens the lessons of judges and classifier.
    pairs
        Of strangers that the gates' lines are drawn from.

    Raises
    ------
    ModeloidError
        The representation is of another kind, or there are fewer than two inspirers.
    """
    coder = domain.representation
    if coder.kind != "parts":
        raise ModeloidError(f"representation {coder.kind!r}", "bench inspiration", 'Use a modeloid of the kind "parts"')
    drums = coder.drum_parts
    train, valid, test = (songs(domain, part) for part in ("train", "valid", "test"))
    known = judges_of(valid, drums, folder, say=say, turns=turns)
    own = own_sets(domain.data["sets"])
    others = {name: found for name in foreign if name not in own and (found := foreign_songs(name, drums))}
    # the classifier learns from every second foreign piece, the others inspire
    shown = [cuttings(valid), *(cuttings(pieces[::2]) for pieces in others.values())]
    genres = Genres(shown, drums, **({"turns": turns} if turns else {})) if others else None
    numbers, firsts = inspirers(test, drums)
    if len(numbers) < 2:
        raise ModeloidError(f"{len(numbers)} inspirers", "bench inspiration", "Use a larger test part")
    of = [(test[number], int(one), int(other)) for number, (one, other) in zip(numbers, firsts, strict=True)]
    real = np.array([features(rows, drums) for rows in cuttings(test)])
    bench = Bench(known, gate(train, valid, drums, folder, pairs), genres, real, drums)
    inspiring = {name: cuttings(pieces[1::2], each=1)[:_MOST_FOREIGN] for name, pieces in others.items()}
    return Ground(coder, bench, train, [song for song, _, _ in of], of[:most], inspiring)
