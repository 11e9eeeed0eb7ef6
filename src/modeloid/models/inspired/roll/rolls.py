"""Notes as maps over the steps and pitches of bars, and maps as notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH, VELOCITY, Rows, in_order

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LOWEST, PITCHES = 24, 64
"""The first pitch of a map, a C, and how many there are."""
KINDS = BEGIN, HOLD, LOUD = range(3)
"""Maps of a part: 1 where a note begins; 1 where one goes on that began before; velocity / 127 where one begins."""

_OCTAVE, _LOUDEST = 12, 127


def rolls_of(pieces: Sequence[Rows], bars: int, parts: int, drums: Sequence[int] = ()) -> Floats:
    """Maps of pieces, shape (pieces, bars, parts, kinds, 16, 64).

    What is too high or too low is folded back by octaves; drums beyond the maps are left out, as is what begins
    behind the last bar. A note ends where the same pitch begins again in its part, and where the piece ends.

    Parameters
    ----------
    pieces
        In C.
    bars
        Of each.
    parts
        How many.
    drums
        Numbers of the parts that are.
    """
    steps = bars * BAR_STEPS
    lane, onset, length, loud = _lanes(pieces, steps, parts, drums)
    lanes = len(pieces) * parts * PITCHES
    maps = np.zeros((len(KINDS), lanes, steps), np.float32)
    maps[BEGIN, lane, onset] = 1
    maps[LOUD, lane, onset] = loud
    change = np.zeros((lanes, steps + 1), np.int8)
    change[lane, onset + 1] += 1
    change[lane, onset + length] -= 1
    maps[HOLD] = np.cumsum(change, axis=1, dtype=np.int8)[:, :steps]
    cells = maps.reshape(len(KINDS), len(pieces), parts, PITCHES, bars, BAR_STEPS)
    return np.ascontiguousarray(cells.transpose(1, 4, 2, 0, 5, 3))


def rows_of(maps: Floats) -> list[Rows]:
    """The notes of maps (pieces, bars, parts, kinds, 16, 64), each piece in order; on is what is above a half."""
    n, bars, parts = maps.shape[:3]
    steps = bars * BAR_STEPS
    kinds = maps.transpose(3, 0, 2, 5, 1, 4).reshape(len(KINDS), n, parts, PITCHES, steps)
    on = kinds[BEGIN] > 0.5
    held = (kinds[HOLD] > 0.5) & ~on
    ends = np.where(held, steps, np.arange(steps))
    ends = np.minimum.accumulate(ends[..., ::-1], axis=-1)[..., ::-1]
    ends = np.concatenate([ends, np.full_like(ends[..., :1], steps)], axis=-1)
    piece, part, pitch, onset = np.nonzero(on)
    length = ends[piece, part, pitch, onset + 1] - onset
    loud = np.clip(np.rint(kinds[LOUD][on] * _LOUDEST), 1, _LOUDEST)
    columns = {ONSET: onset, LENGTH: length, PITCH: pitch + LOWEST, VELOCITY: loud, PART: part}
    rows = np.stack([columns[column] for column in range(len(columns))], axis=1).astype(np.int64)
    edges = np.searchsorted(piece, np.arange(1, n))
    return [in_order(one) for one in np.split(rows, edges)]


def _lanes(pieces: Sequence[Rows], steps: int, parts: int, drums: Sequence[int]) -> tuple[Ints, Ints, Ints, Floats]:
    """Of all notes that are shown: the lane (piece, part, pitch), onset, length in steps, and loudness."""
    owner = np.repeat(np.arange(len(pieces)), [len(rows) for rows in pieces])
    rows = np.concatenate([np.zeros((0, 5), np.int64), *pieces])
    pitch = _folded(rows[:, PITCH] - LOWEST, np.isin(rows[:, PART], np.asarray(drums, np.int64)))
    kept = (pitch >= 0) & (pitch < PITCHES) & (rows[:, ONSET] < steps)
    owner, rows, pitch = owner[kept], rows[kept], pitch[kept]
    place = ((owner * parts + rows[:, PART]) * PITCHES + pitch) * steps + rows[:, ONSET]
    order = np.lexsort([-rows[:, LENGTH], place])
    # of notes on one cell the longest is shown
    order = order[np.diff(place[order], prepend=-1) > 0]
    place, rows = place[order], rows[order]
    lane, onset = np.divmod(place, steps)
    room = np.minimum(np.diff(place, append=np.iinfo(np.int64).max), steps - onset)
    return lane, onset, np.minimum(rows[:, LENGTH], room), (rows[:, VELOCITY] / _LOUDEST).astype(np.float32)


def _folded(pitch: Ints, drum: NDArray[np.bool_]) -> Ints:
    """Pitches, counted from the lowest, brought into the maps by octaves; drums as they are."""
    highest = PITCHES - _OCTAVE
    low, high = pitch % _OCTAVE, highest + (pitch - highest) % _OCTAVE
    return np.where(drum, pitch, np.where(pitch < 0, low, np.where(pitch >= PITCHES, high, pitch)))
