"""One Markdown file for a README: card, words, the test beside real data, curves in numbers, pieces, what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..phrases import Interval, counted, listed
from ..record import Curve, Piece
from ..story import Story, apart
from ..tables import moment, paths
from ..words import compared, words
from .marks import between, code, items, number, table, text

_CARD = ("id", "authors", "doc", "parent")
_TOLD = ("start", "notice", "hang", "end", "failed")
_MOST = 40


class Markdown:
    """``report.md``."""

    doc = "one Markdown file: for a README"
    needs: Sequence[str] = ()
    extra = ""

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write the file; several stories begin with what they say of one another."""
        stories = apart(stories)
        parts: list[str] = []
        if len(stories) > 1:
            parts += [f"# {text(listed([story.label for story in stories]))}", ""]
            parts += items(map(text, compared(stories))) + _beside(stories)
        for story in stories:
            parts += _story(story, "##" if len(stories) > 1 else "#")
        path = target / "report.md"
        path.write_text("\n".join(parts), encoding="utf-8", newline="\n")
        return [path]


def _beside(stories: Sequence[Story]) -> list[str]:
    """The tests of all, a column each."""
    found = {story.label: {(row.kind, row.name): _made(row) for row in story.tested} for story in stories}
    keys = dict.fromkeys(key for rows in found.values() for key in rows)
    head = ["test", "quantity", *(text(story.label) for story in stories)]
    return table(
        head, ([kind, text(name), *(rows.get((kind, name), "") for rows in found.values())] for kind, name in keys)
    )


def _story(story: Story, level: str) -> list[str]:
    parts = {
        "Card": _card(story),
        "Data": _data(story),
        "Test": _tests(story),
        "Measures beside real pieces": _measures(story),
        "Curves": _curves(story),
        "Pieces": _pieces(story),
        "What happened": _events(story),
        "How to repeat it": _recipe(story),
        "What could not be read": items(map(text, story.record.problems)),
    }
    lines = [f"{level} {text(story.label)}", "", *items(map(text, words(story)))]
    for title, part in parts.items():
        lines += [f"{level}# {title}", "", *part] if part else []
    return lines


def _card(story: Story) -> list[str]:
    rows = [(key, story.card.get(key)) for key in _CARD]
    rows += [
        (f"{part}: {key}", value) for part in ("model", "data", "cycle") for key, value in _items(story.card, part)
    ]
    return table(["", ""], ([text(key), text(value)] for key, value in rows if value not in (None, "", [], {})))


def _items(values: Mapping[str, Any], part: str) -> Iterator[tuple[str, Any]]:
    found = values.get(part)
    yield from found.items() if isinstance(found, Mapping) else ()


def _data(story: Story) -> list[str]:
    data = story.record.data
    keys = ("name", "licence", "citation", "pieces", "notes", "weight")
    lines = table(keys, ([text(each.get(key, "")) for key in keys] for each in data.get("sets", ())))
    if "licence" in data:
        lines += [f"Strictest licence: {text(data['licence'])}.", ""]
    parts = data.get("parts", {})
    lines += table(
        ["part", "pieces", "items"],
        ([text(name), number(part.get("pieces")), number(part.get("items"))] for name, part in parts.items()),
    )
    refused = [(each["file"], each.get("reason", "")) for each in data.get("refused", ())]
    refused += [(each["piece"], each.get("reason", "")) for each in data.get("left_out", ())]
    silent = [(each["file"], each.get("reason", "")) for each in data.get("silent", ())]
    return lines + _unused("Refused or left out:", refused) + _unused("Nothing sounds in:", silent)


def _unused(title: str, found: Sequence[tuple[str, str]]) -> list[str]:
    told = [f"{text(name)}: {text(reason)}" for name, reason in found[:_MOST]]
    more = [f"{len(found) - _MOST} more"] if len(found) > _MOST else []
    return [title, "", *items(told + more)] if found else []


def _tests(story: Story) -> list[str]:
    rows = ([row.kind, text(row.name), _made(row), number(row.real)] for row in story.tested)
    lines = table(["test", "quantity", "made (95 % interval)", "real"], rows)
    step = story.record.test.get("step")
    return lines if step is None or not lines else [f"With the weights of turn {step:,}.", "", *lines]


def _made(row: Any) -> str:
    if row.error is None:
        return number(row.made)
    found = Interval.around(row.made, row.error)
    return between(found.value, found.low, found.high)


def _measures(story: Story) -> list[str]:
    """Made beside real, the distance beside what real pieces show among themselves."""
    found = story.comparison
    rows = [
        [
            text(" ".join(filter(None, (each["name"], f"({each['unit']})" if each.get("unit") else "")))),
            *(between(*(each.get(f"{side}{end}") for end in ("", "_low", "_high"))) for side in ("made", "real")),
            between(*(each.get(f"wasserstein{end}") for end in ("", "_low", "_high"))),
            *(number(each.get(key)) for key in ("floor", "floor_high", "overlap")),
            text(each.get("verdict", "")),
        ]
        for each in found.get("metrics", ())
    ]
    head = ["measure", "made", "real", "distance", "floor", "its 95 %", "overlap", "verdict"]
    distances = [
        [text(each["name"]), between(each.get("value"), each.get("low"), each.get("high"))]
        + [number(each.get(key)) for key in ("floor", "floor_high")]
        for each in found.get("distances", ())
    ]
    shared = [
        [text(name), *(number(each.get(key)) for key in ("made", "made_max", "real", "real_max"))]
        for name, each in found.get("originality", {}).items()
    ]
    return [
        *table(head, rows),
        *table(["distance", "value", "floor", "its 95 %"], distances),
        *table(["shared with training", "made", "most", "unseen real", "most"], shared),
    ]


def _curves(story: Story) -> list[str]:
    rows = [
        [text(name), stage, number(len(curve)), *_ends(curve)]
        for name, stages in story.quantities.items()
        for stage, curve in stages.items()
    ]
    return table(["quantity", "stage", "values", "first", "lowest", "highest", "last"], rows)


def _ends(curve: Curve) -> list[str]:
    values = curve.values
    return [number(float(each)) for each in (values[0], values.min(), values.max(), values[-1])]


def _pieces(story: Story) -> list[str]:
    made = [f"{counted(len(pieces), 'piece')} at turn {step:,}" for step, pieces in story.record.samples.items()]
    lines = [f"Made while training: {listed(made, 12)}.", ""] if made else []
    shown = story.newest[:_MOST]
    lines += table(
        ["file", "seed", "wishes", "seconds", "notes", "longest run shared", "copied", "nearest"], map(_piece, shown)
    )
    return [*lines, f"{len(story.newest) - _MOST} more.", ""] if len(story.newest) > _MOST else lines


def _piece(piece: Piece) -> list[str]:
    about = piece.annotation
    shared = about.get("originality", {})
    notes = sum(track.get("notes", 0) for track in about["tracks"]) if about.get("tracks") else None
    return [
        text(", ".join(paths(piece))),
        "" if piece.seed is None else str(piece.seed),
        text(piece.wishes) if piece.wishes else "",
        *(number(value) for value in (about.get("length_s"), notes, shared.get("longest_run"), shared.get("copied"))),
        text(shared.get("nearest") or ""),
    ]


def _events(story: Story) -> list[str]:
    told = [event for event in story.events if event.what in _TOLD]
    rows = [[moment(event.time_s), number(event.step), event.what, text(event.text)] for event in told[-_MOST:]]
    saves = sum(event.what == "save" for event in story.events)
    lines = [f"{counted(len(told) - _MOST, 'event')} before these.", ""] if len(told) > _MOST else []
    lines += table(["time", "turn", "what", ""], rows)
    return [*lines, f"{counted(saves, 'checkpoint')} saved; {story.hours:.2f} hours of training.", ""] if lines else []


def _recipe(story: Story) -> list[str]:
    lines = table(["", ""], ([text(key), text(value)] for key, value in story.recipe.items()))
    return [*lines, *code(story.repeat)]
