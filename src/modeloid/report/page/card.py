"""Card and recipe: what it is, to the last parameter, and how to repeat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..record import plain
from ..story import Story
from .marks import fold, owner, several, text, without_place
from .table import Cell, table

PARTS = ("id", "doc", "authors", "model", "data", "cycle", "source", "parent", "checkpoints", "best")
"""Of what is known of a modeloid: its place on this machine does not belong to it."""
AS_RECORDED = ("arguments", "machine", "environment")


def section(stories: Sequence[Story]) -> str:
    """One table of one modeloid; of several what differs, and what they share in a fold."""
    cards = [_told({name: story.card[name] for name in PARTS if story.card.get(name)}) for story in stories]
    recipes = [_told(story.recipe) for story in stories]
    return (
        f"<h3>Card</h3>{_side_by_side('Card', cards, stories)}"
        f"<h3>Recipe</h3>{_side_by_side('Recipe', recipes, stories)}"
        f"<h3>To repeat it</h3>{''.join(_repeat(stories, index) for index in range(len(stories)))}"
    )


def flat(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Nested mappings as one, the names joined by dots; what is not text as JSON."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = plain(value)
    return found


def _told(values: Mapping[str, Any]) -> dict[str, str]:
    """By name, without this machine's places but for what a run recorded of its own."""
    return flat({name: value if name in AS_RECORDED else without_place(value) for name, value in values.items()})


def _side_by_side(caption: str, found: Sequence[Mapping[str, str]], stories: Sequence[Story]) -> str:
    names = list(dict.fromkeys(name for one in found for name in one))
    if not names:
        return '<p class="note">Nothing is recorded.</p>'
    if len(stories) == 1:
        return _table(caption, names, found, ["Value"])
    heads = [owner(stories, index) for index in range(len(stories))]
    differing = [name for name in names if len({one.get(name) for one in found}) > 1]
    same = [name for name in names if name not in differing]
    count = several(len(same), "entry", "entries")
    shared = fold(f"The same in all: {count}", _table(f"{caption}, shared", same, found[:1], ["All"])) if same else ""
    note = "" if differing else '<p class="note">They do not differ.</p>'
    return note + _table(f"{caption}, what differs", differing, found, heads, True) + shared


def _table(
    caption: str, names: Sequence[str], found: Sequence[Mapping[str, str]], heads: Sequence[str], marked: bool = False
) -> str:
    rows = [[_name(name), *(_value(one.get(name)) for one in found)] for name in names]
    marks = [marked] * len(rows)
    return table(caption, ["Name", *heads], rows, kind="card", sortable=len(heads) > 1, marked=marks)


def _name(name: str) -> Cell:
    return Cell(text(name).replace(".", ".<wbr>"), name)


def _value(value: str | None) -> Cell:
    return Cell("–", "") if value is None else Cell(f"<code>{text(value)}</code>", value)


def _repeat(stories: Sequence[Story], index: int) -> str:
    commands = text("\n".join(stories[index].repeat))
    who = f"<p>{owner(stories, index)}</p>" if len(stories) > 1 else ""
    label = f"Commands{' for ' + text(stories[index].label) if who else ''}"
    return (
        f'{who}<div class="copy"><pre tabindex="0" role="group" aria-label="{label}"><code>{commands}</code></pre>'
        '<button type="button" hidden>Copy</button></div>'
    )
