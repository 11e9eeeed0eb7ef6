"""When something is in a piece, by its tempi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

USUAL_MSPQ = 500_000
"""Microseconds a quarter, 120 quarters a minute, where no tempo is given (Standard MIDI Files 1.0)."""


def ticks_mspq(ticks: ArrayLike, about: Mapping[str, Any]) -> NDArray[np.int64]:
    """How long after tick 0 ticks are, in microseconds times ticks a quarter: whole numbers, so that none is rounded.

    Parameters
    ----------
    ticks
        Of any shape, 0 or more.
    about
        Of the piece, see `columns.Columns`: its ``tempos``, in any order. Of two at one tick the later counts.

    Returns
    -------
    Of the same shape.
    """
    given = np.asarray(ticks, np.int64)
    at, mspq = _timeline(about)
    begin = np.append(0, np.cumsum(np.diff(at) * mspq[:-1]))
    which = np.searchsorted(at, given, side="right") - 1
    return np.asarray(begin[which] + (given - at[which]) * mspq[which], np.int64)


def seconds_of(ticks: ArrayLike, about: Mapping[str, Any]) -> NDArray[np.float64]:
    """How many seconds after tick 0 ticks are, of the same shape, added up from tempo to tempo; see `ticks_mspq`.

    How this rounds decides what is taken for played together: alignments are the same to the note only while it stays.
    """
    given = np.asarray(ticks, np.int64)
    at, mspq = _timeline(about)
    tick_s = mspq / 1e6 / int(about["tpq"])
    begin_s = np.append(0.0, np.cumsum(np.diff(at) * tick_s[:-1]))
    which = np.searchsorted(at, given, side="right") - 1
    return np.asarray(begin_s[which] + (given - at[which]) * tick_s[which], np.float64)


def _timeline(about: Mapping[str, Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each tempo begins, rising from tick 0, and its microseconds a quarter."""
    tempos = {0: USUAL_MSPQ} | {int(tick): int(mspq) for tick, mspq in about.get("tempos", ())}
    at = np.array(sorted(tempos), np.int64)
    return at, np.array([tempos[tick] for tick in at.tolist()], np.int64)
