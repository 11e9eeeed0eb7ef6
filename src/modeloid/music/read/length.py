"""How long pieces last, for many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tempi import USUAL_MSPQ

Arrays = Mapping[str, NDArray[Any]]


def ends(arrays: Arrays) -> NDArray[np.int64]:
    """The tick at which the last note of each piece ends, 0 without notes; of packed pieces, see `block.Block`."""
    counts = arrays["notes.count"]
    found = np.zeros(len(counts), np.int64)
    sounding = np.flatnonzero(counts)
    if len(sounding):
        onset, duration = arrays["notes.onset"], arrays["notes.duration"]
        fits = int(onset.max()) + int(duration.max()) < 2**31
        last = np.add(onset, duration, dtype=np.int32 if fits else np.int64)
        found[sounding] = np.maximum.reduceat(last, (np.cumsum(counts) - counts)[sounding])
    return found


def seconds(arrays: Arrays, end_tick: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sounding length of packed pieces in seconds, at 120 quarters a minute where no tempo is given.

    Parameters
    ----------
    arrays
        ``tempos.*`` and ``pieces.tpq`` of packed pieces, see `block.Block`.
    end_tick
        See `ends`.

    Returns
    -------
    One a piece: the sum over the stretches between tempi of ticks * mspq / tpq / 10^6, up to the end of the last note.
    """
    tpq = arrays["pieces.tpq"]
    if not len(tpq):
        return np.zeros(0)
    pieces = np.arange(len(tpq))
    owner = np.concatenate([pieces, np.repeat(pieces, arrays["tempos.count"])])
    tick = np.concatenate([np.zeros_like(pieces), arrays["tempos.tick"].astype(np.int64)])
    mspq = np.concatenate([np.full(len(pieces), USUAL_MSPQ, np.int64), arrays["tempos.mspq"].astype(np.int64)])
    order = np.lexsort([tick, owner])
    owner, tick, mspq = owner[order], np.minimum(tick[order], end_tick[owner[order]]), mspq[order]
    following = np.append(tick[1:], 0)
    last = np.append(owner[1:] != owner[:-1], True)
    micros = (np.where(last, end_tick[owner], following) - tick) * mspq.astype(np.float64)
    return np.bincount(owner, micros, minlength=len(pieces)) / tpq.astype(np.float64) / 1e6
