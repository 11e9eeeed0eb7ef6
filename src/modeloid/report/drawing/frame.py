"""Where the values of a chart lie in its drawing."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .chart import Chart, Line
from .numbers import axis, powers, short, ticks

LETTER = 11.0
"""Size of the letters, px of the drawing."""
WIDE = 0.6
"""Width of a letter over its size: an estimate to the safe side."""

_MOST = sys.float_info.max
_Values = TypeVar("_Values", float, NDArray[Any])


@dataclass(frozen=True)
class Frame:
    """Where a chart's values lie in its drawing.

    Parameters
    ----------
    left, top, right, bottom
        The edges of the plot, px.
    low_x, high_x, low_y, high_y
        What they stand for.
    logarithmic
        Values go by their logarithm.
    """

    left: float
    top: float
    right: float
    bottom: float
    low_x: float
    high_x: float
    low_y: float
    high_y: float
    logarithmic: bool = False

    def across(self, x: float) -> float:
        """Where an x lies, px from the left."""
        return self.left + _between(x, self.low_x, self.high_x) * (self.right - self.left)

    def down(self, y: float) -> float:
        """Where a value lies, px from the top."""
        scale: Callable[[float], float] = math.log if self.logarithmic else float
        share = _between(scale(y), scale(self.low_y), scale(self.high_y))
        return self.bottom - share * (self.bottom - self.top)

    def path(self, line: Line) -> str:
        """A line's way through the drawing, in tenths of a px."""
        y = np.log(line.y) if self.logarithmic else line.y
        low, high = (math.log(v) if self.logarithmic else v for v in (self.low_y, self.high_y))
        x_px = self.left + _between(line.x, self.low_x, self.high_x) * (self.right - self.left)
        y_px = self.bottom - _between(y, low, high) * (self.bottom - self.top)
        tenths = np.rint(np.stack([x_px, y_px], axis=1) * 10).astype(np.int64)
        steps = np.diff(tenths, axis=0).tolist()
        # relative steps are half as long as places, and what was rounded once does not add up
        return f"M{_t(tenths[0, 0])},{_t(tenths[0, 1])}l{' '.join(f'{_t(x)},{_t(y)}' for x, y in steps)}"


def frame(
    chart: Chart, width: float, height: float, logarithmic: bool = False
) -> tuple[Frame, list[tuple[float, str]]]:
    """Where the plot lies within a drawing, and the values that its axis names."""
    low, high = chart.reach
    if logarithmic:
        low, high = (low / 1.3, min(high * 1.3, _MOST)) if low == high else (low, high)
        named = powers(low, high)
        texts = [(value, short(value, 2)) for value in named]
    else:
        edge = (high / 2 - low / 2) * 0.08 or abs(high) * 0.1 or 1.0
        low, high = (low if low == 0 else max(low - edge, -_MOST)), min(high + edge, _MOST)
        named = ticks(low, high)
        step = named[1] - named[0] if len(named) > 1 else abs(named[0]) / 10
        texts = [(value, axis(value, step)) for value in named]
    left = max(len(text) for _, text in texts) * LETTER * WIDE + 8
    return Frame(left, 8, width - 12, height - LETTER - 10, *chart.span, low, high, logarithmic), texts


def _between(value: _Values, low: float, high: float) -> _Values:
    """Where values lie between two others: 0 at `low`, 1 at `high`; 0 where these are the same."""
    # the greatest floats are farther apart than a float can say, their halves are not
    return (value / 2 - low / 2) / ((high / 2 - low / 2) or 1.0)


def px(value: float) -> str:
    """A place in a drawing: to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _t(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole or ''}.{rest}" if rest else f"{sign}{whole}"
