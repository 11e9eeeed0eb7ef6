"""What is given of a piece, and the bars that are to be written, in the order in which a network reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError

if TYPE_CHECKING:
    from modeloid.music.columns import Columns
    from modeloid.music.represent.events import Events
    from modeloid.music.represent.events.gaps import Bars, Gap

_FEWEST_TOKENS = 64
FAR = 1 << 40
"""A step behind every piece."""


@dataclass(frozen=True)
class Slot:
    """A bar that is written: the step it begins at, how many it has, and the step at which its notes must end."""

    line: int
    length: int
    seam: int


@dataclass(frozen=True)
class Script:
    """What is given and what is to be written, in turn.

    Parameters
    ----------
    given
        Rows of tokens: one before each slot, and what stands behind the last one.
    slots
        The bars to be written.
    sounding
        Shape (steps,): how many pitched notes that are given sound at each step.
    busy
        Shape (programs or 1, pitches and drums): until which step one that is given sounds where the gap begins.
    most_tokens
        After so many a bar is ended.
    """

    given: tuple[tuple[int, ...], ...]
    slots: tuple[Slot, ...]
    sounding: NDArray[np.int64]
    busy: NDArray[np.int64]
    most_tokens: int


def bar_lines(piece: Bars, coder: Events) -> NDArray[np.int64]:
    """The step at which each bar begins, and the one at which the last one ends."""
    known = coder.known
    usual = known.meters.index((4, 4)) if (4, 4) in known.meters else 0
    numbers = [bar.meter[-1] - known["Meter"].first if bar.meter else usual for bar in piece.bars]
    return np.concatenate([[0], np.cumsum(known.bar_steps[numbers])]).astype(np.int64)


def _steps(columns: Columns, coder: Events) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Onsets and durations of the notes on the grid."""
    from modeloid.music.represent.bars import quantised

    tpq, steps = columns.about["tpq"], coder.known.steps_per_beat
    onset, duration = (quantised(columns.notes[name].astype(np.int64), tpq, steps) for name in ("onset", "duration"))
    return onset, np.maximum(duration, 1)


def _numbers(columns: Columns, coder: Events) -> NDArray[np.int64]:
    """The number of Program of each note; -1 of those that the representation has no place for."""
    numbers = [coder.number_of(*track) for track in columns.about["tracks"]]
    return np.asarray(np.array(numbers, np.int64)[columns.notes["track"]])


def kept_notes(columns: Columns, coder: Events, gap: Gap, lines: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which notes of a piece are given, shape (notes,); `lines` as from `bar_lines`."""
    onset, _ = _steps(columns, coder)
    # Whatever lies behind the last bar line belongs to the last bar.
    inside = (onset >= lines[gap.begin]) & ((onset < lines[gap.end]) | (gap.end == len(lines) - 1))
    kept: NDArray[np.bool_] = ~inside | np.isin(_numbers(columns, coder), list(gap.given))
    return kept


def script(
    piece: Bars,
    gap: Gap,
    coder: Events,
    context: int,
    ahead: int | None,
    sounds: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Script:
    """Plan what is read and written.

    Parameters
    ----------
    piece, gap, coder
        What is whole, what is missing of it, and the representation.
    context
        So many tokens can be read together.
    ahead
        See `gaps.arranged`; where it is None, the bars around the gap are shown that fit the context.
    sounds
        As from `heard`.

    Raises
    ------
    WishError
        What is missing does not fit the context.
    """
    from modeloid.music.represent.events.gaps import arranged

    lines = bar_lines(piece, coder)
    seam = FAR if gap.end == len(piece.bars) else int(lines[gap.end])
    shown, moved = (piece, gap) if ahead is not None else _around(piece, gap, coder, context)
    parts = arranged(shown, moved, coder.known, ahead)
    rows = tuple(tuple(tokens) for bar, tokens in parts if bar < 0)
    length = np.diff(lines)
    slots = tuple(Slot(int(lines[bar]), int(length[bar]), seam) for bar in range(gap.begin, gap.end))
    return Script(rows, slots, *sounds, max(_FEWEST_TOKENS, context // 2))


def _around(piece: Bars, gap: Gap, coder: Events, context: int) -> tuple[Bars, Gap]:
    """The bars on both sides of a gap that can be read together with it and what will be written, nearest first."""
    from modeloid.music.represent.events.gaps import Bars, Gap, arranged

    sizes = [2 + len(bar.meter) + sum(2 + len(event.tokens) for event in bar.events) for bar in piece.bars]
    missing = sum(sizes[gap.begin : gap.end])
    usual = sum(sizes) * (gap.end - gap.begin) // len(sizes)
    room = context - 2 - max(missing, usual)
    only = Bars((), piece.bars[gap.begin : gap.end])
    empty = Gap(0, gap.end - gap.begin, gap.given)
    room -= sum(len(tokens) for bar, tokens in arranged(only, empty, coder.known) if bar < 0)
    if room < 0:
        bars = gap.end - gap.begin
        do = f"Wish fewer bars at a time: {context} tokens is all that it can read"
        raise WishError(f"{bars} bars are too many to be written at once", "wish infill_bars", do)
    begin, end = gap.begin, gap.end
    while True:
        before = sizes[begin - 1] if begin else room + 1
        behind = sizes[end] if end < len(sizes) else room + 1
        # The side of which less is seen grows first.
        first = before <= room and (gap.begin - begin <= end - gap.end or behind > room)
        if first:
            begin, room = begin - 1, room - before
        elif behind <= room:
            end, room = end + 1, room - behind
        else:
            break
    head = piece.head if begin == 0 else ()
    ends = piece.ends and end == len(sizes)
    return Bars(head, piece.bars[begin:end], ends), Gap(gap.begin - begin, gap.end - begin, gap.given)


def heard(
    columns: Columns, kept: NDArray[np.bool_], coder: Events, span: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What given notes sound: `Script.sounding` and `Script.busy`.

    Parameters
    ----------
    columns, kept, coder
        The piece, which of its notes are given, and the representation.
    span
        The steps at which the gap begins and at which the last bar ends.
    """
    begin, end = (int(step) for step in span)
    known = coder.known
    onset, duration = (values[kept] for values in _steps(columns, coder))
    drum = np.array([track[2] for track in columns.about["tracks"]], np.bool_)[columns.notes["track"][kept]]
    size = max(end, int((onset + duration).max(initial=0))) + int(known.durations[-1]) + 1
    change = np.zeros(size + 1, np.int64)
    np.add.at(change, onset[~drum], 1)
    np.add.at(change, (onset + duration)[~drum], -1)
    busy = np.zeros((max(1, known["Program"].size), known["Pitch"].size + known["Drum"].size), np.int64)
    number = np.maximum(_numbers(columns, coder)[kept], 0)
    low = np.where(drum, known.drum_low - known["Pitch"].size, known.low)
    head = columns.notes["pitch"][kept].astype(np.int64) - low
    first, last = np.where(drum, known["Pitch"].size, 0), np.where(drum, busy.shape[1], known["Pitch"].size)
    before = (onset < begin) & (head >= first) & (head < last)
    np.maximum.at(busy, (number[before], head[before]), (onset + duration)[before])
    return np.cumsum(change)[:-1], busy
