"""The test on paper: what was measured with its intervals, beside real pieces and beside what chance alone makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..drawing import dots
from ..story import Story, Tested
from .blocks import NONE, Block, Cell, between, heading, mapping, mappings, note, number, picture, table, text
from .pictures import THEME

NORMAL_95 = 1.96
DOTS_PX = 90.0


def test(story: Story, level: int) -> Iterator[Block]:
    """The section; it says so where nothing was tested."""
    yield heading("How it did in the test", level)
    if not story.tested and not story.comparison:
        unread = "It was tested, but the result cannot be read."
        yield text(unread if story.record.examined else "It was not tested yet.")
        return
    yield text(_where(story.record.test))
    yield from _losses(story)
    yield from _compared(story.comparison)
    yield from _judged(story)
    yield from _distances(story.comparison)
    yield from _copies(story.comparison)


def _where(test: Mapping[str, Any]) -> str:
    step, count = test.get("step"), mapping(test.get("likelihood")).get("items")
    known = isinstance(count, (int, float))
    data = "data" if not known else "item" if count == 1 else "items"
    many = f"{number(count)} " if known else ""
    of = "" if step is None else f" of turn {number(step)}"
    return f"Measured on {many}held-out {data} with the weights{of}."


def interval(row: Tested) -> Cell:
    """A row's value with its 95 % interval, where it has an error."""
    error = row.error
    if not isinstance(error, (int, float)):
        return number(row.made)
    return between(row.made, row.made - NORMAL_95 * error, row.made + NORMAL_95 * error)


def _losses(story: Story) -> Iterator[Block]:
    rows = [(row.name, interval(row), row.kind) for row in story.tested if row.kind != "judge"]
    if rows:
        caption = "Likelihood and losses on the test's data, with 95 % intervals where they were measured."
        yield table(caption, "quantity|>value|kind", rows)


def _compared(comparison: Mapping[str, Any]) -> Iterator[Block]:
    metrics = mappings(comparison.get("metrics"))
    if not metrics:
        return
    count, real = number(comparison.get("count")), number(comparison.get("real_count"))
    length = comparison.get("length_beats")
    cut = f", each cut to {number(length)} beats" if length is not None else ""
    caption = f"{count} generated pieces beside {real} real ones{cut}: means and distances, with 95 % intervals."
    head = "quantity|>made|>real|made and real|>distance|>floor|>overlap|verdict"
    telling = [each for each in metrics if each.get("verdict") != "same"]
    yield table(caption, head, [_metric(each) for each in telling])
    if len(telling) < len(metrics):
        same = ", ".join(str(each.get("name", NONE)).replace("_", " ") for each in metrics if each not in telling)
        yield note(f"Not shown, as all pieces, made and real, have one value of each: {same}.")
    yield note(
        "The distance is Wasserstein's between the distributions. The floor is what real pieces show of themselves: "
        "the distance of as many of them as were generated (at most half) from all others, in the mean and to its 95 % "
        "point. Apart: the distance's whole interval lies above that point. Unclear: the distance does, or the "
        "intervals of the two means do not meet; more pieces would tell."
    )
    yield from _meanings(metrics)


def _metric(each: Mapping[str, Any]) -> list[Cell]:
    unit = each.get("unit")
    name = str(each.get("name", NONE))
    return [
        {"text": name, "under": str(unit)} if unit else name,
        between(each.get("made"), each.get("made_low"), each.get("made_high")),
        between(each.get("real"), each.get("real_low"), each.get("real_high")),
        _dots(each),
        between(each.get("wasserstein"), each.get("wasserstein_low"), each.get("wasserstein_high")),
        _floor(each),
        number(each.get("overlap")),
        str(each.get("verdict") or NONE),
    ]


def _dots(each: Mapping[str, Any]) -> Cell:
    """What was made as a dot with its interval, and below it what is real as a diamond on a band."""
    found = []
    for series, side in ((0, "made"), (None, "real")):
        value = each.get(side)
        if isinstance(value, (int, float)):
            ends = [each.get(f"{side}_{end}", value) for end in ("low", "high")]
            found.append(dots.Dot(side, value, ends[0], ends[1], series))
    if not found:
        return NONE
    svg = dots.svg(str(each.get("name")), found, THEME, width=DOTS_PX)
    return picture(svg, DOTS_PX * 0.7, alt=f"{each.get('name')}, made and real")


def _floor(each: Mapping[str, Any]) -> Cell:
    high = each.get("floor_high")
    if high is None:
        return number(each.get("floor"))
    return {"text": number(each.get("floor")), "under": f"to {number(high)}"}


def _meanings(metrics: list[Mapping[str, Any]]) -> Iterator[Block]:
    told = [f"{each.get('name')}: {each['doc']}" for each in metrics if each.get("doc")]
    if told:
        yield note("What the quantities are. " + " ".join(told))


def _judged(story: Story) -> Iterator[Block]:
    """What the domain judged beyond what is compared above."""
    above = {str(each.get("name")) for each in mappings(story.comparison.get("metrics"))}
    above |= {str(each.get("name")) for each in mappings(story.comparison.get("distances"))}
    rows = [row for row in story.tested if row.kind == "judge" and row.name not in above]
    if rows:
        told = "Also judged, in the mean." if above else "What the domain judged, in the mean."
        yield table(told, "quantity|>made|>real", [(row.name, interval(row), number(row.real)) for row in rows])


def _distances(comparison: Mapping[str, Any]) -> Iterator[Block]:
    rows = [
        (str(each.get("name", NONE)), between(each.get("value"), each.get("low"), each.get("high")), _floor(each))
        for each in mappings(comparison.get("distances"))
    ]
    if rows:
        caption = "Distances between all generated and all real pieces, with 95 % intervals and floors."
        yield table(caption, "distance|>value|>floor", rows)


def _copies(comparison: Mapping[str, Any]) -> Iterator[Block]:
    rows = [
        [name, *(number(mapping(each).get(key)) for key in ("made", "made_max", "real", "real_max"))]
        for name, each in mapping(comparison.get("originality")).items()
    ]
    if rows:
        caption = "Originality against the training data: generated pieces, and real held-out ones for measure."
        yield table(caption, "quantity|>made|>made, most|>real|>real, most", rows)
