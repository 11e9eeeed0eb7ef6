"""A few values on one scale, each a dot with its interval: what was made beside what is real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from .frame import px
from .numbers import short
from .theme import LIGHT, Theme

ROW = 13.0
"""Height of a value's row, px."""


@dataclass(frozen=True)
class Dot:
    """One value.

    Parameters
    ----------
    name
        Whose: said to those who do not see it.
    value, low, high
        With its interval; `low` and `high` are the value where none is known.
    series
        Number of its colour; None for real data, which are drawn as a diamond over a grey band.
    """

    name: str
    value: float
    low: float
    high: float
    series: int | None = None


def svg(title: str, dots: Sequence[Dot], theme: Theme = LIGHT, width: float = 150.0) -> str:
    """Draw the values below one another on one scale from the least to the greatest; "" where there are none."""
    if not dots:
        return ""
    low, high = min(dot.low for dot in dots), max(dot.high for dot in dots)
    # the greatest floats are farther apart than a float can say, their halves are not
    span = high / 2 - low / 2

    def across(value: float) -> float:
        return 7 + (value / 2 - low / 2) / span * (width - 14) if span else width / 2

    height = ROW * len(dots) + 2
    bands = [_band(across(dot.low), across(dot.high), height, theme) for dot in dots if dot.series is None]
    drawn = [_dot(dot, 1 + ROW * (number + 0.5), across, theme) for number, dot in enumerate(dots)]
    words = "; ".join(f"{dot.name} {short(dot.value)} ({short(dot.low)} to {short(dot.high)})" for dot in dots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {px(width)} {px(height)}" width="{px(width)}" '
        f'height="{px(height)}" role="img" aria-label={quoteattr(f"{title}: {words}")}>{"".join(bands + drawn)}</svg>'
    )


def _band(left: float, right: float, height: float, theme: Theme) -> str:
    wide = max(right - left, 1.5)
    return f'<rect x="{px(left)}" y="0" width="{px(wide)}" height="{px(height)}" fill="{theme.line}"/>'


def _dot(dot: Dot, y: float, across: Callable[[float], float], theme: Theme) -> str:
    x, left, right = across(dot.value), across(dot.low), across(dot.high)
    if dot.series is None:
        return f'<path d="M{px(x)},{px(y - 4.5)}l4.5,4.5-4.5,4.5-4.5-4.5z" fill="{theme.faint}"/>'
    colour = theme.colour(dot.series)
    line = f'<path d="M{px(left)},{px(y)}H{px(right)}" stroke="{colour}" stroke-width="2"/>' if right > left else ""
    return f'{line}<circle cx="{px(x)}" cy="{px(y)}" r="4" fill="{colour}"/>'
