"""What a story says beside its numbers, as short Markdown texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..record import Piece, plain
from ..story import Story
from ..words import words
from .summary import parameters

_MOST_EVENTS = 1_000


def texts(story: Story) -> dict[str, str]:
    """Title -> Markdown, those there are: words, card, recipe, data, test, pieces, journal, problems."""
    found = {
        "words": "".join(f"- {sentence}\n" for sentence in words(story)),
        "card": _card(story),
        "recipe": _pairs(story.recipe) + "".join(f"\n    {line}" for line in ["", *story.repeat]),
        "data": _pairs(story.record.data),
        "test": _test(story) + _comparison(story),
        "pieces": _pieces(story.newest),
        "journal": _journal(story),
        "problems": "".join(f"- {problem}\n" for problem in story.record.problems),
    }
    return {title: text for title, text in found.items() if text}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; "" where there are no rows."""
    lines = [[_cell(value) for value in row] for row in rows]
    if not lines:
        return ""
    return "".join(f"| {' | '.join(line)} |\n" for line in [list(head), ["---"] * len(head), *lines])


def _card(story: Story) -> str:
    known = {key: story.card.get(key) for key in ("name", "doc", "id", "authors", "step", "best", "parent")}
    return _pairs({key: value for key, value in {**known, **parameters(story)}.items() if value not in (None, {}, [])})


def _pairs(values: Mapping[str, Any]) -> str:
    return table(("what", "value"), ((key, plain(value)) for key, value in values.items()))


def _test(story: Story) -> str:
    rows = ((row.kind, row.name, row.made, _number(row.error), _number(row.real)) for row in story.tested)
    return table(("kind", "quantity", "made", "standard error", "real"), rows)


def _comparison(story: Story) -> str:
    metrics = story.comparison.get("metrics")
    if not isinstance(metrics, list):
        return ""
    rows = (
        (row.get("name", ""), _between(row, "made"), _between(row, "real"), row.get("verdict", ""))
        for row in metrics
        if isinstance(row, dict)
    )
    found = table(("metric", "made (95 %)", "real (95 %)", "verdict"), rows)
    return f"\n{found}" if found else ""


def _between(row: Mapping[str, Any], key: str) -> str:
    low, high = _number(row.get(f"{key}_low")), _number(row.get(f"{key}_high"))
    return f"{_number(row.get(key))} ({low} to {high})" if low and high else _number(row.get(key))


def _pieces(pieces: Sequence[Piece]) -> str:
    rows = (
        (
            "test" if piece.step is None else piece.step,
            piece.number,
            ", ".join(sorted(piece.files)),
            "" if piece.seed is None else piece.seed,
            plain(piece.wishes) if piece.wishes else "",
            plain(piece.annotation.get("metrics") or ""),
        )
        for piece in pieces
    )
    return table(("turn", "piece", "files", "seed", "wishes", "metrics"), rows)


def _journal(story: Story) -> str:
    shown = story.events[-_MOST_EVENTS:]
    found = table(("when", "turn", "what", "text"), ((_when(e.time_s), e.step, e.what, e.text) for e in shown))
    left = len(story.events) - len(shown)
    return f"{left:,} earlier events are not shown.\n\n{found}" if left else found


def _when(time_s: float) -> str:
    try:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return ""


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float)) else ""


def _cell(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return " ".join(text.replace("|", "\\|").split())
