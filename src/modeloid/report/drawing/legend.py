"""The names below a chart, and what stands before each of them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from .chart import Chart
from .frame import LETTER, WIDE, px
from .theme import Theme, dash

Entry = tuple[str, str, int, int]
"""Kind ("line", "faint", "level" or "mark"), name, number of the colour, number of the dashes."""


def entries(chart: Chart) -> list[Entry]:
    """What a chart's legend names."""
    found: list[Entry] = []
    found += [("line" if line.strong else "faint", line.name, line.series, line.pattern) for line in chart.lines]
    found += [("level", level.name, 0, 0) for level in chart.levels]
    found += [("mark", mark.name, mark.series, 0) for mark in chart.marks]
    return found


def rows(chart: Chart, width: float) -> list[list[Entry]]:
    """The legend in rows, as many names in a row as fit."""
    found: list[list[Entry]] = []
    free = 0.0
    for entry in entries(chart):
        needed = _wide(entry[1])
        if not found or needed > free:
            found.append([])
            free = width - 8
        found[-1].append(entry)
        free -= needed
    return found


def legend(found: list[list[Entry]], theme: Theme, top: float) -> list[str]:
    """Draw the rows, the first one's letters standing on `top`."""
    drawn = []
    for number, row in enumerate(found):
        x, y = 8.0, top + number * (LETTER + 6)
        for kind, name, series, pattern in row:
            drawn.append(swatch(kind, theme, series, pattern, x, y - LETTER * 0.35))
            drawn.append(f'<text x="{px(x + 24)}" y="{px(y)}" fill="{theme.ink}">{escape(name)}</text>')
            x += _wide(name)
    return drawn


def swatch(kind: str, theme: Theme, series: int, pattern: int, x: float, y: float) -> str:
    """What a legend shows before a name: 18 px of a "line" or "faint" line or "level", or the ring of a "mark"."""
    if kind == "mark":
        ring = f'stroke="{theme.colour(series)}" stroke-width="2"'
        return f'<circle cx="{px(x + 9)}" cy="{px(y)}" r="4" fill="{theme.paper}" {ring}/>'
    dashes = "2 4" if kind == "level" else dash(pattern)
    colour = theme.ink if kind == "level" else theme.colour(series)
    look = {"line": 'stroke-width="2.2"', "level": 'stroke-width="1.4" stroke-linecap="round"'}.get(
        kind, 'stroke-width="1.4" stroke-opacity=".8"'
    )
    more = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{px(x)},{px(y)}h18" stroke="{colour}" {look}{more}/>'


def _wide(name: str) -> float:
    return 24 + len(name) * LETTER * WIDE + 14
