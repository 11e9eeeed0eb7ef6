"""When a turn was: the journal's times, carried over to the turns between its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def seconds(journal: Sequence[Mapping[str, Any]], turns: NDArray[np.int64]) -> NDArray[np.float64]:
    """The time of each turn.

    Parameters
    ----------
    journal
        As in `record.Record`: the oldest entry first. Where a run went back to a checkpoint, the later way counts.
    turns
        Any, shape (n,).

    Returns
    -------
    Seconds since 1970, UTC; linear between two entries, the nearest entry's outside them, 0 where the journal is empty.
    """
    known: list[tuple[int, float]] = []
    for entry in journal:
        step, time_s = entry.get("step"), entry.get("time")
        if not isinstance(step, int) or not isinstance(time_s, (int, float)) or not np.isfinite(time_s):
            continue
        while known and known[-1][0] > step:
            known.pop()
        known.append((step, float(time_s)))
    if not known:
        return np.zeros(np.shape(turns))
    steps, times = zip(*known, strict=True)
    return np.asarray(np.interp(turns, steps, times), np.float64)
