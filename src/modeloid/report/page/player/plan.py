"""Which turns and pieces the page holds: all while they are small, else fewer turns, evenly, and fewer pieces."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from modeloid.report.record import Piece
from modeloid.report.story import Story

from .entry import Entry, entry

MOST_BYTES = 500_000
"""Of compressed notes and files; base64 makes a third more of them in the page."""
_MOST_PIECES = 24
"""Of one turn: what a reader still looks through."""
_MOST_TURNS = 100
_ENOUGH_TURNS, _ENOUGH_PIECES = 8, 4
"""Where so few turns are left, pieces are left out first, down to so few."""


@dataclass(frozen=True)
class Plan:
    """What is shown.

    Parameters
    ----------
    turns
        Ascending; None, the last where it is there, stands for the pieces of the test.
    entries
        (story, place in `turns`, number of the piece) -> the piece.
    left_out
        In words, what is not shown; "" where everything is.
    """

    turns: tuple[int | None, ...]
    entries: dict[tuple[int, int, int], Entry]
    left_out: str

    @property
    def count(self) -> int:
        """How many pieces a turn has at most."""
        return max((number for _, _, number in self.entries), default=-1) + 1


def plan(stories: Sequence[Story], most_bytes: int = MOST_BYTES) -> Plan:
    """Choose what fits into `most_bytes`; the first and the last turn and the test's pieces stay the longest."""
    made = sorted({step for story in stories for step, pieces in story.record.samples.items() if pieces})
    steps: list[int | None] = [*made, *([None] if any(story.record.tested for story in stories) else [])]
    count = max((len(_pieces(story, step)) for story in stories for step in steps), default=0)
    known: dict[tuple[int, int | None, int], tuple[Entry, int]] = {}
    shown, turns = min(count, _MOST_PIECES), _thinned(steps, _MOST_TURNS)
    while _weight(stories, turns, shown, known) > most_bytes and (len(turns) > 2 or shown > 1):
        if len(turns) > _ENOUGH_TURNS or (len(turns) > 2 and shown <= _ENOUGH_PIECES):
            turns = _thinned(steps, max(2, len(turns) * 3 // 4))
        else:
            shown = max(1, shown * 3 // 4)
    entries = {
        (number, place, piece.number): known[number, step, piece.number][0]
        for number, story in enumerate(stories)
        for place, step in enumerate(turns)
        for piece in _pieces(story, step)[:shown]
    }
    return Plan(tuple(turns), entries, _left_out(len(turns), len(steps), shown, count))


def _pieces(story: Story, step: int | None) -> Sequence[Piece]:
    return story.record.tested if step is None else story.record.samples.get(step, [])


def _thinned(steps: Sequence[int | None], most: int) -> list[int | None]:
    """At most `most` of the steps, evenly, with the first and the last."""
    if len(steps) <= most:
        return list(steps)
    return [steps[round(place * (len(steps) - 1) / (most - 1))] for place in range(most)]


def _weight(
    stories: Sequence[Story],
    turns: Sequence[int | None],
    shown: int,
    known: dict[tuple[int, int | None, int], tuple[Entry, int]],
) -> int:
    """Compressed bytes of what would be shown; what is read is remembered in `known`."""
    weight = 0
    for number, story in enumerate(stories):
        for step in turns:
            for piece in _pieces(story, step)[:shown]:
                key = (number, step, piece.number)
                if key not in known:
                    made = entry(piece)
                    known[key] = made, _compressed(made)
                weight += known[key][1]
    return weight


def _compressed(made: Entry) -> int:
    return len(zlib.compress(json.dumps(made.about).encode() + b"".join(made.parts.values()), 6))


def _left_out(turns: int, all_turns: int, pieces: int, all_pieces: int) -> str:
    said = []
    if turns < all_turns:
        said.append(f"{turns} of {all_turns} turns, evenly spread")
    if pieces < all_pieces:
        said.append(f"the first {pieces} of {all_pieces} pieces of a turn")
    return f"To keep this page small it shows {' and '.join(said)}; all are in record/samples." if said else ""
