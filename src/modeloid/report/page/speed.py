"""How fast it went, and with how much memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..drawing.chart import Chart, Line
from ..story import Story
from .charts import figure
from .marks import text

UNITS = (("hour", 1.0, 1.5), ("minute", 60.0, 0.025), ("second", 3600.0, 0.0))
"""Name, how many make an hour, and from how many hours on it is used."""


def section(stories: Sequence[Story]) -> str:
    """Turns a second and memory over the time of training."""
    longest = max((story.speeds[-1].hours for story in stories if story.speeds), default=0.0)
    unit, factor, _ = next(one for one in UNITS if longest >= one[2])
    speeds, memories = [], []
    for index, story in enumerate(stories):
        told = story.speeds
        label = story.label if len(stories) > 1 else ""
        hours = np.array([speed.hours for speed in told]) * factor
        pace = np.array([speed.turns_per_s for speed in told])
        memory = np.array([speed.memory_mb for speed in told])
        speeds.append(Line(label or "speed", hours, pace, index, index))
        memories.append(Line(label or "memory", hours, memory, index, index))
    drawn = figure(Chart("Turns a second", speeds, across=unit, base=0.0), 3) + figure(
        Chart("Most memory so far, MB", memories, across=unit, base=0.0), 3
    )
    note = f"Over {text(unit)}s of training; the time between two runs does not count."
    return f'<p class="note">{note}</p><div class="charts">{drawn}</div>' if drawn else ""
