"""Folders named like stories, whatever their labels hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..story import Story

_LONGEST = 100


def folders(stories: Sequence[Story]) -> list[str]:
    """A folder name for each story: its label where that can be one; all differ, also where case does not count."""
    names: list[str] = []
    taken: set[str] = set()
    for story in stories:
        plain = re.sub(r"[^\w.,()+= -]", "_", story.label)[:_LONGEST].strip(" .").lstrip("=+-") or "_"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def turn_folder(step: int | None) -> str:
    """What the pieces of a turn lie in: as in the record."""
    return "test" if step is None else f"step-{step:09d}"
