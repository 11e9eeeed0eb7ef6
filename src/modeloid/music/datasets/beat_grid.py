"""Annotated times on the ticks of a file: where its quarters begin, and which meters its bars have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..tempi import USUAL_MSPQ
from .downbeats import bars, from_chords, usual_bar

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_OFF_BEAT = 1 / 32
"""How far from a steady grid of quarters, in quarters, an annotated beat may lie; else the annotation does not fit."""


class Meters(NamedTuple):
    """What bars a file has once it is moved later by `shift_ticks`: tick, numerator and denominator, from tick 0 on."""

    shift_ticks: int
    rows: list[tuple[int, int, int]]


def from_beats(score: ScoreTick, seconds: Sequence[float], is_downbeat: Sequence[bool]) -> Meters | None:
    """The meters that annotated beats say; None where they lie on no steady grid, or none begins a bar.

    Parameters
    ----------
    score
        The file.
    seconds
        When each beat is, in order.
    is_downbeat
        Whether it begins a bar.
    """
    grid = _grid(score, seconds)
    if grid is None or not np.array_equal(np.diff(grid[1]), np.ones(len(seconds) - 1)):
        return None
    downbeats = grid[1][np.asarray(is_downbeat, bool)].tolist()
    return _meters(grid[0], score.tpq, downbeats, usual_bar(downbeats)) if downbeats else None


def from_changes(score: ScoreTick, seconds: Sequence[float]) -> Meters | None:
    """The meters that the chords suggest, see `downbeats.from_chords`; None where they change off the beat, or seldom.

    Parameters
    ----------
    score
        The file.
    seconds
        When the chord changes, in order.
    """
    grid = _grid(score, seconds)
    if grid is None or grid[1][0] < 0:
        return None
    phase_tick, numbers = grid
    beats = max(int(numbers[-1]), (score.end() - phase_tick) // score.tpq) + 1
    found = from_chords(numbers.tolist(), beats)
    return _meters(phase_tick, score.tpq, *found) if found else None


def first_tempo_us(score: ScoreTick) -> int:
    """Microseconds a quarter at tick 0."""
    return next((tempo.mspq for tempo in score.tempos if tempo.time == 0), USUAL_MSPQ)


def _grid(score: ScoreTick, seconds: Sequence[float]) -> tuple[int, NDArray[np.int64]] | None:
    """The tick of beat 0, below a quarter, and the numbers of the beats; None where they are not steady."""
    if not len(seconds):
        return None
    ticks = _ticks(score, np.asarray(seconds, float))
    turn = np.exp(2j * np.pi * ticks / score.tpq).mean()
    phase = float(np.angle(turn) / (2 * np.pi) * score.tpq % score.tpq)
    numbers = (ticks - phase) / score.tpq
    if not np.isfinite(numbers).all() or np.abs(numbers - np.rint(numbers)).max() > _OFF_BEAT:
        return None
    return round(phase), np.rint(numbers).astype(np.int64)


def _ticks(score: ScoreTick, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """When something is in a file, by its tempi; a fraction of a tick."""
    tempos = {0: USUAL_MSPQ} | {tempo.time: tempo.mspq for tempo in score.tempos}
    tick = np.array(sorted(tempos), float)
    tick_s = np.array([tempos[int(at)] for at in tick]) / 1e6 / score.tpq
    begin_s = np.concatenate([[0.0], np.cumsum(np.diff(tick) * tick_s[:-1])])
    which = np.maximum(np.searchsorted(begin_s, seconds, side="right") - 1, 0)
    return np.asarray(tick[which] + (seconds - begin_s[which]) / tick_s[which])


def _meters(phase_tick: int, tpq: int, downbeats: Sequence[int], usual: int) -> Meters:
    found = bars(downbeats, usual)
    first = phase_tick + downbeats[0] * tpq
    shift = -first % (found[0][1] * tpq)
    rows = [(phase_tick + beat * tpq + shift, numerator, 4) for beat, numerator in found]
    return Meters(shift, [(0, *rows[0][1:]), *rows[1:]])
