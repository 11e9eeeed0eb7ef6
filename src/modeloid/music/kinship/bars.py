"""Bars held against bars: how much of each bar of a piece some bar of another has, in whatever key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..represent.parts import BAR_STEPS, Rows
from .heard import Floats, Heard, heard

WIDEST_SHIFT = 12
"""Semitones up and down that a bar is transposed by to look for a copy."""


class Nearest(NamedTuple):
    """Of each bar of one piece the bar of another that is most like it.

    Parameters
    ----------
    share
        F1 of the onsets, 0 to 1; 0 of a bar without onsets.
    bar
        Which bar it is; of no meaning where `share` is 0.
    shift
        By how many semitones it must be transposed.
    """

    share: Floats
    bar: NDArray[np.int64]
    shift: NDArray[np.int64]


def barcopy(y: Rows | Heard, x: Rows | Heard, drum_parts: Sequence[int] = ()) -> Floats:
    """How much each bar of y has of the bar of x that is most like it, over 25 transpositions.

    ``2 |Y and X| / (|Y| + |X|)``, the F1 of the sets of (step in the bar, pitch) of the pitched notes, the best over
    all bars of x, each transposed by -12 to 12 semitones.

    Returns
    -------
    Shape (bars of y,), 0 to 1; 0 of a bar without notes.
    """
    return nearest_bars(heard(y, drum_parts), heard(x, drum_parts)).share


def barcopy_mean(y: Rows | Heard, x: Rows | Heard, drum_parts: Sequence[int] = ()) -> float:
    """The mean of `barcopy` over the bars of y that have notes; 0 without any."""
    known = heard(y, drum_parts)
    return float(sounding_mean(barcopy(known, x, drum_parts), known))


def sounding_mean(values: Floats, known: Heard) -> float:
    """The mean over the bars that have onsets; 0 without any."""
    full = known.counts > 0
    return float(values[full].mean()) if full.any() else 0.0


def nearest_bars(y: Heard, x: Heard) -> Nearest:
    """`barcopy` with the bars it found, the first in a tie."""
    if not len(y) or not len(x):
        none = np.zeros(y.bars, np.int64)
        return Nearest(np.zeros(y.bars), none, none)
    share = f1_by_shift(y, x)
    flat = share.transpose(1, 0, 2).reshape(y.bars, -1)
    best = flat.argmax(axis=1)
    return Nearest(
        share=flat[np.arange(y.bars), best].astype(np.float64),
        bar=best % x.bars,
        shift=best // x.bars - WIDEST_SHIFT,
    )


def f1_by_shift(y: Heard, x: Heard) -> NDArray[np.float32]:
    """The F1 of every bar of y with every bar of x under every shift of x, shape (25, bars of y, bars of x).

    All at once, as one product of matrices whose rows are bars: exact, since they hold 0 and 1.
    """
    low, high = int(min(y.pitch.min(), x.pitch.min())), int(max(y.pitch.max(), x.pitch.max()))
    span = high - low + 1
    wide = _sheet(y, low - WIDEST_SHIFT, span + 2 * WIDEST_SHIFT)
    shifted = sliding_window_view(wide, span, axis=2).transpose(2, 0, 1, 3).reshape(-1, BAR_STEPS * span)
    met = shifted @ _sheet(x, low, span).reshape(x.bars, -1).T
    both = np.maximum(y.counts[:, None] + x.counts[None, :], 1).astype(np.float32)
    return np.asarray(2 * met.reshape(2 * WIDEST_SHIFT + 1, y.bars, x.bars) / both)


def _sheet(notes: Heard, low: int, span: int) -> NDArray[np.float32]:
    sheet = np.zeros((notes.bars, BAR_STEPS, span), np.float32)
    sheet[notes.onset // BAR_STEPS, notes.onset % BAR_STEPS, notes.pitch - low] = 1
    return sheet
