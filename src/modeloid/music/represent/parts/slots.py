"""Bars of any meter laid into slots of sixteen steps, and slots of three beats taken for bars of three."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..bars import Section, bar_steps
from .rows import BAR_STEPS, LENGTH, ONSET, Rows

Ints = NDArray[np.int64]

_STEPS_PER_BEAT = 4
_THREE_BEATS = 12
_FEWEST_BARS = 4


def laid(start: Ints, sections: Sequence[Section], end: int) -> tuple[Ints, int]:
    """Where notes begin when each bar has a slot of its own, and how many slots there are.

    A bar that is shorter than a slot leaves the rest of it empty; of bars that fit several times into a slot so many
    share it (two of 2/4); one that is longer gets several slots and fills them equally (12/8 two halves). Beats keep
    their places in their bars, to the step.

    Parameters
    ----------
    start
        Steps from the beginning of the piece.
    sections
        Its meters.
    end
        The step where it ends.
    """
    begins = np.array([section.step for section in sections])
    which = np.searchsorted(begins, start, side="right") - 1
    found, slots = np.empty_like(start), 0
    for number, section in enumerate(sections):
        stop = int(begins[number + 1]) if number + 1 < len(begins) else max(end, section.step)
        own = which == number
        place, count = _within(start[own] - section.step, stop - section.step, bar_steps(section.meter, 4))
        found[own] = place + slots * BAR_STEPS
        slots += count
    return found, slots


def _within(start: Ints, length: int, bar: float) -> tuple[Ints, int]:
    """Of one section: where notes begin, in slots; how many slots it takes."""
    bars = int(np.ceil(length / bar))
    number = np.floor(start / bar).astype(np.int64)
    inside = start - number * bar
    if bar > BAR_STEPS:
        each = int(np.ceil(bar / BAR_STEPS))
        piece = np.minimum(np.floor(inside * each / bar), each - 1).astype(np.int64)
        return (number * each + piece) * BAR_STEPS + np.floor(inside - piece * bar / each).astype(np.int64), bars * each
    shared = int(BAR_STEPS // bar)
    place = np.floor(number % shared * bar + inside).astype(np.int64)
    return number // shared * BAR_STEPS + place, -(-bars // shared)


def beats_of(rows: Rows) -> int:
    """Beats of each bar: 3 where four bars or more leave their last beat empty and more notes end before than with it.

    Notes alone cannot tell a bar of three from one of four that always rests on its last beat: that is taken for three.
    """
    bars = int(rows[:, ONSET].max(initial=-1)) // BAR_STEPS + 1
    step = rows[:, ONSET] % BAR_STEPS
    end = step + rows[:, LENGTH]
    is_free = not (step >= _THREE_BEATS).any()
    is_short = (end == _THREE_BEATS).sum() > (end == BAR_STEPS).sum()
    return 3 if is_free and is_short and bars >= _FEWEST_BARS else 4


def closed(onset: Ints, beats: int) -> Ints:
    """Onsets without what bars of fewer than four beats leave empty of their slots."""
    return onset // BAR_STEPS * (beats * _STEPS_PER_BEAT) + onset % BAR_STEPS
