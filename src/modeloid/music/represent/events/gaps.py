"""Tokens in another order: what is given comes first, then what is missing of it.

    Bar   a whole bar, as always
    Gap   a bar of which something is missing: its Meter, its Tempi, and the notes that are given of it
    Fill  what is missing of the first bar with a Gap that was not filled yet
    End   behind the last bar of a piece, as always; behind the last missing bar, too, or Bar where the piece goes on

Missing tracks: Gap Gap Fill Gap Fill ... Fill End, the given tracks one bar ahead of what is written beside them
(Thickstun and others 2023). Missing bars: a bare Gap for each, the bars behind them, Fill, those before them, then the
missing ones, as bars without Tempi or, where tracks of them are given, as Gap and Fill. So a model that only ever
looks back knows both sides, and goes on from the nearer one (suffix, prefix, middle: Bavarian and others 2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .vocabulary import END, Vocabulary

AHEAD_BARS = 1
"""So many bars of the given tracks are read before the bar that is written beside them."""


@dataclass(frozen=True)
class Event:
    """What stands at a position: a note, or a tempo (program -2); a program of -1 is one that nothing names."""

    position: int
    program: int
    tokens: tuple[int, ...]


TEMPO, NOBODY = -2, -1


@dataclass(frozen=True)
class BarOf:
    """One bar: the token of its Meter, if any, and its events in their order."""

    meter: tuple[int, ...]
    events: tuple[Event, ...]

    def programs(self) -> set[int]:
        """The numbers of Program that have a note here."""
        return {event.program for event in self.events if event.program >= 0}


@dataclass(frozen=True)
class Bars:
    """A stretch of a piece.

    Parameters
    ----------
    head
        What stands before its first bar line.
    bars
        The bars.
    ends
        Whether End stood behind the last one.
    """

    head: tuple[int, ...]
    bars: tuple[BarOf, ...]
    ends: bool = False


def parsed(tokens: Iterable[int], known: Vocabulary) -> Bars:
    """Take a row of tokens in the usual order apart; padding is left out."""
    firsts = {name: block.first for name, block in known.blocks.items()}
    kind = ["Pad", "Begin", "End", *(name for name, block in known.blocks.items() for _ in range(block.size))]
    head: list[int] = []
    bars: list[tuple[list[int], list[tuple[int, int, list[int]]]]] = []
    position, program, ends = -1, NOBODY, False
    for token in tokens:
        name = kind[token]
        if name in ("Pad", "End"):
            ends |= name == "End"
        elif name == "Bar":
            bars.append(([], []))
            position, program = -1, NOBODY
        elif not bars:
            head.append(token)
        elif name == "Meter":
            bars[-1][0].append(token)
        elif name == "Position":
            position, program = token, NOBODY
        elif name == "Program":
            program = token - firsts["Program"]
            bars[-1][1].append((position, program, [token]))
        elif name == "Tempo":
            bars[-1][1].append((position, TEMPO, [token]))
        elif name in ("Pitch", "Drum") and program == NOBODY:
            bars[-1][1].append((position, NOBODY, [token]))
        elif bars[-1][1]:
            bars[-1][1][-1][2].append(token)
    made = (BarOf(tuple(meter), tuple(Event(at, of, tuple(row)) for at, of, row in events)) for meter, events in bars)
    return Bars(tuple(head), tuple(made), ends)


def written(events: Iterable[Event]) -> list[int]:
    """The tokens of some events of a bar."""
    row: list[int] = []
    last = -1
    for event in events:
        if event.position != last and event.position >= 0:
            row.append(event.position)
            last = event.position
        row.extend(event.tokens)
    return row


@dataclass(frozen=True)
class Gap:
    """What is missing.

    Parameters
    ----------
    begin, end
        The bars, from 0, `end` exclusive.
    given
        Numbers of Program whose notes are given in these bars, too.
    """

    begin: int
    end: int
    given: frozenset[int] = frozenset()

    def keeps(self, event: Event) -> bool:
        """Whether an event of these bars is given."""
        return event.program == TEMPO or event.program in self.given


def arranged(piece: Bars, gap: Gap, known: Vocabulary, ahead: int | None = None) -> list[tuple[int, list[int]]]:
    """The tokens in their new order, cut into parts.

    Parameters
    ----------
    piece
        What is whole.
    gap
        What is missing of it.
    ahead
        How many more bars of the given tracks are read before a bar is filled, where all bars to the last one have a
        gap. None: the bars behind the gap come first.

    Returns
    -------
    (-1, given tokens) and (bar, the tokens that are missing of it) in turn. The last part is (-1, [End or Bar]).
    """
    parts: list[tuple[int, list[int]]] = [(-1, [])]
    ends = [END] * piece.ends
    if ahead is None:
        behind = _bars(piece.bars[gap.end :], "Bar", known)
        parts[0][1].extend([known["Gap"].first] * (gap.end - gap.begin) + behind + ends + [known["Fill"].first])
        ahead, ends = AHEAD_BARS, []
    ahead = ahead if gap.given else 0
    parts[0][1].extend([*piece.head, *_bars(piece.bars[: gap.begin], "Bar", known)])
    for number in range(gap.begin, gap.end + ahead):
        if number < gap.end:
            parts[-1][1].extend(_opened(piece.bars[number], gap, known))
        if number == gap.end - 1:
            parts[-1][1].extend(ends)
        filled = number - ahead
        if filled >= gap.begin:
            parts[-1][1].extend([known["Fill"].first] * bool(gap.given))
            missing = [event for event in piece.bars[filled].events if not gap.keeps(event)]
            parts.extend([(filled, written(missing)), (-1, [])])
    # Not End where the piece goes on: how many bars are missing would have to be counted to tell it.
    parts[-1][1].append(END if piece.ends and gap.end == len(piece.bars) else known["Bar"].first)
    return parts


def _opened(bar: BarOf, gap: Gap, known: Vocabulary) -> list[int]:
    """What is given of a bar; where no notes are, only its beginning."""
    if not gap.given:
        return [known["Bar"].first, *bar.meter]
    return _bars([BarOf(bar.meter, tuple(event for event in bar.events if gap.keeps(event)))], "Gap", known)


def _bars(bars: Iterable[BarOf], name: str, known: Vocabulary) -> list[int]:
    return [token for bar in bars for token in (known[name].first, *bar.meter, *written(bar.events))]


def flat(parts: Sequence[tuple[int, list[int]]]) -> list[int]:
    """The parts as one row."""
    return [token for _, tokens in parts for token in tokens]
