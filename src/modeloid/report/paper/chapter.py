"""One story on paper, its sections in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from ..drawing import curve
from ..drawing.chart import Chart
from ..drawing.numbers import short
from ..story import Story
from . import about, charts, played, tested
from .blocks import Block, heading, number, picture, text
from .blocks import pictures as gallery
from .pictures import THEME
from .typeset import ROOM_PT

WIDE_PX = (560.0, 240.0)
HALF_PX = (300.0, 152.0)


def chapter(story: Story, level: int = 1) -> Iterator[Block]:
    """All of a story, its sections headed at this level."""
    if level > 1 and story.card.get("doc"):
        yield text(str(story.card["doc"]))
    yield from about.problems(story)
    yield from words(story)
    yield from about.facts(story)
    yield from played.pieces(story, level)
    yield from tested.test(story, level)
    yield from played.originality(story, level)
    yield from _curves(story, level)
    yield from _speed(story, level)
    yield from about.journal(story, level)
    yield from about.card(story, level)
    yield from about.data(story, level)
    yield from about.refused(story, level)


def words(story: Story) -> Iterator[Block]:
    """What the figures say and what they do not, in a few sentences."""
    from ..words import words as told

    yield from paragraphs(told(story))


def paragraphs(told: Any) -> Iterator[Block]:
    """Words as paragraphs, whether they come as one text or as several."""
    several: Sequence[Any] = [told] if isinstance(told, str) else list(told)
    yield from (text(str(each)) for each in several if str(each).strip())


def drawn(found: Sequence[Chart], caption: str, first_wide: bool = False) -> Iterator[Block]:
    """Charts, two beside each other; the first as wide as the page where that is asked for."""
    if first_wide and found:
        yield gallery(f"{found[0].title} over turns.", [_picture(found[0], WIDE_PX, ROOM_PT)])
        found = found[1:]
    if found:
        yield gallery(caption, [_picture(chart, HALF_PX, ROOM_PT / 2) for chart in found], columns=2)


def _picture(chart: Chart, size_px: tuple[float, float], width_pt: float) -> Any:
    width, height = size_px
    title = chart.title if width_pt < ROOM_PT else ""
    svg = curve.svg(chart, THEME, width=width, height=height, named=_named(chart))
    return picture(svg, width_pt, title, alt=curve.said(chart))


def _named(chart: Chart) -> bool:
    """Whether a legend says more than the title does."""
    return [line.name for line in chart.lines] != [chart.title] or bool(chart.levels or chart.marks)


def _curves(story: Story, level: int) -> Iterator[Block]:
    yield heading("How it learned", level)
    found = charts.charts(story)
    if not found:
        yield text("Nothing was logged yet.")
        return
    yield from drawn(found, "Every other logged quantity over turns.", first_wide=True)


def _speed(story: Story, level: int) -> Iterator[Block]:
    yield heading("Speed and memory", level)
    speeds = story.speeds
    if not speeds:
        yield text("The journal does not tell the speed.")
        return
    rate, memory = median(each.turns_per_s for each in speeds), max(each.memory_mb for each in speeds)
    hours = speeds[-1].hours
    yield text(
        f"Median speed {number(rate)} turns/s; at most {number(memory)} MB of memory; "
        f"{short(hours, 2)} h of training until turn {number(speeds[-1].step)}."
    )
    yield from drawn(charts.speed(story), "Speed and memory over the hours of training.")
