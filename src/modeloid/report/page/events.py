"""What happened: starts, stops, falls back, notices; saves and other routine folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from ..drawing.numbers import whole
from ..story import Event, Story
from .marks import fold, owner, several, text
from .table import Cell, plain, table

ROUTINE = {"save": "save", "validate": "validation", "generate": "generation"}
"""What happens all the time, and its noun."""
MOST = 500
"""So many rows of a table are shown, the latest ones."""


def section(stories: Sequence[Story]) -> str:
    """A table of what was out of the routine, and one of the routine in a fold."""
    found = [(index, event) for index, story in enumerate(stories) for event in story.events]
    if not found:
        return ""
    told = [one for one in found if one[1].what not in ROUTINE]
    usual = [one for one in found if one[1].what in ROUTINE]
    counts = Counter(event.what for _, event in usual)
    named = ", ".join(several(counts[what], noun) for what, noun in ROUTINE.items() if counts[what])
    folded = fold(named, _table("Saves, validations and generations", usual, stories)) if usual else ""
    return _table("What happened", told, stories) + folded


def moment(time_s: float) -> str:
    """A time as people read it: ``2023-11-14 22:13:20``, UTC."""
    try:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return "–"


def _table(name: str, found: Sequence[tuple[int, Event]], stories: Sequence[Story]) -> str:
    many = len(stories) > 1
    latest = sorted(found, key=lambda one: one[1].time_s)[-MOST:]
    heads = ["When, UTC", *(["Modeloid"] if many else []), "Turn", "What", "In words"]
    left = len(found) - len(latest)
    note = f'<p class="note">{several(left, "earlier row")} left out here; the record has all.</p>' if left else ""
    rows = [_row(stories, index, event) for index, event in latest]
    return note + table(name, heads, rows, numbers=(2 if many else 1,), kind="events")


def _row(stories: Sequence[Story], index: int, event: Event) -> list[Cell]:
    when = moment(event.time_s)
    who = [Cell(owner(stories, index), stories[index].label)] if len(stories) > 1 else []
    return [
        Cell(f'<time datetime="{when.replace(" ", "T")}Z">{when}</time>', event.time_s),
        *who,
        Cell(whole(event.step), event.step, "number"),
        plain(event.what),
        Cell(text(event.text)),
    ]
