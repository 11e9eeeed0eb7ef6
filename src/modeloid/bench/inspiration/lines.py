"""The lines of the table: what each quantity is, what must be reached and what is aimed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Quantity(NamedTuple):
    """One line of the table.

    Parameters
    ----------
    name
        As in `measures.Values`.
    label
        What is printed.
    must, aim
        The figures asked for; None where there is none.
    most
        Whether they are the most that it may be; else the least.
    percent
        Whether it is printed in percent.
    digits
        Behind the point, where it is not.
    """

    name: str
    label: str
    must: float | None = None
    aim: float | None = None
    most: bool = False
    percent: bool = False
    digits: int = 3


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("inspirers", "inspirers", digits=0),
    Quantity("top1", "influence, top-1 of 32, by the jury (%)", 0.25, 0.36, percent=True),
    Quantity("top1_se", "  its standard error", percent=True),
    Quantity("mrr", "influence, MRR of 32", 0.45, 0.54),
    Quantity("top1_open", "  whatever the copy gates say (%)", percent=True),
    Quantity("hard", "top-1 of 32, the texturally nearest (%)", percent=True),
    Quantity("top1_of_100", "top-1 of 100 (%)", 0.12, 0.19, percent=True),
    Quantity("judges/top1", "top-1 of 32, mean of single judges (%)", percent=True),
    Quantity("judges/mrr", "  MRR"),
    Quantity("bars/top1", "  by the judge of bars alone (%)", percent=True),
    Quantity("roll/top1", "  by the judge of the roll alone (%)", percent=True),
    Quantity("harmony/top1", "harmony alone, top-1 of 32 (%)", 0.10, 0.20, percent=True),
    Quantity("rhythm/top1", "rhythm alone (%)", 0.12, 0.15, percent=True),
    Quantity("contour/top1", "contour of the lead alone (%)", percent=True),
    Quantity("refused", "refused by a copy gate (%)", percent=True),
    Quantity("barcopy", "barcopy", 0.30, 0.27, most=True),
    Quantity("barcopy_p95", "barcopy, 95th percentile", 0.40, 0.36, most=True),
    Quantity("overlap", "overlap"),
    Quantity("lead_grams_p95", "lead 6-grams shared with x, 95th percentile", 0.0, 0.0, most=True),
    Quantity("training_grams", "training 8-grams in the lead"),
    Quantity("voice_distance", "feature distance to held-out slices", 12.0, 6.0, most=True),
    Quantity("own_genre", "own genre by classifier (%)", 0.95, percent=True),
    Quantity("diversity", "diversity: barcopy of outputs for one x", 0.33, 0.28, most=True),
    Quantity("training/barcopy", "inspirers from training: barcopy"),
    Quantity("training/refused", "inspirers from training: refused (%)", percent=True),
    Quantity("foreign/top1", "foreign inspirers, top-1 of 32 (%)", 0.08, 0.12, percent=True),
    Quantity("nottingham/top1", "  folk tunes (%)", percent=True),
    Quantity("weimar/top1", "  jazz solos (%)", percent=True),
    Quantity("foreign/own_genre", "own genre, foreign inspirer (%)", 0.90, percent=True),
    Quantity("strength_0/top1", "strength 0, top-1 of 32 (%)", percent=True),
    Quantity("strength_rises", "influence rises with strength (rank correlation)"),
    Quantity("swap", "swap test: outputs group by inspirer (%)", percent=True),
    Quantity("blend/mrr", "two inspirers: MRR of each"),
    Quantity("blend/weaker", "  of the one that is heard less"),
    Quantity("blend/strangers", "  of the less near of two strangers"),
    Quantity("code_kept", "code read back (%)", percent=True),
    Quantity("code_kept_hurt", "  with notes lost, transposed, flat (%)", percent=True),
    Quantity("pathological", "odd inspirers answered by a piece or an error (%)", 1.0, 1.0, percent=True),
)
"""In the order of the table."""

_LABEL, _WIDTH = 52, 11


def table(scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    """One line a quantity, one column a system; what no system has is left out.

    Parameters
    ----------
    scores
        System -> quantity -> value.
    """
    head = f"{'':{_LABEL}}{'must':>{_WIDTH}}{'aim':>{_WIDTH}}" + "".join(f"{_short(name):>{_WIDTH}}" for name in scores)
    lines = [head]
    for quantity in QUANTITIES:
        values = [of.get(quantity.name) for of in scores.values()]
        if all(value is None for value in values):
            continue
        asked = [_asked(quantity, value) for value in (quantity.must, quantity.aim)]
        shown = [*asked, *(_number(quantity, value) for value in values)]
        lines.append(f"{quantity.label:{_LABEL}.{_LABEL}}" + "".join(f"{value:>{_WIDTH}}" for value in shown))
    return lines


def reached(values: Mapping[str, float], aim: bool = False) -> dict[str, bool]:
    """Which of the figures asked for (or aimed at) are reached, of the quantities that were measured."""
    found = {}
    for quantity in QUANTITIES:
        asked = quantity.aim if aim else quantity.must
        if asked is not None and quantity.name in values:
            value = values[quantity.name]
            found[quantity.name] = value <= asked if quantity.most else value >= asked
    return found


def _asked(quantity: Quantity, value: float | None) -> str:
    sign = "≤ " if quantity.most else "≥ "
    return "" if value is None else sign + _number(quantity, value)


def _number(quantity: Quantity, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.1f}" if quantity.percent else f"{value:.{quantity.digits}f}"


def _short(name: str, most: int = _WIDTH - 1) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def short_names(names: Sequence[str]) -> list[str]:
    """What the columns are called."""
    return [_short(name) for name in names]
