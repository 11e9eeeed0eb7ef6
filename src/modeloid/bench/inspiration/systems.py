"""What is judged: systems make a slice of each inspirer, and all that they make goes through a MIDI file and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng
from modeloid.music.columns import from_score
from modeloid.music.errors import RepresentationError
from modeloid.music.kinship import SLICE_BARS, Cheaters
from modeloid.music.represent.parts import Rows, cut

from .slices import Ints, Song, low_copy

if TYPE_CHECKING:
    from symusic.core import ScoreTick

Floats = NDArray[np.float64]

System = Callable[[Sequence[Rows], int], list[Rows]]
"""(inspirers, seed) -> as many slices, or pieces of which the first slice is judged."""
Blend = Callable[[Sequence[tuple[Rows, Rows]], int], list[Rows]]
"""(pairs of inspirers, seed) -> a slice of each pair."""
Code = Callable[[Sequence[Rows]], Floats]
"""Slices -> one vector each."""

EMPTY: Rows = np.zeros((0, 5), np.int64)


def inspirers(pieces: Sequence[Song], drum_parts: tuple[int, ...], seed: int = 0) -> tuple[list[int], Ints]:
    """One slice of each piece that has a slice beside it which does not copy it.

    Returns
    -------
    The numbers of the pieces, and the first bars of the inspirer and of its kin, shape (pieces, 2).
    """
    kept, found = [], []
    for number, song in enumerate(pieces):
        pairs = low_copy(song, drum_parts)
        if not len(pairs):
            continue
        draw = Rng(seed).at("inspirer", song.name).generator()
        kept.append(number)
        found.append(draw.permutation(pairs[draw.integers(len(pairs))]))
    return kept, np.array(found, np.int64).reshape(-1, 2)


def strangers(xs: Sequence[Rows], seed: int) -> list[Rows]:
    """The floor, a system: the inspirer of somebody else."""
    places = Rng(seed).at("strangers").generator().permutation(len(xs))
    taken = np.empty(len(xs), np.int64)
    taken[places] = np.roll(places, 1)
    return [xs[int(number)] for number in taken]


def nearest_real(corpus: Sequence[Rows], code: Code) -> System:
    """A system that hands in the real slice whose code is nearest: the most that a generator could do with that code.

    Parameters
    ----------
    corpus
        Real slices, of other pieces than the inspirers.
    code
        What slices are compared by; the distance is Euclidean.
    """
    known = code(corpus)

    def system(xs: Sequence[Rows], _: int) -> list[Rows]:
        """The real slice nearest to each inspirer, whatever the seed."""
        asked = code(xs)
        apart = (asked**2).sum(axis=1)[:, None] - 2 * asked @ known.T + (known**2).sum(axis=1)[None]
        return [corpus[number] for number in apart.argmin(axis=1)]

    return system


def cheating(
    corpus: Sequence[Rows],
    of: Sequence[tuple[Song, int]],
    drum_parts: tuple[int, ...],
    judge: Code,
    seed: int = 0,
) -> dict[str, list[Rows]]:
    """What each of the eleven cheaters hands in for each inspirer.

    Parameters
    ----------
    corpus
        Slices of the training part.
    of
        The song and the first bar of each inspirer.
    judge
        Whom the last of them asks.

    Returns
    -------
    Cheater -> as many slices as inspirers.
    """
    all_of = Cheaters(corpus, drum_parts, judge)
    handed_in = [all_of.of(song.rows, first, Rng(seed).at("cheaters", song.name)) for song, first in of]
    return {name: [each[name] for each in handed_in] for name in handed_in[0]}


def of_modeloid(modeloid: Any, coder: Any, wishes: Mapping[str, Any] | None = None, inspired: bool = True) -> System:
    """A modeloid as a system.

    Parameters
    ----------
    modeloid
        With ``sample(n, rng, inspiration=..., **wishes)``.
    coder
        The representation of the domain: inspirers are handed over as scores, and what comes back is read as notes.
    wishes
        Asked of every piece, "strength" and a length among them.
    inspired
        Whether it is told the inspirer; one that knows no such wish is asked for as many pieces at once.
    """
    asked = dict(wishes or {})

    def system(xs: Sequence[Rows], seed: int) -> list[Rows]:
        """One piece of the modeloid for each inspirer."""
        if not inspired:
            made = modeloid.sample(len(xs), Rng(seed).at("bench"), **asked)
            return [read(piece, coder) for piece in made]
        found = []
        for number, x in enumerate(xs):
            score = written(coder.decode(x))
            (piece,) = modeloid.sample(1, Rng(seed).at("bench", number), inspiration=score, **asked)
            found.append(read(piece, coder))
        return found

    return system


def blending(modeloid: Any, coder: Any, wishes: Mapping[str, Any] | None = None) -> Blend:
    """A modeloid asked for a piece of two inspirers, both of the same weight; see `of_modeloid`."""
    asked = dict(wishes or {})

    def blend(pairs: Sequence[tuple[Rows, Rows]], seed: int) -> list[Rows]:
        """One piece of the modeloid for each pair of inspirers."""
        found = []
        for number, pair in enumerate(pairs):
            scores = [written(coder.decode(x)) for x in pair]
            (piece,) = modeloid.sample(1, Rng(seed).at("blend", number), inspiration=scores, **asked)
            found.append(read(piece, coder))
        return found

    return blend


def answering(modeloid: Any, coder: Any, wishes: Mapping[str, Any] | None = None) -> Callable[[ScoreTick], Rows]:
    """What a modeloid makes of one score, whatever that is: the notes of the piece."""
    asked = dict(wishes or {})

    def answer(score: ScoreTick) -> Rows:
        """The piece that the score inspires."""
        (piece,) = modeloid.sample(1, Rng(0).at("odd"), inspiration=score, **asked)
        return read(piece, coder)

    return answer


def written(score: ScoreTick) -> ScoreTick:
    """A score through the bytes of a MIDI file and back."""
    from symusic.core import ScoreTick

    return ScoreTick.from_midi(score.dumps_midi())


def read(score: ScoreTick, coder: Any) -> Rows:
    """The notes of a piece as somebody reads them from its MIDI file; none where it has none."""
    try:
        rows, _ = coder.encode_columns(from_score(written(score)))
    except RepresentationError:
        return EMPTY
    return np.asarray(rows, np.int64)


def heard_again(slices: Sequence[Rows], coder: Any) -> list[Rows]:
    """The first eight bars of each, through a MIDI file and back."""
    return [cut(read(coder.decode(rows), coder), 0, SLICE_BARS) if len(rows) else EMPTY for rows in slices]
