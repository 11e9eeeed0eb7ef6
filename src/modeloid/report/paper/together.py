"""Several stories on paper, before each has a chapter of its own: their figures and curves side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..story import Story
from . import charts
from .blocks import NONE, Block, Cell, between, columned, heading, mapping, mappings, number
from .chapter import drawn, paragraphs
from .tested import interval

COLUMNS = 5
"""Stories side by side in one table; more of them go into more tables."""


def together(stories: Sequence[Story]) -> Iterator[Block]:
    """The part that stands before the chapters."""
    from ..words import compared

    yield heading("Side by side", 1)
    yield from paragraphs(compared(stories))
    yield from _tables("Where they stand.", stories, _facts)
    yield from _tables("Test: likelihood, losses and judgement, with 95 % intervals.", stories, _tested)
    yield from _tables(
        "Distance from real pieces, with 95 % intervals; the floor is what real ones show in the mean.", stories, _far
    )
    found = charts.shared(stories)
    if found:
        yield heading("Curves", 2)
        yield from drawn(
            found, "What several logged: on validation data, else of their pieces, else in training.", first_wide=True
        )


def _tables(caption: str, stories: Sequence[Story], told: Callable[[Story], dict[str, Cell]]) -> Iterator[Block]:
    """A row for each thing told of any story, a column for each story."""
    columns = [told(story) for story in stories]
    names = dict.fromkeys(name for column in columns for name in column)
    for first in range(0, len(stories) if names else 0, COLUMNS):
        some = slice(first, first + COLUMNS)
        titles = ["", *(story.label for story in stories[some])]
        yield columned(
            caption, titles, [[name, *(column.get(name, NONE) for column in columns[some])] for name in names]
        )


def _facts(story: Story) -> dict[str, Cell]:
    best, data = story.best, story.record.data
    sets = ", ".join(str(each.get("name")) for each in mappings(data.get("sets")))
    known: dict[str, Cell | None] = {
        "turns": number(story.turns),
        "best": {"text": number(best.get("value")), "under": f"{best.get('quantity')}"} if best else None,
        "turn of the best": number(best.get("step")) if best else None,
        "data": sets or None,
        "licence of the data": str(data["licence"]) if data.get("licence") else None,
        "seed": str(mapping(story.card.get("cycle")).get("seed", 0)),
    }
    return {name: value for name, value in known.items() if value is not None}


def _tested(story: Story) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for row in story.tested:
        found[f"{row.kind} {row.name}"] = interval(row)
        if row.real is not None:
            found[f"{row.kind} {row.name}, real"] = number(row.real)
    return found


def _far(story: Story) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for each in mappings(story.comparison.get("metrics")):
        name, at = each.get("name"), "wasserstein"
        found[f"{name}"] = between(each.get(at), each.get(f"{at}_low"), each.get(f"{at}_high"))
        found[f"{name}, floor"] = number(each.get("floor"))
    for each in mappings(story.comparison.get("distances")):
        found[f"{each.get('name')}"] = between(each.get("value"), each.get("low"), each.get("high"))
        found[f"{each.get('name')}, floor"] = number(each.get("floor"))
    return found
