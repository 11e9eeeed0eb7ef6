"""Pieces of HTML that every section writes: text, numbers, lists of facts, folds, blocks of data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, TypeGuard

from ..drawing.legend import swatch
from ..drawing.numbers import short
from ..drawing.theme import LIGHT
from ..story import Story

THEME = LIGHT.named()
"""Drawings take their colours from the page, which has them by day and by night."""


def text(value: object) -> str:
    """Anything as text of a page."""
    return escape(str(value), quote=True)


def number(value: object) -> str:
    """A number, short; "–" where there is none."""
    return short(float(value)) if is_number(value) else "–"


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value of the record is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values (HTML) as a list of facts."""
    found = "".join(f"<div><dt>{text(name)}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f'<dl class="facts">{found}</dl>' if found else ""


def fold(summary: str, body: str, more: str = "") -> str:
    """Something that is shown when asked for."""
    return f"<details{more}><summary>{text(summary)}</summary>{body}</details>"


def items(values: Sequence[str]) -> str:
    """A list of texts (HTML)."""
    return f"<ul>{''.join(f'<li>{value}</li>' for value in values)}</ul>" if values else ""


def several(count: int, one: str, many: str = "") -> str:
    """A count and its noun: "1 save", "3 saves"."""
    return f"{short(count, 12)} {one if count == 1 else many or one + 's'}"


def key(series: int, pattern: int | None = None, kind: str = "line") -> str:
    """What tells a modeloid's curves in a legend or a table."""
    drawn = swatch(kind, THEME, series, series if pattern is None else pattern, 1, 6)
    return f'<svg class="key" viewBox="0 0 20 12" width="20" height="12" aria-hidden="true">{drawn}</svg>'


def owner(stories: Sequence[Story], index: int) -> str:
    """A modeloid's label with its key; nothing where there is but one."""
    return f'<span class="who">{key(index)} {text(stories[index].label)}</span>' if len(stories) > 1 else ""


def data(value: Any, name: str) -> str:
    """Data inside the page, for its script and for whoever wants them."""
    found = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" class="{name}">{found}</script>'


def without_place(value: Any) -> Any:
    """The same with absolute paths of this machine cut to their last part."""
    if isinstance(value, str):
        rooted = value.startswith(("/", "\\\\")) or value[1:3] in (":\\", ":/")
        return f"…/{value.replace(chr(92), '/').rstrip('/').rpartition('/')[2]}" if rooted and len(value) > 1 else value
    if isinstance(value, Mapping):
        return {name: without_place(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_place(one) for one in value]
    return value
