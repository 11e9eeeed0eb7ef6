"""The data that it learned from: sets, licences, parts, what was refused and what the representation loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..drawing.numbers import whole
from ..story import Story
from .card import flat
from .marks import facts, fold, is_number, items, number, owner, several, text, without_place
from .table import Cell, figure, plain, table

FEW = 5
"""More refused files than this go into a fold."""
MOST = 1000
"""So many refused files are listed at most."""


def section(stories: Sequence[Story]) -> str:
    """The data of each; said once where all have the same."""
    drawn = [_data(story) for story in stories]
    if len(set(drawn)) == 1:
        same = '<p class="note">The same for all.</p>' if len(stories) > 1 and drawn[0] else ""
        return same + drawn[0]
    return "".join(
        f"<h3>{owner(stories, index)}</h3>{one or '<p>Nothing is recorded of its data.</p>'}"
        for index, one in enumerate(drawn)
    )


def _data(story: Story) -> str:
    data = without_place(story.record.data)
    parts = [_sets(data), facts(_facts(data)), _details(data), _refused(data), _silent(data), _left_out(data)]
    return "".join(parts) or _licences(story)


def _licences(story: Story) -> str:
    """An older record says the licences only, where a run began."""
    last = story.record.runs[-1] if story.record.runs else {}
    return items([text(line) for line in last.get("licences") or ()])


def _sets(data: Mapping[str, Any]) -> str:
    rows = [_set(one) for one in _list(data.get("sets"))]
    return table("Data sets", ["Set", "Licence", "To cite", "Pieces", "Notes", "Weight"], rows, numbers=(3, 4, 5))


def _set(one: Mapping[str, Any]) -> list[Cell]:
    return [
        plain(one.get("name", "–")),
        plain(one.get("licence") or "not known"),
        plain(one.get("citation") or "–"),
        _count(one.get("pieces")),
        _count(one.get("notes")),
        figure(one.get("weight")),
    ]


def _count(value: Any) -> Cell:
    return Cell(whole(value), value, "number") if is_number(value) else figure(None)


def _facts(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [("Licence of the whole", text(data["licence"]))] if data.get("licence") else []
    found += [("Split", text(data["split"]))] if data.get("split") else []
    parts = data.get("parts")
    for name, counts in parts.items() if isinstance(parts, Mapping) else ():
        if isinstance(counts, Mapping):
            told = ", ".join(f"{whole(count)} {text(what)}" for what, count in counts.items() if is_number(count))
            found.append((f"For {name}", told))
    if is_number(data.get("padded")):
        found.append(("Padded", whole(data["padded"])))
    return found


def _details(data: Mapping[str, Any]) -> str:
    rows = []
    for part, title in (("representation", "Representation"), ("losses", "What it loses")):
        values = data.get(part)
        named = flat(values if isinstance(values, Mapping) else {})
        rows += [[plain(title), plain(name), Cell(_value(value))] for name, value in named.items()]
    return table("Representation and what it loses", ["Part", "Name", "Value"], rows, sortable=False, kind="card")


def _value(value: str) -> str:
    try:
        return number(float(value))
    except ValueError:
        return text(value)


def _refused(data: Mapping[str, Any]) -> str:
    return _listed(_list(data.get("refused")), "file", "Refused files", "file was refused", "files were refused")


def _silent(data: Mapping[str, Any]) -> str:
    one, many = "file holds nothing that sounds", "files hold nothing that sounds"
    return _listed(_list(data.get("silent")), "file", "Files in which nothing sounds", one, many)


def _left_out(data: Mapping[str, Any]) -> str:
    return _listed(
        _list(data.get("left_out")), "piece", "Pieces left out", "piece was left out", "pieces were left out"
    )


def _listed(found: Sequence[Mapping[str, Any]], what: str, caption: str, one: str, many: str) -> str:
    if not found:
        return ""
    rows = [[plain(entry.get(what, "–")), plain(entry.get("reason", "–"))] for entry in found[:MOST]]
    drawn = table(caption, [what.capitalize(), "Why"], rows)
    title = several(len(found), one, many) + (f"; the first {whole(MOST)}" if len(found) > MOST else "")
    return fold(title, drawn) if len(found) > FEW else f"<p>{title}:</p>{drawn}"


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
