"""The canonical form: everything of the stories in one file of JSON lines, each saying what it is; docs/record.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..story import Story, apart
from ..tables import paths
from ..words import compared, words

SCHEMA = 1
_POINTS = 10_000
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False).encode


class JsonLines:
    """``record.jsonl``."""

    doc = "everything in one file of JSON lines: for machines"
    needs: Sequence[str] = ()
    extra = ""

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write the file."""
        path = target / "record.jsonl"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for line in _lines(apart(stories)):
                file.write(_encode(line) + "\n")
        return [path]


def _lines(stories: Sequence[Story]) -> Iterator[dict[str, Any]]:
    labels = [story.label for story in stories]
    yield {"what": "modeloid report", "schema": SCHEMA, "modeloids": labels, "compared": compared(stories)}
    for story in stories:
        for what, values in _told(story):
            yield {"what": what, "modeloid": story.label, **values}


def _told(story: Story) -> Iterator[tuple[str, dict[str, Any]]]:
    record = story.record
    yield "card", {"card": dict(story.card), "recipe": story.recipe, "repeat": story.repeat}
    yield "words", {"words": words(story), "problems": record.problems}
    yield "data", {"data": record.data}
    yield from (("run", {"run": run}) for run in record.runs)
    yield from (("journal", {"entry": entry}) for entry in record.journal)
    yield from (("curve", points) for points in _curves(story))
    yield from (("piece", piece) for piece in _pieces(story))
    yield "test", {"test": record.test}


def _curves(story: Story) -> Iterator[dict[str, Any]]:
    """Curves in lines of at most so many points, that a reader need not hold a million."""
    for key, curve in story.record.curves.items():
        stage, _, quantity = key.partition("/")
        for first in range(0, len(curve), _POINTS):
            turns, values = (each[first : first + _POINTS].tolist() for each in (curve.turns, curve.values))
            yield {"stage": stage, "quantity": quantity, "first": first, "turns": turns, "values": values}


def _pieces(story: Story) -> Iterator[dict[str, Any]]:
    for piece in story.pieces:
        yield {
            "part": "test" if piece.step is None else "sample",
            "turn": piece.step,
            "number": piece.number,
            "files": paths(piece),
            "seed": piece.seed,
            "address": list(piece.address),
            "wishes": piece.wishes,
            "annotation": piece.annotation,
        }
