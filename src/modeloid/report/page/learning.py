"""How it learned: every logged quantity over the turns."""

from __future__ import annotations

from collections.abc import Sequence

from ..drawing.chart import Chart, Level, Line, Mark
from ..drawing.numbers import whole
from ..record import Curve
from ..story import Story
from .charts import figure
from .marks import fold, text
from .table import Cell, table

STAGES = {"train": "training", "valid": "validation", "judge": "its pieces"}
SMALL = 3000
"""A record of at most so many numbers stands in the page as a table, to the last digit."""


def section(stories: Sequence[Story]) -> str:
    """The charts: first what training logs, then what the pieces are like turn by turn."""
    charts = {name: chart(stories, name) for name in _names(stories)}
    stages = {name: {stage for story in stories for stage in story.quantities.get(name, ())} for name in charts}
    trained = [name for name in charts if stages[name] & {"train", "valid"}]
    judged = [name for name in charts if name not in trained]
    parts = [_grid("While training", [charts[name] for name in trained], bool(judged))]
    parts.append(_grid("What its pieces are like, by turn", [charts[name] for name in judged], bool(trained)))
    drawn = "".join(parts)
    return f"{_how()}{drawn}{_tables(stories)}" if drawn else ""


def chart(stories: Sequence[Story], name: str) -> Chart:
    """One quantity: of one modeloid its stages by colour, of several each modeloid by its colour and its dashes."""
    lines: list[Line] = []
    levels: dict[float, str] = {}
    marks: list[Mark] = []
    stages = {stage for story in stories for stage in story.quantities.get(name, ())}
    several = len(stories) > 1
    for index, story in enumerate(stories):
        curves = story.quantities.get(name, {})
        label = "" if not several else story.label if len(stages) == 1 else f"{story.label}, "
        lines += [_line(curve, stage, label, index) for stage, curve in curves.items() if len(curve)]
        if name in story.lines:
            levels.setdefault(story.lines[name], f"real pieces{', ' + story.label if levels else ''}")
        stage, _, quantity = str(story.best.get("quantity", "")).partition("/")
        if quantity == name and stage in curves:
            colour = index if several else list(STAGES).index(stage) if stage in STAGES else 0
            best = f"best, {story.label}" if several else "best"
            marks.append(Mark(best, float(story.best["step"]), float(story.best["value"]), colour))
    return Chart(name, lines, [Level(label, value) for value, label in levels.items()], marks)


def _line(curve: Curve, stage: str, label: str, index: int) -> Line:
    said = STAGES.get(stage, stage)
    if label:
        name = label + said if label.endswith(", ") else label
        return Line(name, curve.turns, curve.values, index, index, stage != "train")
    colour = list(STAGES).index(stage) if stage in STAGES else 0
    return Line(said, curve.turns, curve.values, colour, 0, stage != "train")


def _names(stories: Sequence[Story]) -> list[str]:
    return list(dict.fromkeys(name for story in stories for name in story.quantities))


def _grid(title: str, charts: Sequence[Chart], titled: bool) -> str:
    drawn = "".join(figure(chart, 4 if titled else 3) for chart in charts)
    head = f"<h3>{title}</h3>" if titled else ""
    return f'{head}<div class="charts">{drawn}</div>' if drawn else ""


def _how() -> str:
    read = "Point at a chart, or move to it by Tab and use the arrow keys, to read its values."
    thin = "Long curves are thinned for the eye: of each stretch the smallest and the largest value stay."
    return f'<p class="note"><span class="screen">{read}</span> {thin}</p>'


def _tables(stories: Sequence[Story]) -> str:
    """All that was logged, where it is little."""
    size = sum(len(curve) for story in stories for curve in story.record.curves.values())
    if size > SMALL:
        more = "the formats csv and parquet hold them all"
        return f'<p class="note">{whole(size)} numbers were logged; {more}.</p>'
    return "".join(_table(story, len(stories) > 1) for story in stories)


def _table(story: Story, several: bool) -> str:
    curves = story.record.curves
    values = {
        name: dict(zip(curve.turns.tolist(), curve.values.tolist(), strict=True)) for name, curve in curves.items()
    }
    turns = sorted({turn for one in values.values() for turn in one})
    rows = [[Cell(str(turn)), *(_exact(one.get(turn)) for one in values.values())] for turn in turns]
    title = f"Every number that was logged{': ' + story.label if several else ''}"
    heads = ["turn", *(text(name) for name in curves)]
    body = table(title, heads, rows, numbers=range(1, len(heads)), kind="dense", sortable=False)
    return fold(title, body) if body else ""


def _exact(value: float | None) -> Cell:
    return Cell("" if value is None else repr(value), kind="number")
