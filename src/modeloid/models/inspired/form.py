"""The form of whole pieces in numbers: what returns, who plays, how much and how loud, and how they begin and end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.phrase import bass, key_shift, lead, pitched
from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH, VELOCITY, Rows

Floats = NDArray[np.float64]

_NEAR, _FAR = (1, 4), (5, 16)
"""Bars back, both counted, at which a bar may return."""
_PITCHES = 128
_CLOSE = 4
"""Bars of a beginning and of an end."""
_RESTING = (0, 9)
"""Pitch classes on which music in C major or A minor comes to rest."""
NAMES = (
    *("near", "far", "parts", "changes", "notes", "spread", "loud", "first", "last", "beginning", "end"),
    *("lead_rests", "bass_rests", "held"),
)
"""What each number of `form` tells."""
FROM_END = np.isin(NAMES, ("last", "end", "lead_rests", "bass_rests", "held"))
"""Which of them tell how a piece ends."""


def form(rows: Rows, bars: int, drum_parts: Sequence[int] = ()) -> Floats:
    """What a piece is like as a whole, in the order of `NAMES`.

    Of the bars, each as the set of its pitched (step, pitch) pairs, the mean F1 with the likest of those 1 to 4 and of
    those 5 to 16 before (2); parts that play in a bar, and how often their set changes from bar to bar (2); notes of a
    bar, as log(1 + n), and their spread (2); the spread of the bars' mean velocities, in steps of 10 (1); log(1 + n) of
    the first and of the last bar and of the first and the last four bars, less that of all (4); whether the last notes
    of lead and bass are C or A where the piece is moved to C major or A minor (2), and log2(1 + the steps) of the
    longest note among those that begin in the last bar in which a pitch does (1).

    Parameters
    ----------
    rows
        Of a piece or an excerpt.
    bars
        How many it has, at least 16; what begins later is not looked at.
    drum_parts
        The parts that are drums.

    Returns
    -------
    Shape (14,), see `NAMES`.
    """
    rows = rows[rows[:, ONSET] < bars * BAR_STEPS]
    bar = rows[:, ONSET] // BAR_STEPS
    counts = np.log1p(np.bincount(bar, minlength=bars))
    playing = np.zeros((bars, int(rows[:, PART].max(initial=0)) + 1), bool)
    playing[bar, rows[:, PART]] = True
    many = np.bincount(bar, minlength=bars) > 0
    loud = np.bincount(bar, rows[:, VELOCITY], bars)[many] / np.bincount(bar, minlength=bars)[many]
    changes = (playing[1:] != playing[:-1]).any(axis=1).mean()
    ends = [each.mean() - counts.mean() for each in (counts[:1], counts[-1:], counts[:_CLOSE], counts[-_CLOSE:])]
    texture = [playing.sum(axis=1).mean(), changes, counts.mean(), counts.std(), loud.std() / 10 if many.any() else 0.0]
    return np.array([*_returns(rows, bars, drum_parts), *texture, *ends, *_rest(rows, drum_parts)])


def _returns(rows: Rows, bars: int, drum_parts: Sequence[int]) -> list[float]:
    tuned = pitched(rows, drum_parts)
    bar, step = np.divmod(tuned[:, ONSET], BAR_STEPS)
    sets = np.zeros((bars, BAR_STEPS * _PITCHES), np.float32)
    sets[bar, step * _PITCHES + tuned[:, PITCH]] = 1
    sizes = sets.sum(axis=1)
    like = 2 * (sets @ sets.T) / np.maximum(sizes[:, None] + sizes[None], 1)
    apart = np.arange(bars)[:, None] - np.arange(bars)[None]
    return [
        float(np.where((apart >= low) & (apart <= high), like, 0).max(axis=1)[low:].mean())
        for low, high in (_NEAR, _FAR)
    ]


def _rest(rows: Rows, drum_parts: Sequence[int]) -> list[float]:
    """How the last bar in which a pitch begins comes to rest."""
    tuned = pitched(rows, drum_parts)
    if not len(tuned):
        return [0.0, 0.0, 0.0]
    tuned = tuned[np.argsort(tuned[:, ONSET], kind="stable")]
    shift = key_shift(tuned)
    last = tuned[tuned[:, ONSET] // BAR_STEPS == tuned[-1, ONSET] // BAR_STEPS]
    rests = [float((line(tuned)[-1, PITCH] + shift) % 12 in _RESTING) for line in (lead, bass)]
    return [*rests, float(np.log2(1 + last[:, LENGTH].max()))]
