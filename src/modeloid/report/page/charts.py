"""A chart of the page: its drawing, a legend that reads the values under the pointer, and the data that it drew."""

from __future__ import annotations

from typing import Any

from ..drawing import curve
from ..drawing.chart import Chart
from ..drawing.frame import Frame, frame
from ..drawing.legend import entries
from ..phrases import spoken
from .marks import THEME, data, key, number, text

WIDTH, HEIGHT = 360.0, 200.0
POINTS = 320
"""So many points a line are drawn at most; of each stretch the smallest and the largest value stay."""
WORTH = 20.0
"""A logarithmic scale is offered where the largest value is so many times the smallest."""


def figure(chart: Chart, level: int = 4) -> str:
    """A chart with its legend; "" where it has no point.

    Parameters
    ----------
    level
        Of its heading.
    """
    chart = chart.thinned(POINTS)
    if not chart.lines:
        return ""
    low, high = chart.reach
    both = low > 0 and high / low >= WORTH
    drawings = [f'<div class="linear">{_drawn(chart, False)}</div>']
    drawings += [f'<div class="logarithmic" hidden>{_drawn(chart, True)}</div>'] if both else []
    switch = '<button type="button" class="scale" aria-pressed="false" hidden>log</button>' if both else ""
    head = f"<h{level}>{text(spoken(chart.title))}</h{level}>"
    where = '<span class="where" aria-hidden="true"></span>'
    return (
        f'<figure class="chart"><figcaption>{head}{where}{switch}</figcaption>'
        f'<div class="plot">{"".join(drawings)}</div>{_legend(chart)}{data(_data(chart, both), "drawn")}</figure>'
    )


def _drawn(chart: Chart, logarithmic: bool) -> str:
    return curve.svg(chart, THEME, width=WIDTH, height=HEIGHT, named=False, logarithmic=logarithmic)


def _legend(chart: Chart) -> str:
    lines = len(chart.lines)
    values = [line.y[-1] for line in chart.lines]
    fixed = [number(level.value) for level in chart.levels]
    fixed += [f"{number(mark.y)} at {chart.across} {number(mark.x)}" for mark in chart.marks]
    found = []
    for index, (kind, name, series, pattern) in enumerate(entries(chart)):
        shown = number(float(values[index])) if index < lines else fixed[index - lines]
        now = ' class="now"' if index < lines else ""
        found.append(f"<li>{key(series, pattern, kind)} {text(name)} <b{now}>{shown}</b></li>")
    return f'<ul class="legend">{"".join(found)}</ul>'


def _data(chart: Chart, both: bool) -> dict[str, Any]:
    place, _ = frame(chart, WIDTH, HEIGHT)
    found: dict[str, Any] = {
        "title": chart.title,
        "across": chart.across,
        "edges": _edges(place),
        "lines": [{"name": line.name, "x": line.x.tolist(), "y": line.y.tolist()} for line in chart.lines],
    }
    if both:
        found["logEdges"] = _edges(frame(chart, WIDTH, HEIGHT, True)[0])
    return found


def _edges(place: Frame) -> list[float]:
    """Where the plot begins and ends, as parts of the drawing's width, and the x that lie there."""
    return [round(place.left / WIDTH, 5), round(place.right / WIDTH, 5), place.low_x, place.high_x]
