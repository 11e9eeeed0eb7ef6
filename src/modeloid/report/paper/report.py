"""A whole report on paper: what `typeset.pdf` sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..story import Story
from .blocks import Block
from .blocks import chapter as opened
from .chapter import chapter
from .together import together

_LONGEST_HEAD = 60


def content(stories: Sequence[Story]) -> dict[str, Any]:
    """One story, or several: then first what they have side by side, and a chapter for each."""
    labels = [story.label for story in stories]
    title = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
    alone = len(stories) == 1
    docs = [str(story.card.get("doc") or "") for story in stories] if alone else []
    running = title if len(title) <= _LONGEST_HEAD else f"{title[:_LONGEST_HEAD]}…"
    return {
        "title": title,
        "running": running,
        "under": [doc for doc in docs if doc],
        "contents": not alone,
        "blocks": list(chapter(stories[0]) if alone else _all(stories)),
    }


def _all(stories: Sequence[Story]) -> Iterator[Block]:
    yield from together(stories)
    for story in stories:
        yield opened(story.label)
        yield from chapter(story, level=2)
