"""The plan that a piece follows, told from its notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.phrase import chords, lead, onset_steps, pitched
from modeloid.music.represent.parts import BAR_STEPS, ONSET, PART, PITCH, VELOCITY, Rows

from .again import again
from .fields import BEATS, Fields

Ints = NDArray[np.int64]

_BEAT_STEPS = BAR_STEPS // BEATS
_FEW_SOME = (5, 14)
"""Notes of a part in a bar from which on it is no longer "few", no longer "some"."""
_PITCHES = (62, 67, 71, 74, 78, 82)
"""Mean pitches of the lead, in C, between the registers."""
_VELOCITIES = (48, 62, 74, 85, 96, 108)
"""Mean velocities between the loudnesses."""


def plan_of(rows: Rows, bars: int, fields: Fields, drum_parts: Sequence[int] = ()) -> Ints:
    """The symbols of every bar.

    Parameters
    ----------
    rows
        In C, see `music.phrase.in_c`; onsets from the beginning of the first bar.
    bars
        How many bars there are; what begins later is not looked at.
    fields
        From `layout`, of the parts that the rows have.
    drum_parts
        The numbers of the parts that are drums: harmony, lead and repeats know nothing of them.

    Returns
    -------
    Shape (bars, fields), each column below the size of its field.
    """
    rows = rows[rows[:, ONSET] < bars * BAR_STEPS]
    tuned = pitched(rows, drum_parts)
    top, parts = lead(tuned), len(fields.places("level"))
    return np.concatenate(
        [
            again(tuned, bars, fields.lags)[:, None],
            chords(tuned, bars),
            _levels(rows, bars, parts),
            _patterns(onset_steps(top, bars)),
            _binned(_means(top, PITCH, top[:, ONSET] // BAR_STEPS, bars), _PITCHES)[:, None],
            _patterns(onset_steps(_without(tuned, top), bars)),
            _loudness(rows, bars, parts),
        ],
        axis=1,
    )


def _without(rows: Rows, taken: Rows) -> Rows:
    """The notes that are not among some of them."""
    width = (ONSET, PITCH, PART)
    keys, gone = (one[:, width] @ np.array([1 << 20, 1 << 12, 1]) for one in (rows, taken))
    return rows[~np.isin(keys, gone)]


def _patterns(onsets: NDArray[np.bool_]) -> Ints:
    """The four steps of each beat as a number, shape (bars, beats)."""
    return onsets.reshape(len(onsets), BEATS, _BEAT_STEPS) @ (1 << np.arange(_BEAT_STEPS))


def _levels(rows: Rows, bars: int, parts: int) -> Ints:
    """How much each part plays in each bar: 0 off, 1 few notes, 2 some, 3 many."""
    counts = np.bincount(rows[:, ONSET] // BAR_STEPS * parts + rows[:, PART], minlength=bars * parts)
    counts = counts.reshape(bars, parts)
    return (counts > 0) + np.digitize(counts, _FEW_SOME)


def _loudness(rows: Rows, bars: int, parts: int) -> Ints:
    """How loud each part is in each bar, by the mean of its velocities: 0 off, then 1 to 7."""
    cell = rows[:, ONSET] // BAR_STEPS * parts + rows[:, PART]
    return _binned(_means(rows, VELOCITY, cell, bars * parts), _VELOCITIES).reshape(bars, parts)


def _means(rows: Rows, column: int, cell: Ints, cells: int) -> NDArray[np.float64]:
    """The mean of a column in each cell; not a number where a cell is empty."""
    sums = np.bincount(cell, rows[:, column], cells)
    counts = np.bincount(cell, minlength=cells)
    return np.asarray(np.divide(sums, counts, out=np.full(cells, np.nan), where=counts > 0), np.float64)


def _binned(values: NDArray[np.float64], edges: tuple[int, ...]) -> Ints:
    """0 for no number, then the number of the edges that are reached, plus 1."""
    return np.where(np.isnan(values), 0, np.digitize(values, edges) + 1)
