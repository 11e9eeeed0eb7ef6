"""The charts of stories: every logged quantity, the best marked, what real pieces show; speed and memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..drawing.chart import Chart, Level, Line, Mark
from ..record import Curve
from ..story import Story

STAGES = {"train": "training", "valid": "validation", "judge": "its pieces"}
"""Logged stage -> its name for a reader; its place is the number of its colour."""
_LONGEST_NAME = 36


def charts(story: Story) -> list[Chart]:
    """One chart a quantity, in the story's order; those without a finite value are left out."""
    found = [_chart(story, name, curves) for name, curves in story.quantities.items()]
    return [chart for chart in found if chart.lines]


def shared(stories: Sequence[Story]) -> list[Chart]:
    """One chart for each quantity that more than one story has: of each its validated, judged or trained curve."""
    names = dict.fromkeys(name for story in stories for name in story.quantities)
    having = {name: [story for story in stories if story.quantities.get(name)] for name in names}
    found = [_together(name, stories) for name, those in having.items() if len(those) > 1]
    return [chart for chart in found if chart.lines]


def speed(story: Story) -> list[Chart]:
    """Turns a second and memory over the hours of training."""
    speeds = story.speeds
    hours = np.array([each.hours for each in speeds], np.float64)
    values = {
        "turns a second": [each.turns_per_s for each in speeds],
        "memory, MB": [each.memory_mb for each in speeds],
    }
    lines = [Line(name, hours, np.array(column, np.float64)) for name, column in values.items()]
    found = [Chart(line.name, [line], across="hours").thinned() for line in lines]
    return [chart for chart in found if chart.lines]


def _chart(story: Story, name: str, curves: dict[str, Curve]) -> Chart:
    lines = [
        Line(STAGES.get(stage, stage), curve.turns, curve.values, _colour(stage), strong=stage != "train")
        for stage, curve in curves.items()
    ]
    real = story.lines.get(name)
    levels = [Level("real pieces", real)] if real is not None and np.isfinite(real) else []
    return Chart(name, lines, levels, _best(story, name)).thinned()


def _best(story: Story, name: str, series: int | None = None, label: str = "best") -> list[Mark]:
    best = story.best
    step, value = best.get("step"), best.get("value")
    stage, _, quantity = str(best.get("quantity", "")).partition("/")
    if quantity != name or stage not in story.quantities.get(name, {}) or not isinstance(step, int):
        return []
    if not isinstance(value, (int, float)) or not np.isfinite(value):
        return []
    return [Mark(label, float(step), float(value), _colour(stage) if series is None else series)]


def _together(name: str, stories: Sequence[Story]) -> Chart:
    lines, marks = [], []
    for number, story in enumerate(stories):
        curves = story.quantities.get(name, {})
        stage = next((stage for stage in ("valid", "judge", "train") if stage in curves), None)
        if stage is not None:
            label = short_label(story.label)
            lines.append(Line(label, curves[stage].turns, curves[stage].values, series=number, pattern=number))
            marks += _best(story, name, number, f"best of {label}")
    reals = {story.lines[name] for story in stories if name in story.lines}
    levels = [Level("real pieces", value) for value in reals if len(reals) == 1 and np.isfinite(value)]
    return Chart(name, lines, levels, marks).thinned()


def _colour(stage: str) -> int:
    return list(STAGES).index(stage) if stage in STAGES else 0


def short_label(label: str) -> str:
    """A label that has room in a legend."""
    return label if len(label) <= _LONGEST_NAME else label[: _LONGEST_NAME - 1] + "…"
