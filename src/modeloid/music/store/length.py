"""How long pieces last, for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MSPQ = 500_000


def seconds(arrays: Mapping[str, NDArray[Any]], tpq: Sequence[int]) -> NDArray[np.float64]:
    """The sounding length of packed pieces in seconds, at 120 quarters a minute where no tempo is given.

    Parameters
    ----------
    arrays
        ``notes.*`` and ``tempos.*`` of packed pieces, see `pack.pack`.
    tpq
        Ticks a quarter, one a piece.

    Returns
    -------
    One a piece: the sum over the stretches between tempi of ticks * mspq / tpq / 10^6, up to the end of the last note.
    """
    pieces = np.arange(len(tpq))
    end = np.zeros(len(tpq), np.int64)
    sounding = np.flatnonzero(arrays["notes.count"])
    if len(sounding):
        ends = np.add(arrays["notes.onset"], arrays["notes.duration"], dtype=np.int64)
        starts = np.cumsum(arrays["notes.count"]) - arrays["notes.count"]
        end[sounding] = np.maximum.reduceat(ends, starts[sounding])
    owner = np.concatenate([pieces, np.repeat(pieces, arrays["tempos.count"])])
    tick = np.concatenate([np.zeros_like(pieces), arrays["tempos.tick"].astype(np.int64)])
    mspq = np.concatenate([np.full(len(pieces), _MSPQ, np.int64), arrays["tempos.mspq"].astype(np.int64)])
    order = np.lexsort([tick, owner])
    owner, tick, mspq = owner[order], np.minimum(tick[order], end[owner[order]]), mspq[order]
    following = np.append(tick[1:], 0)
    last = np.append(owner[1:] != owner[:-1], True)
    micros = (np.where(last, end[owner], following) - tick) * mspq.astype(np.float64)
    total = np.bincount(owner, micros, minlength=len(pieces)) if len(pieces) else np.zeros(0)
    return total / np.asarray(tpq, np.float64) / 1e6
