"""How many pitches sound at a time: exact times, no grid."""

from __future__ import annotations

import numpy as np

from .notes import Floats, Ints, Notes
from .shares import ratio

_TIME = np.int64(1) << np.int64(40)


def time_at_level(notes: Notes) -> Floats:
    """For how long 1, 2, 3 ... pitches sound together in each piece.

    A pitch that two voices hold counts once; drums do not count.

    Returns
    -------
    Shape (pieces, 129), units of time; column 0, silence between the notes, is left at 0.
    """
    start, stop, piece = _unions(notes.where(notes.pitched))
    # one sort of all starts and ends: the lowest bit tells them apart, and puts ends first
    events = np.sort(np.concatenate([(piece * _TIME + start) * 2 + 1, (piece * _TIME + stop) * 2]))
    level = np.cumsum(2 * (events & 1) - 1)
    time = events >> 1
    span = np.diff(time, append=time[-1:])
    span[level == 0] = 0
    flat = np.bincount(time // _TIME * 129 + level, weights=span, minlength=notes.pieces * 129)
    return flat.reshape(notes.pieces, 129).astype(np.float64)


def _unions(notes: Notes) -> tuple[Ints, Ints, Ints]:
    """The stretches in which each pitch of each piece sounds without a gap."""
    line = notes.piece * 128 + notes.pitch
    order = np.argsort(line * _TIME + notes.onset)
    line, onset, end = line[order], notes.onset[order], notes.end[order]
    # the running end of a line never reaches into the next one: lines are further apart than any piece is long
    reach = np.maximum.accumulate(line * _TIME + end)
    fresh = np.ones(len(line), bool)
    fresh[1:] = (line[1:] * _TIME + onset[1:]) > reach[:-1]
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(line)) - 1 if len(first) else first
    return onset[first], reach[last] - line[last] * _TIME, line[first] // 128


def polyphony(notes: Notes) -> Floats:
    """Mean number of pitches that sound where at least one does, 1 to 128; drums left out.

    ``sum_k k t_k / sum_k t_k`` with t_k the time for which k pitches sound. "polyphony" of MusPy (Dong, Chen, McAuley,
    Berg-Kirkpatrick: MusPy, ISMIR 2020) on exact times. Undefined without a pitched note.
    """
    time = notes.once("time at level", time_at_level)
    return ratio(time @ np.arange(129.0), time.sum(axis=1))


def polyphony_rate(notes: Notes, at_least: int = 2) -> Floats:
    """Share of the piece's time in which at least `at_least` pitches sound, 0 to 1; drums left out.

    Of all time from 0 to the end of the last note, as in Dong et al.: MuseGAN, AAAI 2018 ("polyphonicity"), whose code
    counts two pitches and more; MusPy counts three and more, see `legacy`. Undefined without a pitched note.
    """
    time = notes.once("time at level", time_at_level)
    return ratio(time[:, at_least:].sum(axis=1), np.where(time.any(axis=1), notes.length, 0))
