"""The stories as tables: what CSV, Parquet and whoever else wants rows write. Curves have columns of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from .phrases import Interval
from .record import Piece, numbers, plain
from .story import Story

TEXT, WHOLE, NUMBER = "text", "whole", "number"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows of one kind, of all stories; the first column is "modeloid", the story's label.

    Parameters
    ----------
    kinds
        Column -> `TEXT`, `WHOLE` or `NUMBER`, in order.
    rows
        Column -> value; what is missing is not known.
    """

    kinds: Mapping[str, str]
    rows: Sequence[Row]


def tables(stories: Sequence[Story]) -> dict[str, Table]:
    """All tables but the curves, by name; those without rows too, so that readers find what they expect."""
    return {name: _table(stories, kinds, rows) for name, (kinds, rows) in _TABLES.items()}


def _table(stories: Sequence[Story], kinds: Mapping[str, str], rows: Callable[[Story], Iterator[Row]]) -> Table:
    found = [{"modeloid": story.label, **row} for story in stories for row in rows(story)]
    # measures of pieces differ from domain to domain: each has a column of its own
    more = dict.fromkeys(key for key in chain.from_iterable(found) if key.startswith("metric/"))
    return Table({"modeloid": TEXT, **kinds, **dict.fromkeys(more, NUMBER)}, found)


def _card(story: Story) -> Iterator[Row]:
    for part, values in (("card", story.card), ("recipe", story.recipe)):
        for key, value in values.items():
            inner = value.items() if isinstance(value, Mapping) and value else [("", value)]
            for name, each in inner:
                yield {"part": part, "key": f"{key}/{name}" if name else key, "value": plain(each)}


def _tests(story: Story) -> Iterator[Row]:
    for row in story.tested:
        found = Interval.around(row.made, row.error) if row.error is not None else None
        ends = {"made_low": found.low, "made_high": found.high} if found else {}
        known = {"kind": row.kind, "name": row.name, "made": row.made, "standard_error": row.error, "real": row.real}
        yield {"turn": story.record.test.get("step"), **known, **ends}


def _measures(story: Story) -> Iterator[Row]:
    for metric in story.comparison.get("metrics", ()):
        yield {key: metric[key] for key in _MEASURES if key in metric}


def _distances(story: Story) -> Iterator[Row]:
    for distance in story.comparison.get("distances", ()):
        yield {key: distance[key] for key in _DISTANCES if key in distance}


def _shared(story: Story) -> Iterator[Row]:
    """What the whole set shares with the training pieces; that of each piece is in `_pieces`."""
    for name, values in story.comparison.get("originality", {}).items():
        yield {"name": name, **{key: values[key] for key in _SHARED if key in values}}


def _pieces(story: Story) -> Iterator[Row]:
    for piece in story.pieces:
        about = piece.annotation
        tracks = about.get("tracks")
        yield {
            "part": "test" if piece.step is None else "sample",
            "turn": story.record.test.get("step") if piece.step is None else piece.step,
            "number": piece.number,
            "seed": piece.seed,
            "address": plain(list(piece.address)),
            "wishes": json.dumps(piece.wishes, ensure_ascii=False),
            "files": " ".join(paths(piece)),
            "length_s": about.get("length_s"),
            "tempo": about.get("tempo"),
            "tracks": None if tracks is None else len(tracks),
            "notes": None if tracks is None else sum(track.get("notes", 0) for track in tracks),
            **{key: about.get("originality", {}).get(key) for key in _ORIGINALITY},
            **{f"metric/{name}": value for name, value in numbers(about.get("metrics")).items()},
        }


def paths(piece: Piece) -> list[str]:
    """Where a piece's files lie in the modeloid's directory."""
    return [f"record/samples/{path.parent.name}/{path.name}" for path in piece.files.values()]


def _events(story: Story) -> Iterator[Row]:
    for event in story.events:
        known = {"turn": event.step, "what": event.what, "text": event.text}
        yield {"time": moment(event.time_s), "time_s": event.time_s, **known}


def moment(time_s: float) -> str:
    """Seconds since 1970 as text, UTC: ``2026-01-31T12:00:00Z``."""
    found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(time_s))
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _speeds(story: Story) -> Iterator[Row]:
    for speed in story.speeds:
        known = {"turns_per_s": speed.turns_per_s, "memory_mb": speed.memory_mb}
        yield {"turn": speed.step, "hours": speed.hours, **known}


def _sets(story: Story) -> Iterator[Row]:
    for entry in story.record.data.get("sets", ()):
        yield {key: entry[key] for key in _SETS if key in entry}


def _refused(story: Story) -> Iterator[Row]:
    for what, name in (("refused", "file"), ("silent", "file"), ("left_out", "piece")):
        for entry in story.record.data.get(what, ()):
            yield {"what": what, "name": entry[name], "reason": entry.get("reason")}


_ORIGINALITY = {"longest_run": NUMBER, "copied": NUMBER, "nearest": TEXT, "nearest_share": NUMBER}
_MEASURES = {
    **dict.fromkeys(("name", "unit"), TEXT),
    **dict.fromkeys(("made", "made_low", "made_high", "real", "real_low", "real_high"), NUMBER),
    **dict.fromkeys(("wasserstein", "wasserstein_low", "wasserstein_high", "floor", "floor_high"), NUMBER),
    **dict.fromkeys(("scale", "overlap"), NUMBER),
    "verdict": TEXT,
    "doc": TEXT,
}
_DISTANCES = {"name": TEXT, **dict.fromkeys(("value", "low", "high", "floor", "floor_high"), NUMBER)}
_SHARED = dict.fromkeys(("made", "made_max", "real", "real_max"), NUMBER)
_SETS = {
    **dict.fromkeys(("name", "licence", "citation", "url"), TEXT),
    **dict.fromkeys(("pieces", "notes"), WHOLE),
    **dict.fromkeys(("seconds", "weight"), NUMBER),
}
_TESTS = {
    "turn": WHOLE,
    **dict.fromkeys(("kind", "name"), TEXT),
    **dict.fromkeys(("made", "standard_error", "made_low", "made_high", "real"), NUMBER),
}
_PIECES = {
    "part": TEXT,
    **dict.fromkeys(("turn", "number", "seed"), WHOLE),
    **dict.fromkeys(("address", "wishes", "files"), TEXT),
    **dict.fromkeys(("length_s", "tempo"), NUMBER),
    **dict.fromkeys(("tracks", "notes"), WHOLE),
    **_ORIGINALITY,
}
_TABLES: Mapping[str, tuple[Mapping[str, str], Callable[[Story], Iterator[Row]]]] = {
    "card": (dict.fromkeys(("part", "key", "value"), TEXT), _card),
    "tests": (_TESTS, _tests),
    "measures": (_MEASURES, _measures),
    "distances": (_DISTANCES, _distances),
    "originality": ({"name": TEXT, **_SHARED}, _shared),
    "pieces": (_PIECES, _pieces),
    "events": ({"time": TEXT, "time_s": NUMBER, "turn": WHOLE, "what": TEXT, "text": TEXT}, _events),
    "speeds": ({"turn": WHOLE, **dict.fromkeys(("hours", "turns_per_s", "memory_mb"), NUMBER)}, _speeds),
    "sets": (_SETS, _sets),
    "refused": (dict.fromkeys(("what", "name", "reason"), TEXT), _refused),
}
