"""The test: what was made beside what is real, with intervals and floors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..drawing import dots
from ..drawing.dots import Dot
from ..drawing.numbers import whole
from ..phrases import spoken
from ..story import Story, Tested
from .marks import THEME, fold, is_number, items, number, owner, several, text
from .table import Cell, figure, plain, table

Row = Mapping[str, Any]
COUNTS = ("items", "steps")
NAMES = {
    "likelihood nll_per_step": "negative log-likelihood a step, nats",
    "likelihood nll_per_step_mean_of_items": "the same, mean over items",
}
CONFIDENCE = 1.96
"""So many standard errors to each side make a 95 % interval."""


def section(stories: Sequence[Story]) -> str:
    """Everything the test measured; originality has its own section."""
    parts = [_metrics(stories), _distances(stories), _likelihood(stories), _judged(stories)]
    body = "".join(parts)
    return _where(stories) + body if body else ""


def _where(stories: Sequence[Story]) -> str:
    told = []
    for index, story in enumerate(stories):
        test = story.record.test
        if not test:
            told.append(f"{owner(stories, index)} has not been tested.")
            continue
        step, counts = test.get("step"), test.get("likelihood")
        items_ = counts.get("items") if isinstance(counts, Mapping) else None
        of = f" of turn {whole(step)}" if is_number(step) else ""
        data = several(int(items_), "held-out item") if is_number(items_) else "held-out data"
        name = f"{owner(stories, index)}: measured" if len(stories) > 1 else "Measured"
        told.append(f"{name} on {data} with the weights{of}.")
    return f"<p>{told[0]}</p>" if len(told) == 1 else items(told)


def _metrics(stories: Sequence[Story]) -> str:
    found = [_by_name(story.comparison.get("metrics")) for story in stories]
    names = list(dict.fromkeys(name for rows in found for name in rows))
    if not names:
        return ""
    reals = _reals(found)
    heads = ["Quantity", "On one scale", *_owners(stories, "Made"), *(_real_heads(stories, reals))]
    heads += ["Distance", "Floor", "Overlap", "Verdict"] if len(stories) == 1 else _owners(stories, "Distance")
    numbers = [index for index, head in enumerate(heads) if index > 1 and head != "Verdict"]

    def drawn(caption: str, chosen: Sequence[str]) -> str:
        rows = [_metric(stories, name, [rows.get(name, {}) for rows in found], reals) for name in chosen]
        return table(caption, heads, rows, numbers=numbers, fixed=(1,), kind="compared") if rows else ""

    same = [name for name in names if all(rows.get(name, {}).get("verdict", "same") == "same" for rows in found)]
    telling = drawn("Its pieces beside real ones", [name for name in names if name not in same])
    constant = several(len(same), "measure that has", "measures that have")
    folded = fold(f"{constant} one value for all pieces, made and real", drawn("One value for all pieces", same))
    return f"<h3>Its pieces beside real ones</h3>{_how(stories)}{telling}" + (folded if same else "")


def _how(stories: Sequence[Story]) -> str:
    counts = next((story.comparison for story in stories if story.comparison.get("metrics")), {})
    made, real = (f"{whole(counts[name])} " if is_number(counts.get(name)) else "" for name in ("count", "real_count"))
    length = counts.get("length_beats")
    beats = f", {number(length)} beats each" if is_number(length) else ""
    dot = "A dot is the mean over" if len(stories) == 1 else "A dot in a modeloid's colour is the mean over"
    return (
        f'<p class="note">{dot} {made}pieces that were made, with its 95 % interval; the diamond and the band behind '
        f"are those of {real}real ones{beats}. Distance is Wasserstein's, between the distributions over pieces. Its "
        "floor is what real ones show of themselves: the distance of as many of them as pieces were made (at most "
        "half) from all others, in the mean and up to its 95 % point. Apart: the distance's whole interval lies above "
        "that point. Unclear: the distance does, or the intervals of the two means do not meet; more pieces would "
        "tell.</p>"
    )


def _metric(stories: Sequence[Story], name: str, found: Sequence[Row], reals: Sequence[int]) -> list[Cell]:
    any_row = next(row for row in found if row)
    unit = f' <span class="unit">{text(any_row["unit"])}</span>' if any_row.get("unit") else ""
    doc = f'<span class="about">{text(any_row["doc"])}</span>' if any_row.get("doc") else ""
    cells = [Cell(f"{text(spoken(name))}{unit}{doc}", name), Cell(_picture(stories, name, found, reals))]
    cells += [_between(row, "made", "made_low", "made_high") for row in found]
    cells += [_between(found[i], "real", "real_low", "real_high") for i in reals]
    distances = [_between(row, "wasserstein", "wasserstein_low", "wasserstein_high") for row in found]
    if len(stories) > 1:
        return cells + [_with_floor(cell, row) for cell, row in zip(distances, found, strict=True)]
    row = found[0]
    return [*cells, distances[0], _floor(row), figure(row.get("overlap")), plain(row.get("verdict") or "–")]


def _between(row: Row, value: str, low: str, high: str) -> Cell:
    return figure(row.get(value), row.get(low), row.get(high))


def _floor(row: Row) -> Cell:
    upper = row.get("floor_high")
    more = f'<span class="range">up to {number(upper)}</span>' if is_number(upper) else ""
    return Cell(f"{number(row.get('floor'))}{more}", row["floor"] if is_number(row.get("floor")) else "", "number")


def _with_floor(cell: Cell, row: Row) -> Cell:
    if not is_number(row.get("floor")):
        return cell
    verdict = f'<span class="range">{text(row["verdict"])}</span>' if row.get("verdict") else ""
    upper = f" up to {number(row['floor_high'])}" if is_number(row.get("floor_high")) else ""
    floor = f'<span class="range">floor {number(row["floor"])}{upper}</span>'
    return Cell(f"{cell.html}{floor}{verdict}", cell.by, cell.kind)


def _picture(stories: Sequence[Story], name: str, found: Sequence[Row], reals: Sequence[int]) -> str:
    shown = [
        _dot(row, "made", story.label if len(stories) > 1 else "made", index)
        for index, (story, row) in enumerate(zip(stories, found, strict=True))
    ]
    shown += [_dot(found[index], "real", "real", None) for index in reals]
    return dots.svg(spoken(name), [dot for dot in shown if dot], THEME)


def _dot(row: Row, which: str, name: str, series: int | None) -> Dot | None:
    value, low, high = (row.get(f"{which}{end}") for end in ("", "_low", "_high"))
    if not is_number(value):
        return None
    low, high = low if is_number(low) else value, high if is_number(high) else value
    return Dot(name, float(value), float(low), float(high), series)


def _reals(found: Sequence[Mapping[str, Row]]) -> list[int]:
    """Whose real data are shown: the first one's, and those of whoever has others."""
    ends = ("real", "real_low", "real_high")
    keys = [{name: tuple(row.get(end) for end in ends) for name, row in rows.items()} for rows in found]
    kept: list[int] = []
    for index, one in enumerate(keys):
        if one and all(any(name not in keys[i] or keys[i][name] != one[name] for name in one) for i in kept):
            kept.append(index)
    return kept


def _real_heads(stories: Sequence[Story], reals: Sequence[int]) -> list[str]:
    return ["Real"] if len(reals) == 1 else [f"Real, for {text(stories[index].label)}" for index in reals]


def _owners(stories: Sequence[Story], name: str) -> list[str]:
    return [name] if len(stories) == 1 else [f"{name}<br>{owner(stories, i)}" for i in range(len(stories))]


def _distances(stories: Sequence[Story]) -> str:
    found = [_by_name(story.comparison.get("distances")) for story in stories]
    names = list(dict.fromkeys(name for rows in found for name in rows))
    heads = ["Distance", *_owners(stories, "Value"), *_owners(stories, "Floor")]
    rows = [
        [
            Cell(text(spoken(name)), name),
            *(_between(rows.get(name, {}), "value", "low", "high") for rows in found),
            *(_floor(rows.get(name, {})) for rows in found),
        ]
        for name in names
    ]
    caption = "Distances between what was made and what is real"
    drawn = table(caption, heads, rows, numbers=range(1, len(heads)), kind="narrow")
    return f"<h3>Distances between the two sets</h3>{drawn}" if drawn else ""


def _likelihood(stories: Sequence[Story]) -> str:
    found = [
        {f"{row.kind} {row.name}": row for row in story.tested if row.kind != "judge" and row.name not in COUNTS}
        for story in stories
    ]
    names = list(dict.fromkeys(name for rows in found for name in rows))
    rows = [[Cell(text(_spoken(name)), name), *(_measured(rows.get(name)) for rows in found)] for name in names]
    heads = ["Quantity", *_owners(stories, "Value")]
    drawn = table("Likelihood and loss on the test data", heads, rows, numbers=range(1, len(heads)), kind="narrow")
    return f"<h3>Likelihood and loss</h3>{drawn}" if drawn else ""


def _measured(row: Tested | None) -> Cell:
    if row is None:
        return figure(None)
    if row.error is None or not is_number(row.error):
        return figure(row.made)
    half = CONFIDENCE * row.error
    return figure(row.made, row.made - half, row.made + half)


def _judged(stories: Sequence[Story]) -> str:
    found = [{row.name: row for row in story.tested if row.kind == "judge"} for story in stories]
    names = list(dict.fromkeys(name for rows in found for name in rows))
    heads = ["Quantity", *_owners(stories, "Made"), *_owners(stories, "Real")]
    rows = [
        [
            Cell(text(spoken(name)), name),
            *(figure(rows[name].made) if name in rows else figure(None) for rows in found),
            *(figure(rows[name].real) if name in rows else figure(None) for rows in found),
        ]
        for name in names
    ]
    drawn = table("What the domain's judge measured", heads, rows, numbers=range(1, len(heads)), kind="narrow")
    if not drawn:
        return ""
    if any(story.comparison.get("metrics") for story in stories):
        return fold(f"All {several(len(rows), 'quantity', 'quantities')} of the domain's judge", drawn)
    return f"<h3>Its pieces beside real ones</h3>{drawn}"


def _by_name(rows: Any) -> dict[str, Row]:
    if not isinstance(rows, list):
        return {}
    return {str(row["name"]): row for row in rows if isinstance(row, Mapping) and "name" in row}


def _spoken(name: str) -> str:
    if name in NAMES:
        return NAMES[name]
    kind, _, rest = name.partition(" ")
    return spoken(rest) if kind == "likelihood" or rest == kind else f"{kind}: {spoken(rest)}"
