"""Pieces as one compressed block of text that a page carries and its script unpacks.

The block is base64 of gzip of: the length of the JSON (four bytes, little-endian), the JSON, and the bytes of the
parts, which the JSON names by place and length, counted from the JSON's end.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from typing import Any

from modeloid.report.story import Story

from ..marks import is_number
from .plan import Plan


def pack(stories: Sequence[Story], shown: Plan, font: bytes = b"") -> str:
    """The block of a plan; `font` is what its scores share, see `score.engrave`."""
    files = bytearray()
    pieces, cells = [], []
    for place, (key, made) in enumerate(sorted(shown.entries.items(), key=lambda item: item[0])):
        parts = {}
        for name, data in made.parts.items():
            parts[name] = [len(files), len(data)]
            files += data
        pieces.append(made.about | parts)
        cells.append([*key, place])
    content: dict[str, Any] = {
        "turns": [named(turn, stories) for turn in shown.turns],
        "own": [[named(turn, [story]) for turn in shown.turns] for story in stories],
        "stories": [story.label for story in stories],
        "cells": cells,
        "pieces": pieces,
        "font": font.decode(),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace")
    return base64.b64encode(gzip.compress(len(text).to_bytes(4, "little") + text + files, 9, mtime=0)).decode()


def named(turn: int | None, stories: Sequence[Story]) -> str:
    """What a turn is called on the page; None, the test, with the turns whose weights were tested."""
    if turn is not None:
        return f"turn {turn}"
    steps = sorted({int(step) for story in stories if is_number(step := story.record.test.get("step"))})
    if not steps:
        return "the test"
    return f"the test ({'turn' if len(steps) == 1 else 'turns'} {', '.join(map(str, steps))})"
