"""Many pieces laid end to end on one grid: where each one's bars, meters and tempi lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import RepresentationError, nearest
from ..bars import USUAL, Section, sections
from .vocabulary import Vocabulary


@dataclass(frozen=True)
class Frame:
    """What stands beside the notes of one piece: its sections (step, meter's number) and tempi (step, number)."""

    meters: list[tuple[int, int]]
    tempos: list[tuple[int, int]]
    moved: int

    @property
    def last(self) -> int:
        """The last step at which a meter or a tempo begins."""
        return max(self.meters[-1][0], self.tempos[-1][0] if self.tempos else 0)


def frame(about: Mapping[str, Any], known: Vocabulary) -> Frame:
    """Read meters and tempi of a piece.

    Raises
    ------
    RepresentationError
        A meter that the vocabulary does not hold.
    """
    if known.meters:
        found, moved = sections(about, known.steps_per_beat)
    else:
        found, moved = [Section(0, USUAL)], 0
    numbered = [(step, _meter_number(meter, step, known)) for step, meter in found]
    return Frame(numbered, _tempos(about, known), moved)


def _meter_number(meter: tuple[int, int], step: int, known: Vocabulary) -> int:
    if not known.meters:
        return 0
    if meter in known.meters:
        return known.meters.index(meter)
    names = [f"{numerator}/{denominator}" for numerator, denominator in known.meters]
    name = f"{meter[0]}/{meter[1]}"
    where = f"quarter {step / known.steps_per_beat:g}"
    raise RepresentationError(f"the meter {name} is none of those known", where, nearest(name, names))


def _tempos(about: Mapping[str, Any], known: Vocabulary) -> list[tuple[int, int]]:
    """Steps and numbers of the tempi: the last of each step, none that repeats the one before, one at step 0."""
    if not len(known.tempos):
        return []
    tpq, steps = about["tpq"], known.steps_per_beat
    rows = sorted(about["tempos"], key=lambda row: row[0])
    at_step = {(2 * tick * steps + tpq) // (2 * tpq): known.tempo_number(mspq) for tick, mspq in rows}
    listed = list(at_step.items())
    if not listed or listed[0][0] > 0:
        listed.insert(0, (0, known.default_tempo))
    changed = [True] + [row[1] != before[1] for before, row in pairwise(listed)]
    return [row for row, new in zip(listed, changed, strict=True) if new]


@dataclass(frozen=True)
class Layout:
    """Pieces end to end.

    Parameters
    ----------
    step, bar
        Shape (pieces + 1,): the step at which each piece begins, and its first bar.
    line, meter, piece
        One a bar: the step it begins at, its meter's number, its piece.
    tempo_step, tempo_number
        One a tempo.
    """

    step: NDArray[np.int64]
    bar: NDArray[np.int64]
    line: NDArray[np.int64]
    meter: NDArray[np.int64]
    piece: NDArray[np.int64]
    tempo_step: NDArray[np.int64]
    tempo_number: NDArray[np.int64]


def lay(frames: Sequence[Frame], last_step: NDArray[np.int64], known: Vocabulary) -> Layout:
    """Lay pieces end to end.

    Parameters
    ----------
    frames
        One a piece.
    last_step
        Of each piece: the last one at which a note starts.
    """
    rows = np.array([(i, *row) for i, one in enumerate(frames) for row in one.meters], np.int64).reshape(-1, 3)
    tempos = np.array([(i, *row) for i, one in enumerate(frames) for row in one.tempos], np.int64).reshape(-1, 3)
    piece, first, meter = rows.T
    is_last = np.append(piece[1:] != piece[:-1], True)
    ends = np.maximum(last_step, first[is_last])
    np.maximum.at(ends, tempos[:, 0], tempos[:, 1])
    step = np.concatenate([[0], np.cumsum(ends + 1)])
    length = known.bar_steps[meter]
    stop = np.append(first[1:], 0)
    stop[is_last] = ends + 1
    count = -(-(stop - first) // length)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    bar_piece = np.repeat(piece, count)
    return Layout(
        step=step,
        bar=np.searchsorted(bar_piece, np.arange(len(frames) + 1)),
        line=np.repeat(first + step[piece], count) + within * np.repeat(length, count),
        meter=np.repeat(meter, count),
        piece=bar_piece,
        tempo_step=tempos[:, 1] + step[tempos[:, 0]],
        tempo_number=tempos[:, 2],
    )
