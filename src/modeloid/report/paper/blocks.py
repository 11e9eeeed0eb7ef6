"""The blocks that a report on paper is made of: plain data, all of it text, which the template lays out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from ..drawing.numbers import short, whole

Block = dict[str, Any]
Cell = str | Mapping[str, Any]
"""Text, {"text", "under"}: the latter small below the former, or a `picture`."""
NONE = "–"


def heading(text: str, level: int = 1) -> Block:
    """A numbered heading."""
    return {"kind": "heading", "text": text, "level": level}


def chapter(text: str) -> Block:
    """A heading of the first level on a new page."""
    return {"kind": "chapter", "text": text}


def text(words: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": words}


def note(words: str) -> Block:
    """A paragraph in small letters."""
    return {"kind": "note", "text": words}


def items(lines: Sequence[str]) -> Block:
    """A list."""
    return {"kind": "list", "items": list(lines)}


def code(words: str) -> Block:
    """Lines for a terminal, or an excerpt of a file."""
    return {"kind": "code", "text": words}


def table(caption: str, head: str, rows: Iterable[Sequence[Cell]]) -> Block:
    """A table that may break over pages, its head on each.

    Parameters
    ----------
    caption
        Stands above.
    head
        The columns' titles, "|" between them; "quantity|>value" sets the values to the right.
    rows
        As many cells each as there are titles.
    """
    titles = head.split("|")
    columns = [{"title": title.removeprefix(">"), "number": title.startswith(">")} for title in titles]
    return {"kind": "table", "caption": caption, "columns": columns, "rows": [list(row) for row in rows]}


def columned(caption: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Block:
    """A table whose titles are somebody's words: the first column is of names, the others are of numbers."""
    columns = [{"title": title, "number": place > 0} for place, title in enumerate(titles)]
    return {"kind": "table", "caption": caption, "columns": columns, "rows": [list(row) for row in rows]}


def pictures(caption: str, drawn: Sequence[Mapping[str, Any]], columns: int = 1) -> Block:
    """Pictures in a grid, see `picture`."""
    return {"kind": "pictures", "caption": caption, "pictures": list(drawn), "columns": columns}


def picture(svg: str, width_pt: float, title: str = "", alt: str = "", under: str = "") -> Mapping[str, Any]:
    """One picture, as wide as said or as the room that there is, a title above it and small words below."""
    return {"svg": svg, "width_pt": width_pt, "title": title, "alt": alt or title or "picture", "under": under}


def number(value: Any) -> str:
    """A number to four digits as a reader wants it; a dash where there is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return NONE if value is None else str(value)
    if isinstance(value, int) and abs(value) < 1e15:
        return whole(value)
    return short(float(value))


def between(value: Any, low: Any, high: Any) -> Cell:
    """A number with its interval below."""
    if low is None or high is None:
        return number(value)
    return {"text": number(value), "under": f"{number(low)} to {number(high)}"}


def told(value: Any) -> str:
    """Any value in words: text as it is, numbers as `number`, the rest as JSON."""
    if isinstance(value, str):
        return value or NONE
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return number(value)
    return exact(value)


def exact(value: Any) -> str:
    """A value to be typed in again: text as it is, the rest as JSON with all its digits."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)


def flat(value: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """A mapping's leaves: "model.hidden" and its value in words."""
    found: list[tuple[str, str]] = []
    for key, item in value.items():
        name = f"{above}{key}"
        found += flat(item, f"{name}.") if isinstance(item, Mapping) and item else [(name, exact(item))]
    return found


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping, else an empty one: a record may hold anything."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list; none where it is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def without_place(value: Any) -> Any:
    """The same with paths of this machine cut to their last part."""
    if isinstance(value, str):
        rooted = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
        return f"…/{PureWindowsPath(value).name}" if rooted and len(value) > 1 else value
    if isinstance(value, Mapping):
        return {key: without_place(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_place(item) for item in value]
    return value
