"""Markdown: text that stays text, tables, lists; as GitHub, pandoc and CommonMark readers take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..phrases import told
from ..record import plain

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~>$-])")
_HARMLESS = re.compile(r"(?<=\w)\\([-_.])(?=\w)|\\([()])|(?<=[\d ])\\([-+])(?=[\d ])")
_NUMBERED = re.compile(r"^(\d+)([.)])(?= )")
_NUMERIC = re.compile(r"[-\d.,e+() to]*")
_LONGEST = 300


def text(value: Any) -> str:
    """A value as text on one line in which nothing is markup; what is no text and no number as code."""
    line = " ".join(plain(value).split())
    short = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    if isinstance(value, (Mapping, list)) and "`" not in short:
        return "`" + short.replace("|", "\\|") + "`"
    safe = _SPECIAL.sub(r"\\\1", short.replace("&", "&amp;").replace("<", "&lt;"))
    return _NUMBERED.sub(r"\1\\\2", _HARMLESS.sub(lambda found: found[1] or found[2] or found[3], safe))


def number(value: Any) -> str:
    """A number with four digits that count; nothing where there is none."""
    return "" if value is None else told(value)


def between(value: Any, low: Any, high: Any) -> str:
    """A value with its interval, or what is known of it."""
    return number(value) if low is None or high is None else f"{number(value)} ({number(low)} to {number(high)})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already, numbers to the right; [] without rows."""
    body = [list(row) for row in rows]
    if not body:
        return []
    numeric = [
        all(row[place][:1].isdigit() or row[place][:1] in ("-", "") for row in body) for place in range(len(head))
    ]
    line = ["---:" if right else "---" for right in numeric]
    return [f"| {' | '.join(cells)} |" for cells in (list(head), line, *body)] + [""]


def items(texts: Iterable[str]) -> list[str]:
    """A list; [] without items."""
    found = [f"- {each}" for each in texts]
    return [*found, ""] if found else []


def code(lines: Sequence[str]) -> list[str]:
    """A block of code, fenced so that nothing in it ends it."""
    fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
    return [fence, *(" ".join(line.splitlines()) for line in lines), fence, ""]
