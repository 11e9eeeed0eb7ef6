"""Many pieces as one table of notes: what every metric reads, on one clock and with bars counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns

T = TypeVar("T")
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BEAT = 10_080
"""Units of time a quarter: 2^5 * 9 * 5 * 7, so that triplets, 64ths and sevenths are whole. Other ticks are rounded."""
LONGEST_BEATS = 64
"""A note counts in at most this many beats (and their bars) where metrics look beat by beat: held notes stay cheap."""
_SHIFT = np.int64(1) << np.int64(40)


@dataclass(frozen=True)
class Notes:
    """The notes of many pieces, end to end; times in units of a 10,080th quarter.

    Parameters
    ----------
    piece, track
        Of each note: the piece's number, and the row of the table of tracks.
    onset, end
        Of each note, ``end > onset >= 0``.
    pitch, velocity
        Of each note, 0 to 127.
    length
        Of each piece: where its last note ends, 0 without notes.
    track_piece, program, drum
        Of each track.
    meter_piece, meter_onset, bar_length
        Of each stretch of one meter, ordered by piece and onset; every piece has one that starts at 0.
    """

    piece: Ints
    track: Ints
    onset: Ints
    end: Ints
    pitch: Ints
    velocity: Ints
    length: Ints
    track_piece: Ints
    program: Ints
    drum: NDArray[np.bool_]
    meter_piece: Ints
    meter_onset: Ints
    bar_length: Ints
    _made: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, make: Callable[[Notes], T]) -> T:
        """What several metrics need of these notes, made by the first of them."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]  # type: ignore[return-value]

    @property
    def pieces(self) -> int:
        """How many pieces."""
        return len(self.length)

    @cached_property
    def pitched(self) -> NDArray[np.bool_]:
        """Which notes are not drums'."""
        return ~self.drum[self.track] if len(self.track) else np.zeros(0, bool)

    @cached_property
    def _meter_key(self) -> Ints:
        return self.meter_piece * _SHIFT + self.meter_onset

    @cached_property
    def _bars_before(self) -> Ints:
        """Bars of the piece before each stretch of one meter; a bar that a new meter cuts short counts as one."""
        span = np.diff(self.meter_onset, append=0)
        last = np.diff(self.meter_piece, append=-1) != 0
        bars = np.where(last, 0, -(-span // self.bar_length))
        before = np.cumsum(bars) - bars
        first = np.searchsorted(self.meter_piece, self.meter_piece)
        return np.asarray(before - before[first])

    def _stretch(self, piece: Ints, time: Ints) -> Ints:
        return np.searchsorted(self._meter_key, piece * _SHIFT + time, side="right") - 1

    def bar(self, piece: Ints, time: Ints) -> tuple[Ints, Ints, Ints]:
        """Where times lie: the bar in its piece, where that bar starts, and how long its meter makes it."""
        row = self._stretch(piece, time)
        length = self.bar_length[row]
        within = (time - self.meter_onset[row]) // length
        return self._bars_before[row] + within, self.meter_onset[row] + within * length, length

    @cached_property
    def bars(self) -> Ints:
        """How many bars each piece has, up to the one in which its last note ends; 0 without notes."""
        number, _, _ = self.bar(np.arange(self.pieces), np.maximum(self.length - 1, 0))
        return np.where(self.length > 0, number + 1, 0)

    @cached_property
    def first_bar(self) -> Ints:
        """The row of each piece's first bar in tables of all bars of all pieces."""
        return np.asarray(np.cumsum(self.bars) - self.bars)

    @cached_property
    def bar_piece(self) -> Ints:
        """The piece of each row of a table of all bars."""
        return np.repeat(np.arange(self.pieces), self.bars)

    @cached_property
    def _bar_numbers(self) -> tuple[Ints, Ints]:
        """The number in its piece and the stretch of one meter of each bar, one a row of the table of all bars."""
        number = np.arange(len(self.bar_piece)) - self.first_bar[self.bar_piece]
        key = self.bar_piece * _SHIFT + number
        return number, np.searchsorted(self.meter_piece * _SHIFT + self._bars_before, key, side="right") - 1

    @cached_property
    def bar_sizes(self) -> Ints:
        """The length of each bar by its meter, one a row of the table of all bars."""
        _, row = self._bar_numbers
        return self.bar_length[row]

    @cached_property
    def bar_starts(self) -> Ints:
        """Where each bar starts in its piece, one a row of the table of all bars."""
        number, row = self._bar_numbers
        return np.asarray(self.meter_onset[row] + (number - self._bars_before[row]) * self.bar_length[row])

    @cached_property
    def onset_bar(self) -> Ints:
        """The row, in tables of all bars, of the bar in which each note starts."""
        number, _, _ = self.bar(self.piece, self.onset)
        return np.asarray(self.first_bar[self.piece] + number)

    @cached_property
    def in_bars(self) -> tuple[Ints, Ints]:
        """Every bar of every note: the note, and the row of the bar, from onset to end."""
        stop = np.minimum(self.end, self.onset + LONGEST_BEATS * BEAT)
        last, _, _ = self.bar(self.piece, stop - 1)
        return spread(self.onset_bar, self.first_bar[self.piece] + last)

    def snapped(self, steps_per_beat: int) -> tuple[Ints, Ints, Ints]:
        """Onsets on a grid: bar in the piece, step in that bar, and steps a bar, each onset to its nearest step.

        Where that lies behind the end of the piece it is the step before.
        """
        return self.once(f"snapped {steps_per_beat}", lambda notes: notes._snap(BEAT // steps_per_beat))

    def _snap(self, step: int) -> tuple[Ints, Ints, Ints]:
        time = (self.onset + step // 2) // step * step
        time = np.where(time < self.length[self.piece], time, self.onset // step * step)
        number, start, length = self.bar(self.piece, time)
        return number, (time - start) // step, -(-length // step)

    def where(self, kept: NDArray[np.bool_]) -> Notes:
        """The same pieces with some notes left out; bars and lengths stay."""
        rows = {name: getattr(self, name)[kept] for name in _NOTE_FIELDS}
        return replace(self, _made={}, **rows)

    def only(self, chosen: Ints) -> Notes:
        """Some of the pieces, by rising numbers; their tracks keep their rows."""
        new = np.full(self.pieces, -1, np.int64)
        new[chosen] = np.arange(len(chosen))
        rows = self.where(new[self.piece] >= 0)
        stretches = new[self.meter_piece] >= 0
        return replace(
            rows,
            _made={},
            piece=new[rows.piece],
            length=self.length[chosen],
            track_piece=new[self.track_piece],
            meter_piece=new[self.meter_piece[stretches]],
            meter_onset=self.meter_onset[stretches],
            bar_length=self.bar_length[stretches],
        )


_NOTE_FIELDS = ("piece", "track", "onset", "end", "pitch", "velocity")


def spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Count from `first` to `last` inclusive for each item: the item, and the number."""
    width = last - first + 1
    item = np.repeat(np.arange(len(first)), width)
    return item, np.arange(len(item)) - np.repeat(np.cumsum(width) - width - first, width)


def lay(pieces: Sequence[Columns]) -> Notes:
    """Lay pieces end to end.

    A meter is a bar length alone; before the first one, and where none is given, bars have four quarters. Meters of one
    beat a bar are passed over: files made from audio say 1/4 for want of a meter (610 of 803 of POP909), and metrics of
    bars would become metrics of beats. So are meters whose numbers are not positive.
    """
    sizes = np.array([len(piece) for piece in pieces], np.int64)
    owner = np.repeat(np.arange(len(pieces)), sizes)
    tpq = np.repeat(np.array([piece.about["tpq"] for piece in pieces], np.int64), sizes)
    tracks = [piece.about["tracks"] for piece in pieces]
    counts = np.array([len(rows) for rows in tracks], np.int64)
    raw = {name: _joined(pieces, name) for name in ("onset", "duration", "pitch", "velocity", "track")}
    onset, end = (_units(time, tpq) for time in (raw["onset"], raw["onset"] + raw["duration"]))
    end = np.maximum(end, onset + 1)
    length = np.zeros(len(pieces), np.int64)
    np.maximum.at(length, owner, end)
    meters = np.array([row for index, piece in enumerate(pieces) for row in _meters(index, piece)], np.int64)
    return Notes(
        piece=owner,
        track=raw["track"] + np.repeat(np.cumsum(counts) - counts, sizes),
        onset=onset,
        end=end,
        pitch=raw["pitch"],
        velocity=raw["velocity"],
        length=length,
        track_piece=np.repeat(np.arange(len(pieces)), counts),
        program=np.array([row[1] for rows in tracks for row in rows], np.int64),
        drum=np.array([row[2] for rows in tracks for row in rows], bool),
        meter_piece=meters.reshape(-1, 3)[:, 0],
        meter_onset=meters.reshape(-1, 3)[:, 1],
        bar_length=meters.reshape(-1, 3)[:, 2],
    )


def excerpts(notes: Notes, beats: int) -> Notes:
    """Cut pieces into stretches of so many beats, each a piece of its own; notes are cut off where a stretch ends.

    Pieces no longer than that stay whole. Every stretch begins with a bar, the next one after so many beats: what is
    left over before it is left out, as are a stretch at the end that is shorter than half, and silent ones. The meter
    at a stretch's beginning is its meter throughout.
    """
    size = beats * BEAT
    owner, start, stop = _stretches(notes, size)
    piece = np.searchsorted(owner * _SHIFT + start, notes.piece * _SHIFT + notes.onset, side="right") - 1
    short_tail = (start > 0) & (notes.length[owner] - start < size // 2)
    kept = (notes.onset < stop[piece]) & ~short_tail[piece]
    rows = notes.where(kept)
    names, piece = np.unique(piece[kept], return_inverse=True)
    owner, start, stop = owner[names], start[names], stop[names]
    onset, end = rows.onset - start[piece], np.minimum(rows.end, stop[piece]) - start[piece]
    length = np.zeros(len(names), np.int64)
    np.maximum.at(length, piece, end)
    track_key, track = np.unique(piece * (len(notes.program) + 1) + rows.track, return_inverse=True)
    return Notes(
        piece=piece,
        track=track,
        onset=onset,
        end=end,
        pitch=rows.pitch,
        velocity=rows.velocity,
        length=length,
        track_piece=track_key // (len(notes.program) + 1),
        program=notes.program[track_key % (len(notes.program) + 1)],
        drum=notes.drum[track_key % (len(notes.program) + 1)],
        meter_piece=np.arange(len(names)),
        meter_onset=np.zeros(len(names), np.int64),
        bar_length=notes.bar_length[notes._stretch(owner, start)] if len(names) else np.zeros(0, np.int64),
    )


def _stretches(notes: Notes, size: int) -> tuple[Ints, Ints, Ints]:
    """Piece, start and end of the stretches of all pieces: from the first bar line after each multiple of `size` on."""
    owner, number = spread(np.zeros(notes.pieces, np.int64), -(-notes.length // size) - 1)
    start = number * size
    if len(owner):
        _, line, length = notes.bar(owner, start)
        _, following, _ = notes.bar(owner, line + length)
        start = np.where(line < start, following, start)
    later = np.append(start[1:], 0)
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    stop = start + size
    return owner, start, np.where(last, stop, np.minimum(stop, later[: len(owner)]))


def _joined(pieces: Sequence[Columns], name: str) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *[piece.notes[name].astype(np.int64) for piece in pieces]])


def _units(ticks: Ints, tpq: Ints) -> Ints:
    return (2 * ticks * BEAT + tpq) // (2 * tpq)


def _meters(index: int, piece: Columns) -> list[tuple[int, int, int]]:
    tpq = piece.about["tpq"]
    rows = {0: 4 * BEAT}
    for tick, numerator, denominator in sorted(map(tuple, piece.about.get("meters", []))):
        if numerator > 1 and denominator > 0:
            rows[(2 * tick * BEAT + tpq) // (2 * tpq)] = max(1, 4 * BEAT * numerator // denominator)
    return [(index, onset, length) for onset, length in sorted(rows.items())]
