"""A piece of which bars or tracks are to be written anew: what is given of it, as a script, and the piece again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError, whole, wholes

from .limits import program_numbers
from .script import Script, bar_lines, heard, kept_notes, script

if TYPE_CHECKING:
    from modeloid.music.columns import Columns
    from modeloid.music.represent.events import Events
    from modeloid.music.represent.events.gaps import Bars


@dataclass(frozen=True)
class Given:
    """A piece, and what is missing of it.

    Parameters
    ----------
    columns
        The piece as it came.
    numbers
        The number of Program of each of its tracks; -1: none.
    kept
        Shape (notes,): which of its notes are given.
    script
        What the walk reads and writes.
    written
        Which numbers of Program may be written; shape (programs,).
    meters
        The meters of the bars that are written.
    """

    columns: Columns
    numbers: tuple[int, ...]
    kept: NDArray[np.bool_]
    script: Script
    written: NDArray[np.bool_]
    meters: frozenset[tuple[int, int]]


def given(chosen: Mapping[str, Any], said: Collection[str], coder: Events, context: int) -> Given:
    """Understand the wishes "prompt", "infill_bars" and "accompany".

    Parameters
    ----------
    chosen, said
        All wishes; the names of those that were said.
    coder
        The representation.
    context
        So many tokens can be read together.

    Raises
    ------
    WishError
        The modeloid did not learn it, there are no such bars or tracks, or what is missing is too long.
    BatchError, ReadError, RepresentationError
        The piece cannot be read, or has no place in the representation.
    """
    from modeloid.music.columns import from_score
    from modeloid.music.read.single import read_piece
    from modeloid.music.represent.events.gaps import AHEAD_BARS, Gap, parsed

    _check_learned(chosen, said, coder)
    if chosen["prompt"] is None:
        raise WishError("no piece is given", "wishes infill_bars, accompany", "Give the piece as prompt")
    columns = from_score(read_piece(chosen["prompt"]))
    named = frozenset() if chosen["accompany"] is None else program_numbers(chosen["accompany"], coder, "accompany")
    seen = _renamed(columns, coder, named)
    piece = parsed(coder.encode_columns(seen)[0].tolist(), coder.known)
    gap = Gap(*_bars(chosen["infill_bars"], len(piece.bars)), named)
    _check_tracks(named, piece, coder, chosen["instruments"])
    kept = kept_notes(seen, coder, gap, bar_lines(piece, coder))
    sounds = heard(seen, kept, coder, bar_lines(piece, coder)[[gap.begin, -1]])
    ahead = None if chosen["infill_bars"] is not None else AHEAD_BARS
    plan = script(piece, gap, coder, context, ahead, sounds)
    every = np.arange(coder.known["Program"].size)
    numbers = tuple(coder.number_of(*track) for track in seen.about["tracks"])
    meters = frozenset(_meter(piece, bar, coder) for bar in range(gap.begin, gap.end))
    return Given(columns, numbers, kept, plan, ~np.isin(every, list(named)), meters)


def _check_learned(chosen: Mapping[str, Any], said: Collection[str], coder: Events) -> None:
    wish, share = ("infill_bars", "infill") if chosen["infill_bars"] is not None else ("accompany", "accompany")
    if not coder.spec.get(share):
        do = f'Only one whose representation says "{share}": 0.25, say, can'
        raise WishError("this modeloid did not learn it", f"wish {wish}", do)
    for name in ("prompt_bars", "length_bars", "most_tokens"):
        if name in said:
            raise WishError(f"the length is that of the piece beside {wish}", f"wish {name}", "Leave it out")


def _bars(wished: Any, bars: int) -> tuple[int, int]:
    if wished is None:
        return 0, bars
    ends = [wished, wished] if whole(wished, 1) else wished
    if not wholes(ends, 1, 2) or len(ends) != 2 or ends[0] > ends[1]:
        do = "Write the first and the last bar, such as [5, 8]"
        raise WishError(f"{wished!r} are no bars", "wish infill_bars", do)
    if ends[1] > bars:
        raise WishError(f"there is no bar {ends[1]}", "wish infill_bars", f"The piece has bars 1 to {bars}")
    return ends[0] - 1, ends[1]


def _renamed(columns: Columns, coder: Events, named: frozenset[int]) -> Columns:
    """The one track of a piece is the one track that is named, whatever it is called."""
    tracks = columns.about["tracks"]
    played = sorted(set(columns.notes["track"].tolist()))
    if len(played) != 1 or len(named) != 1 or not coder.known.parts:
        return columns
    (number,) = named
    changed = [list(track) for track in tracks]
    changed[played[0]] = list(coder.known.tracks[number])
    return replace(columns, about={**columns.about, "tracks": changed})


def _check_tracks(named: frozenset[int], piece: Bars, coder: Events, instruments: Any) -> None:
    if not named:
        return
    played = set().union(*(bar.programs() for bar in piece.bars))
    absent = sorted(named - played)
    names = coder.known.names[coder.known["Program"].slice]
    if absent:
        has = ", ".join(names[number].removeprefix("Program_") for number in sorted(played))
        text = f"the piece has no note of {names[absent[0]].removeprefix('Program_')}"
        raise WishError(text, "wish accompany", f"It has {has}")
    if len(named) == coder.known["Program"].size:
        raise WishError("no track is left to be written", "wish accompany", "Name fewer")
    # A tune alone is there to be accompanied: what is written beside it is new in any case.
    if len(played) > 1 and named >= played:
        new = frozenset() if instruments is None else program_numbers(instruments, coder, "instruments")
        if not new - named:
            do = "Name fewer, or wish instruments that are new to it"
            raise WishError("no track of the piece is left to be written", "wish accompany", do)


def _meter(piece: Bars, bar: int, coder: Events) -> tuple[int, int]:
    meter = piece.bars[bar].meter
    return coder.known.meters[meter[-1] - coder.known["Meter"].first] if meter else (4, 4)
