"""What stands at the end of a report on paper: what happened, the card, the recipe, the data, what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..story import Event, Story
from .blocks import (
    NONE,
    Block,
    code,
    flat,
    heading,
    items,
    mapping,
    mappings,
    note,
    number,
    table,
    text,
    told,
    without_place,
)

MOST_EVENTS = 40
MOST_FILES = 60
_ROUTINE = ("save", "validate", "generate")
_ELSEWHERE = ("name", "doc", "directory", "id", "step", "best", "parent", "authors")


def facts(story: Story) -> Iterator[Block]:
    """Who it is and where it stands, in one small table."""
    card, best, data = story.card, story.best, story.record.data
    known = {
        "id": card.get("id"),
        "authors": ", ".join(map(str, card.get("authors") or ())) if isinstance(card.get("authors"), list) else "",
        "parent": _parent(mapping(card.get("parent"))),
        "turns": story.turns,
        "best": _best(best) if best else "",
        "data": ", ".join(str(each.get("name")) for each in mappings(data.get("sets"))) or _named(card),
        "licence of the data": data.get("licence"),
        "parameters": card.get("parameters"),
    }
    yield table("The modeloid.", "what|value", [(key, told(value)) for key, value in known.items() if value])


def _best(best: Mapping[str, Any]) -> str:
    return f"{best.get('quantity')} = {number(best.get('value'))} at turn {number(best.get('step'))}"


def _parent(parent: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {told(value)}" for key, value in parent.items())


def _named(card: Mapping[str, Any]) -> str:
    found = mapping(card.get("data")).get("sets")
    return ", ".join(map(str, found)) if isinstance(found, list) else ""


def problems(story: Story) -> Iterator[Block]:
    """What of the record could not be read, if anything."""
    if story.record.problems:
        yield note("Not all of the record could be read:")
        yield items(story.record.problems[:MOST_FILES])


def journal(story: Story, level: int) -> Iterator[Block]:
    """What happened: how often the usual, and all that is not."""
    yield heading("What happened", level)
    counts = Counter(event.what for event in story.events)
    if not counts:
        yield text("The journal is empty.")
        return
    names = {"start": "start", "save": "checkpoint", "validate": "validation", "generate": "generation"}
    yield text("; ".join(_counted(counts[what], name) for what, name in names.items() if counts[what]) + ".")
    rare = [event for event in story.events if event.what not in _ROUTINE]
    kept = rare if len(rare) <= MOST_EVENTS else [*rare[: MOST_EVENTS // 2], *rare[-MOST_EVENTS // 2 :]]
    caption = "Starts, ends, notices and failures, in UTC."
    if len(kept) < len(rare):
        caption += f" {len(rare) - len(kept)} in the middle are left out."
    if kept:
        yield table(caption, "time|>turn|what|in words", [_event(event) for event in kept])


def _event(event: Event) -> list[str]:
    return [moment(event.time_s), number(event.step), event.what, event.text or NONE]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def moment(time_s: float) -> str:
    """A time as a date in UTC."""
    try:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return NONE


def card(story: Story, level: int) -> Iterator[Block]:
    """The card and the recipe."""
    yield heading("Card and recipe", level)
    own = {key: value for key, value in story.card.items() if key not in _ELSEWHERE and value not in ("", None, {}, [])}
    if own:
        yield table("The card: what its configuration says.", "key|value", flat(without_place(own)))
    if story.recipe:
        yield table("The recipe: what its last start was.", "key|value", flat(story.recipe))
    yield text("To repeat it from nothing:")
    yield code("\n".join(story.repeat))


def data(story: Story, level: int) -> Iterator[Block]:
    """Data sets and licences, and how they were cut."""
    yield heading("What it learned from: data and licences", level)
    found = without_place(story.record.data)
    licences = [told(each) for run in story.record.runs[-1:] for each in _list(run.get("licences"))]
    if not found:
        yield text(
            "The record does not describe its data." + (f" Licences: {'; '.join(licences)}." if licences else "")
        )
        return
    sets = mappings(found.get("sets"))
    if sets:
        strictest = found.get("licence")
        caption = "The data sets." + (f" What was made from all of them is under {strictest}." if strictest else "")
        keys = ("name", "licence", "pieces", "notes", "weight", "citation")
        head = "name|licence|>pieces|>notes|>weight|citation"
        yield table(caption, head, [[told(each.get(key)) for key in keys] for each in sets])
    yield from _parts(found)
    rest = {key: found[key] for key in ("representation", "losses", "padded") if found.get(key) not in (None, {})}
    if rest:
        yield table("How pieces become items.", "key|value", flat(rest))


def _parts(found: Mapping[str, Any]) -> Iterator[Block]:
    parts = mapping(found.get("parts"))
    rows = [(name, number(mapping(at).get("pieces")), number(mapping(at).get("items"))) for name, at in parts.items()]
    if rows:
        how = f", split by {told(found['split'])}" if found.get("split") else ""
        yield table(f"The parts{how}.", "part|>pieces|>items", rows)


def refused(story: Story, level: int) -> Iterator[Block]:
    """Files and pieces that were not used, with the reason."""
    yield heading("Refused files", level)
    kinds = (
        ("refused", "file", "Refused"),
        ("silent", "file", "Read, but nothing sounds in them"),
        ("left_out", "piece", "Left out"),
    )
    found = {kind: mappings(without_place(story.record.data.get(kind))) for kind, _, _ in kinds}
    if not found["refused"] and not found["left_out"]:
        known = "refused" in story.record.data
        yield text("None was refused." if known else "The record does not say whether files were refused.")
    for kind, key, title in kinds:
        rows = [(told(each.get(key)), told(each.get("reason"))) for each in found[kind]]
        if rows:
            more = f", the first {MOST_FILES} of {len(rows)}" if len(rows) > MOST_FILES else ""
            yield table(f"{title}{more}.", f"{key}|reason", rows[:MOST_FILES])


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
