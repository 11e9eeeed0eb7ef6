"""What a chart shows, before anything is drawn: lines, levels and marks, thinned so that every extreme stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One curve.

    Parameters
    ----------
    name
        What the legend says.
    x, y
        Ascending turns (or hours), and values; shape (n,) each. What is not finite is left out.
    series
        Number of its colour.
    pattern
        Number of its dashes, 0 for a whole line.
    strong
        A strong line is thick; a faint one lies behind.
    """

    name: str
    x: NDArray[Any]
    y: Floats
    series: int = 0
    pattern: int = 0
    strong: bool = True


@dataclass(frozen=True)
class Level:
    """A value that does not change, such as what real pieces show: a dashed line across."""

    name: str
    value: float


@dataclass(frozen=True)
class Mark:
    """A point to be seen, such as the best checkpoint: a ring."""

    name: str
    x: float
    y: float
    series: int = 0


@dataclass(frozen=True)
class Chart:
    """Lines over turns or hours in one picture.

    Parameters
    ----------
    title
        What is shown: "loss".
    lines, levels, marks
        See `Line`, `Level` and `Mark`.
    across
        What runs to the right: "turn" or "hour".
    base
        A value that the axis must hold, such as 0 for a speed.
    """

    title: str
    lines: Sequence[Line]
    levels: Sequence[Level] = ()
    marks: Sequence[Mark] = ()
    across: str = "turn"
    base: float | None = None

    def thinned(self, most: int = 400) -> Chart:
        """The same chart with at most about so many points a line."""
        lines = [replace(line, x=x, y=y) for line in self.lines for x, y in (thinned(line.x, line.y, most),) if len(x)]
        return replace(self, lines=lines)

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest x."""
        return min(float(line.x[0]) for line in self.lines), max(float(line.x[-1]) for line in self.lines)

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the greatest value of all that is shown."""
        lows = [float(line.y.min()) for line in self.lines]
        highs = [float(line.y.max()) for line in self.lines]
        others = [level.value for level in self.levels] + [mark.y for mark in self.marks]
        others += [] if self.base is None else [self.base]
        return min(lows + others), max(highs + others)


def thinned(x: NDArray[Any], y: Floats, most: int) -> tuple[NDArray[Any], Floats]:
    """At most about `most` points: the ends, and of each stretch of x the smallest and the largest value."""
    fine = np.isfinite(y)
    if not fine.all():
        x, y = x[fine], y[fine]
    if len(x) <= most:
        return x, y
    stretch = ((x - x[0]) * ((most // 2) / (float(x[-1]) - float(x[0]) or 1.0))).astype(np.int64)
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    ends = np.concatenate(([0, len(x) - 1], _first(y, starts, np.minimum), _first(y, starts, np.maximum)))
    kept = np.unique(ends)
    return x[kept], y[kept]


def _first(y: Floats, starts: NDArray[np.int64], extreme: np.ufunc) -> NDArray[np.int64]:
    """Where each stretch first has its extreme value."""
    lengths = np.diff(starts, append=len(y))
    hits = np.flatnonzero(y == np.repeat(extreme.reduceat(y, starts), lengths))
    which = np.searchsorted(starts, hits, side="right")
    return hits[np.flatnonzero(np.diff(which, prepend=0))]
