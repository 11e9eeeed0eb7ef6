"""The bar lines of a piece on a grid: where each meter begins, how long its bars are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns

Meter = tuple[int, int]
USUAL: Meter = (4, 4)


class Section(NamedTuple):
    """Bars of one meter."""

    step: int
    """Where it begins."""
    meter: Meter


def bar_steps(meter: Meter, steps_per_beat: int) -> float:
    """Steps of a bar; a quarter has `steps_per_beat`."""
    return 4 * meter[0] * steps_per_beat / meter[1]


def sections(about: Mapping[str, Any], steps_per_beat: int) -> tuple[list[Section], int]:
    """The meters of a piece, in order, each beginning at a bar line of the one before.

    Returns
    -------
    The sections, the first at step 0 (4/4 where the piece names none), and how many changes of meter did not lie on a
    bar line (to the step, rounded down) and were moved to the next one.
    """
    found, moved = [Section(0, USUAL)], 0
    for tick, numerator, denominator in sorted(about["meters"], key=lambda row: row[0]):
        last = found[-1]
        if (numerator, denominator) == last.meter:
            continue
        step, bar = tick * steps_per_beat // about["tpq"], bar_steps(last.meter, steps_per_beat)
        # a bar of odd length may end between steps: the next meter begins at the step behind
        begin = last.step + int(np.ceil(np.ceil(max(0, step - last.step) / bar) * bar))
        moved += begin != step
        if begin == last.step:
            found.pop()
        if not found or found[-1].meter != (numerator, denominator):
            found.append(Section(begin, (numerator, denominator)))
    return found, moved


def quantised(ticks: NDArray[Any], tpq: NDArray[Any] | int, steps_per_beat: int) -> NDArray[np.int64]:
    """Ticks in steps, rounded half up; exact, for the quotients of whole numbers below 2**31 are far from ties."""
    return ((ticks * (2.0 * steps_per_beat) + tpq) / (2.0 * tpq)).astype(np.int64)


def drum_notes(columns: Columns) -> NDArray[np.bool_]:
    """Which notes are on a drum track."""
    of_track = np.array([bool(track[2]) for track in columns.about["tracks"]] or [False])
    return np.asarray(of_track[columns.notes["track"]])
