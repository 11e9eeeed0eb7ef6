"""A chart as one SVG: axes with round numbers, lines, levels and marks, in the colours of a theme."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from .chart import Chart, Line, Mark
from .frame import LETTER, WIDE, Frame, frame, px
from .legend import legend, rows
from .numbers import axis, short, ticks
from .theme import LIGHT, Theme, dash

SPARSE = 40
"""A strong line of at most so many points shows each of them."""


def svg(
    chart: Chart,
    theme: Theme = LIGHT,
    *,
    width: float = 400.0,
    height: float = 220.0,
    named: bool = True,
    logarithmic: bool = False,
    label: str = "",
) -> str:
    """Draw a chart.

    Parameters
    ----------
    chart
        At least one of its lines must have a point. Thin it before: ``chart.thinned()``.
    theme
        Colours, written out into the drawing.
    width, height
        Of the drawing, px; letters are 11 px.
    named
        Names of lines, levels and marks stand below; without, the caller says them.
    logarithmic
        Values go by their logarithm: all must be above 0, see `positive`.
    label
        What a screen reader says; made from the chart where empty.

    Returns
    -------
    A complete SVG element, "" where there is nothing to draw.
    """
    lines = [line for line in chart.lines if len(line.x)]
    if not lines:
        return ""
    names = rows(chart, width) if named else []
    place, marks_y = frame(chart, width, height - (LETTER + 6) * len(names), logarithmic)
    size = f'viewBox="0 0 {px(width)} {px(height)}" font-family={quoteattr(theme.font)} font-size="{px(LETTER)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(label or said(chart))}>'
    drawn = [
        head,
        *_values(place, marks_y, theme),
        *_turns(chart, place, theme, width),
        *(_level(place, level.value, theme) for level in chart.levels),
        *(_line(place, line, theme) for line in sorted(lines, key=lambda line: line.strong)),
        *(_mark(place, mark, theme) for mark in chart.marks),
        *legend(names, theme, place.bottom + 2 * LETTER + 10),
        "</svg>",
    ]
    return "".join(drawn)


def positive(chart: Chart) -> bool:
    """Whether the values can go by their logarithm."""
    return chart.reach[0] > 0


def said(chart: Chart) -> str:
    """A chart in words, for those who do not see it."""
    parts = []
    for line in chart.lines:
        low, high = int(line.y.argmin()), int(line.y.argmax())
        parts.append(
            f"{line.name} from {short(float(line.y[0]))} to {short(float(line.y[-1]))}, "
            f"lowest {short(float(line.y[low]))} at {chart.across} {short(float(line.x[low]), 6)}, "
            f"highest {short(float(line.y[high]))} at {chart.across} {short(float(line.x[high]), 6)}"
        )
    parts += [f"{level.name} {short(level.value)}" for level in chart.levels]
    parts += [f"{mark.name} {short(mark.y)} at {chart.across} {short(mark.x, 6)}" for mark in chart.marks]
    return f"{chart.title}: {'; '.join(parts)}."


def _values(place: Frame, named: list[tuple[float, str]], theme: Theme) -> list[str]:
    drawn = []
    for value, text in named:
        y = px(place.down(value))
        drawn.append(f'<path d="M{px(place.left)},{y}H{px(place.right)}" stroke="{theme.line}" stroke-width="1"/>')
        below = px(place.down(value) + LETTER * 0.35)
        drawn.append(f'<text x="{px(place.left - 6)}" y="{below}" text-anchor="end" fill="{theme.faint}">{text}</text>')
    return drawn


def _turns(chart: Chart, place: Frame, theme: Theme, width: float) -> list[str]:
    across, drawn = _across(chart, place), []
    for number, (x, text) in enumerate(across):
        last = number == len(across) - 1
        anchor = "end" if last and len(across) > 1 else "start" if number == 0 else "middle"
        where = min(x, width - 2) if anchor == "end" else x
        drawn.append(
            f'<text x="{px(where)}" y="{px(place.bottom + LETTER + 5)}" text-anchor="{anchor}" '
            f'fill="{theme.faint}">{text}</text>'
        )
    return drawn


def _across(chart: Chart, place: Frame) -> list[tuple[float, str]]:
    """Where the x axis is named: both ends, and round numbers between them that keep their distance."""
    low, high = chart.span
    names = ticks(low, high, 4)
    step = names[1] - names[0] if len(names) > 1 else 1.0
    first = f"{chart.across} {_end(low, step)}"
    if high == low:
        return [(place.left, first)]
    last = _end(high, step)
    free_left = place.left + (len(first) + 2) * LETTER * WIDE
    free_right = place.right - (len(last) + 2) * LETTER * WIDE
    inner = []
    for value in names:
        text, x = axis(value, step), place.across(value)
        half = len(text) * LETTER * WIDE / 2
        if x - half > free_left and x + half < free_right:
            inner.append((x, text))
            free_left = x + half + LETTER
    return [(place.left, first), *inner, (place.right, last)]


def _end(value: float, step: float) -> str:
    round_one = abs(value / step - round(value / step)) < 1e-9
    return axis(value, step) if round_one else short(value, 6 if value == int(value) else 3)


def _line(place: Frame, line: Line, theme: Theme) -> str:
    colour, pattern = theme.colour(line.series), dash(line.pattern)
    look = 'stroke-width="1.8"' if line.strong else 'stroke-width="1.2" stroke-opacity=".8"'
    dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
    if len(line.x) == 1:
        x, y = place.across(float(line.x[0])), place.down(float(line.y[0]))
        return f'<circle cx="{px(x)}" cy="{px(y)}" r="2.4" fill="{colour}"/>'
    drawn = f'<path d="{place.path(line)}" fill="none" stroke="{colour}" stroke-linejoin="round" {look}{dashes}/>'
    return drawn + (_points(place, line, colour) if line.strong and len(line.x) <= SPARSE else "")


def _points(place: Frame, line: Line, colour: str) -> str:
    """Where a sparse line was measured: lines of no length with round ends."""
    places = zip(line.x.tolist(), line.y.tolist(), strict=True)
    dots = "".join(f"M{px(place.across(x))},{px(place.down(y))}h0" for x, y in places)
    return f'<path d="{dots}" stroke="{colour}" stroke-width="4.5" stroke-linecap="round"/>'


def _level(place: Frame, value: float, theme: Theme) -> str:
    y = px(place.down(value))
    return (
        f'<path d="M{px(place.left)},{y}H{px(place.right)}" stroke="{theme.ink}" stroke-width="1.2" '
        'stroke-dasharray="2 4" stroke-linecap="round"/>'
    )


def _mark(place: Frame, mark: Mark, theme: Theme) -> str:
    x, y = px(place.across(mark.x)), px(place.down(mark.y))
    return (
        f'<circle cx="{x}" cy="{y}" r="4" fill="{theme.paper}" stroke="{theme.colour(mark.series)}" stroke-width="2"/>'
    )
