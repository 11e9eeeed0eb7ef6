"""A piece on the grid of a score: whole units, with what had to be moved for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns, from_score
from ..errors import MusicError
from .meter import UNITS, bar_units

if TYPE_CHECKING:
    from symusic.core import ScoreTick

GRID = "16ths, or triplets of eighths where a beat is nearer to these"
"""What a performance is quantised to."""
_BINARY, _TRIPLET = UNITS // 4, UNITS // 3
_TRIPLET_MUST_BEAT = 0.6
"""A beat is read as triplets when its onsets are nearer to these by this factor: 16ths are the usual case."""
_LEGATO = 0.34
"""An end so near to an onset, in parts of the note's length, is meant to meet it."""


class Note(NamedTuple):
    """One note; `start` and `end` count units from the beginning of the piece."""

    start: int
    end: int
    pitch: int


@dataclass(frozen=True)
class Part:
    """The notes of a track, by start and pitch."""

    name: str
    program: int
    is_drum: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Gridded:
    """A piece in units.

    Parameters
    ----------
    parts
        Those that have notes.
    meters
        (unit, numerator, denominator), the first at 0.
    keys
        (unit, sharps, 1 where minor), may be empty.
    tempos
        (unit, quarters a minute).
    moved_quarters
        The mean shift of an onset by quantising; None where the piece was on the grid already.
    united
        How many notes were dropped or shortened because the same pitch of the same track sounded twice at once.
    """

    parts: tuple[Part, ...]
    meters: tuple[tuple[int, int, int], ...]
    keys: tuple[tuple[int, int, int], ...]
    tempos: tuple[tuple[int, float], ...]
    moved_quarters: float | None
    united: int

    @property
    def end(self) -> int:
        """Where the last note ends."""
        return max(note.end for part in self.parts for note in part.notes)


def gridded(piece: ScoreTick, quantise: bool = True) -> Gridded:
    """Put a piece on the grid.

    A piece is on the grid when in each quarter all onsets and ends are multiples of a 64th, or all are multiples of a
    triplet's 64th (1/24 quarter). What is not is quantised as a whole to `GRID`; ends that nearly meet the track's next
    onset are drawn to it.

    Parameters
    ----------
    piece
        With at least one note.
    quantise
        False to refuse what is not on the grid.

    Raises
    ------
    MusicError
        No notes; a meter that cannot be written; or the piece is not on the grid and may not be quantised.
    """
    columns = from_score(piece)
    if not len(columns):
        raise MusicError("a piece without notes makes no score", "score")
    tpq = columns.about["tpq"]
    start = columns.notes["onset"].astype(np.int64) * UNITS / tpq
    end = start + columns.notes["duration"].astype(np.int64) * UNITS / tpq
    track = columns.notes["track"].astype(np.int64)
    moved: float | None = None
    if not _on_grid(np.concatenate([start, end])):
        if not quantise:
            raise MusicError("its notes lie on no grid", "score", f"Quantise it first, for example to {GRID}.")
        onsets = _snapped(start, start)
        moved = float(np.abs(onsets - start).mean() / UNITS)
        end = _ends(start, end, onsets, track)
        start = onsets
    parts, united = _parts(columns, np.rint(start).astype(int), np.rint(end).astype(int), track)
    return Gridded(
        parts=parts,
        meters=_meters(columns.about["meters"], tpq),
        keys=tuple((_unit(tick, tpq), max(-7, min(7, sharps)), minor) for tick, sharps, minor in columns.about["keys"]),
        tempos=tuple((_unit(tick, tpq), 6e7 / mspq) for tick, mspq in columns.about["tempos"] if mspq > 0),
        moved_quarters=moved,
        united=united,
    )


def _on_grid(points: NDArray[np.float64]) -> bool:
    whole = np.rint(points)
    if np.abs(points - whole).max() > 1e-6:
        return False
    unit = whole.astype(np.int64)
    beat = unit // UNITS
    finer, not_triplet = unit % 3 != 0, unit % 2 != 0
    return not np.intersect1d(beat[finer], beat[not_triplet]).size


def _snapped(points: NDArray[np.float64], onsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points on the grid of their quarter, which the onsets of the piece decide."""
    triplet = _triplet_beats(onsets)
    beat = (points // UNITS).astype(np.int64)
    step = np.where(np.isin(beat, triplet), _TRIPLET, _BINARY)
    return np.asarray(np.rint(points / step) * step)


def _triplet_beats(onsets: NDArray[np.float64]) -> NDArray[np.int64]:
    # an onset just before a beat belongs to it: counted with the beat it is nearest to, it says nothing of the grid
    beat = (onsets // UNITS).astype(np.int64)
    costs = []
    for step in (_BINARY, _TRIPLET):
        away = np.abs(onsets - np.rint(onsets / step) * step)
        costs.append(np.bincount(beat, away, minlength=int(beat.max()) + 1))
    return np.flatnonzero(costs[1] < _TRIPLET_MUST_BEAT * costs[0])


def _ends(
    start: NDArray[np.float64], end: NDArray[np.float64], onsets: NDArray[np.float64], track: NDArray[np.int64]
) -> NDArray[np.float64]:
    drawn = _snapped(end, start)
    for number in np.unique(track):
        mine = track == number
        steps = np.unique(onsets[mine])
        place = np.minimum(np.searchsorted(steps, end[mine]), len(steps) - 1)
        near = np.where(
            np.abs(steps[place] - end[mine]) <= np.abs(steps[np.maximum(place - 1, 0)] - end[mine]),
            steps[place],
            steps[np.maximum(place - 1, 0)],
        )
        meant = np.abs(near - end[mine]) <= _LEGATO * (end[mine] - start[mine])
        drawn[mine] = np.where(meant & (near > onsets[mine]), near, drawn[mine])
    # to the next point of the onset's own grid at least, whatever that is
    least = _snapped(onsets + _TRIPLET, start)
    return np.where(drawn > onsets, drawn, np.maximum(least, onsets + _BINARY))


def _parts(columns: Columns, start: Any, end: Any, track: Any) -> tuple[tuple[Part, ...], int]:
    parts, united = [], 0
    for number, (name, program, is_drum) in enumerate(columns.about["tracks"]):
        mine = track == number
        raw = [
            Note(*row) for row in zip(*(c[mine].tolist() for c in (start, end, columns.notes["pitch"])), strict=True)
        ]
        notes, lost = _disjoint(raw)
        united += lost
        if notes:
            parts.append(Part(name, program, is_drum, tuple(notes)))
    return tuple(parts), united


def _disjoint(notes: list[Note]) -> tuple[list[Note], int]:
    """Each pitch sounds once at a time: the longer of two at one onset stays, others end where the next begins."""
    lost = 0
    kept: list[Note] = []
    last: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: (note.start, note.pitch, note.end)):
        before = last.get(note.pitch)
        if before is not None and kept[before].end > note.start:
            lost += 1
            if kept[before].start == note.start:
                kept[before] = note
                continue
            kept[before] = kept[before]._replace(end=note.start)
        last[note.pitch] = len(kept)
        kept.append(note)
    return kept, lost


def _meters(meters: list[list[int]], tpq: int) -> tuple[tuple[int, int, int], ...]:
    found = {0: (4, 4)}
    for tick, numerator, denominator in sorted(meters):
        bar_units((numerator, denominator))
        found[_unit(tick, tpq)] = (numerator, denominator)
    listed = [(unit, *meter) for unit, meter in sorted(found.items())]
    # the same meter again is no change
    return tuple(row for number, row in enumerate(listed) if number == 0 or row[1:] != listed[number - 1][1:])


def _unit(tick: int, tpq: int) -> int:
    return round(tick * UNITS / tpq / 3) * 3
