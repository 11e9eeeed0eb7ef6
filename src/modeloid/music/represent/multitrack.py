"""The multi-track piano roll: bars x steps x pitches x tracks, velocities or on and off, drums by their onsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns, from_score, to_score
from ..errors import RepresentationError
from ..losses import Losses
from .arguments import WHERE, check_choice, check_meter, check_pitches, check_tempo, check_whole, filled
from .augment import Augmentation
from .bars import bar_steps, drum_notes, quantised, sections
from .ensemble import columns_of, parts
from .fill import counted
from .segments import Segments, TrackWindows, joined

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_TICKS_PER_STEP = 120
_VELOCITY = 80
_MOST_CELLS = 1 << 24
_DEFAULTS = {
    "steps_per_beat": 4,
    "window_bars": 4,
    "meter": [4, 4],
    "low": 24,
    "high": 108,
    "tracks": "band",
    "values": "velocity",
    "other_meters": "refuse",
    "tempo_bpm": 96,
}


class MultiTrack:
    """A piano roll of several tracks, cut at bar lines.

    Lost by design: programs within a track of the roll, names, tempi; onsets and ends finer than a step (each rounded
    half up, a note keeps at least one step); how long drums sound (each hit is one step); the border between notes of
    one pitch and track that touch: they merge into one that is as loud as the first. With ``values`` "binary" also the
    velocities (decoded as 80). Dropped and counted: notes out of range, of tracks that belong nowhere, and in bars of
    another meter.

    Parameters
    ----------
    spec
        ``kind`` "multitrack"; ``steps_per_beat`` (1 to 96) steps a quarter; ``window_bars`` (1 to 4096) bars an item;
        ``meter`` [numerator, denominator] of every bar; ``low`` (inclusive) and ``high`` (exclusive) pitches;
        ``tracks``: "band", "families", "one" or a list, see `ensemble.parts`; ``values``: "velocity" for float32 from 0
        to 1 (velocity / 127), "binary" for uint8 of 0 and 1; ``other_meters``: "refuse" pieces that have one, or "cut"
        its bars out; ``tempo_bpm`` (10 to 400) quarters a minute of decoded pieces.

    Raises
    ------
    RepresentationError
        Unknown key, ensemble or word, or a value out of range.
    """

    kind = "multitrack"

    def __init__(self, spec: Mapping[str, Any]) -> None:
        full = filled(self.kind, _DEFAULTS, spec)
        check_whole(full, {"steps_per_beat": (1, 96), "window_bars": (1, 4096)})
        check_pitches(full)
        check_tempo(full)
        check_meter(full["meter"], full["steps_per_beat"])
        check_choice(full, "values", ("velocity", "binary"))
        check_choice(full, "other_meters", ("refuse", "cut"))
        self.spec = full
        self.parts = parts(full["tracks"])
        self.meter = (int(full["meter"][0]), int(full["meter"][1]))
        self.low, self.high = int(full["low"]), int(full["high"])
        self.bar_steps = int(bar_steps(self.meter, full["steps_per_beat"]))
        self._is_drum = np.array([part.is_drum for part in self.parts])
        if np.prod(self.shape[1:]) >= _MOST_CELLS:
            text = f"a bar of {'x'.join(map(str, self.shape[1:]))} (steps, pitches, tracks) is too large"
            raise RepresentationError(text, WHERE, "Take a coarser grid or fewer tracks.")

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one window: (bars, steps, pitches, tracks)."""
        return (self.spec["window_bars"], self.bar_steps, self.high - self.low, len(self.parts))

    @property
    def dtype(self) -> Any:
        """Of the arrays."""
        return np.float32 if self.spec["values"] == "velocity" else np.uint8

    def encode(self, piece: ScoreTick) -> NDArray[Any]:
        """The whole piece, shape (bars, steps, pitches, tracks); `encode_columns` also says what was lost."""
        return self.encode_columns(from_score(piece))[0]

    def encode_columns(self, columns: Columns) -> tuple[NDArray[Any], Losses]:
        """As `encode`, from columns, with what was lost.

        Raises
        ------
        RepresentationError
            No note is left to encode, or the piece has another meter and ``other_meters`` is "refuse".
        """
        found = self.segments(columns)
        array = np.zeros((int(found.bars.sum()), *self.shape[1:]), self.dtype)
        found.fill(array, self._values(found.velocity))
        return array, found.losses

    def decode(self, array: NDArray[np.generic]) -> ScoreTick:
        """A piece that encodes to this roll; what is above 0 sounds.

        Parameters
        ----------
        array
            Shape (bars, steps, pitches, tracks); velocities from 0 to 1, or on and off.

        Returns
        -------
        A score with a track for each one of the roll that sounds, in its order; 120 ticks a step.

        Raises
        ------
        RepresentationError
            The array has another shape.
        """
        values = np.asarray(array)
        if values.ndim != 4 or values.shape[1:] != self.shape[1:]:
            given, wanted = "x".join(map(str, values.shape)), "x".join(["bars", *map(str, self.shape[1:])])
            raise RepresentationError(f"cannot decode an array of {given}", self.kind, f"It must be {wanted}.")
        flat = np.moveaxis(values.reshape(-1, *self.shape[2:]), 0, -1)
        on = flat > 0
        before = np.concatenate([np.zeros_like(on[..., :1]), on[..., :-1]], axis=-1)
        behind = np.concatenate([on[..., 1:], np.zeros_like(on[..., :1])], axis=-1)
        drum = self._is_drum[None, :, None]
        pitch, column, first = np.nonzero(on & (~before | drum))
        _, _, last = np.nonzero(on & (~behind | drum))
        loud = np.full(len(first), _VELOCITY)
        if self.spec["values"] == "velocity":
            loud = np.clip(np.rint(flat[pitch, column, first] * 127.0), 1, 127).astype(np.int64)
        sounding = np.unique(column)
        track = np.searchsorted(sounding, column)
        order = np.lexsort([pitch, first, track])
        notes = {
            "onset": first * _TICKS_PER_STEP,
            "duration": (last + 1 - first) * _TICKS_PER_STEP,
            "pitch": pitch + self.low,
            "velocity": loud,
            "track": track,
        }
        return to_score(Columns({name: part[order] for name, part in notes.items()}, self._about(sounding)))

    def prepare(self, pieces: Sequence[Columns], augment: Augmentation) -> TrackWindows:
        """Cut pieces into items; batches are filled from the notes, no roll is kept.

        Raises
        ------
        RepresentationError
            The representation does not carry what `augment` varies.
        """
        augment.need(self.kind, ("velocity",) if self.spec["values"] == "velocity" else ())
        found: list[Segments] = []
        owners, refused = [], []
        for number, piece in enumerate(pieces):
            try:
                found.append(self.segments(piece))
                owners.append(number)
            except RepresentationError as error:
                refused.append((number, str(error)))
        return joined(found, owners, tuple(refused), self, augment)

    def segments(self, columns: Columns) -> Segments:
        """The notes of a piece on the grid, cut at bar lines; raises as `encode_columns` does."""
        steps = self.spec["steps_per_beat"]
        column = np.array(columns_of(columns.about["tracks"], self.parts) or [-1])[columns.notes["track"]]
        track_drum = drum_notes(columns)
        pitch = columns.notes["pitch"].astype(np.int64)
        in_range = (pitch >= self.low) & (pitch < self.high)
        onset, tpq = columns.notes["onset"].astype(np.int64), columns.about["tpq"]
        start = quantised(onset, tpq, steps)
        stop = np.maximum(quantised(onset + columns.notes["duration"], tpq, steps), start + 1)
        stop = np.where(track_drum, start + 1, stop)
        begin, length, kept_bar, moved = self._bars(columns.about, int(stop.max(initial=0)))
        section = np.searchsorted(begin, start, side="right") - 1
        here = kept_bar[section] >= 0
        taken = column >= 0
        kept = taken & in_range & here
        if not kept.any():
            raise RepresentationError(f"no note to encode, of {len(columns)} in the piece", self.kind)
        end = (begin + length)[section]
        losses = Losses(
            notes=len(columns),
            drums=int((~taken & track_drum).sum()),
            dropped=int((~taken & ~track_drum).sum()),
            out_of_range=int((taken & ~in_range).sum()),
            other_meter=int((taken & in_range & ~here).sum()),
            shortened=int((kept & (stop > end)).sum()),
            meters_moved=moved,
        )
        moved_by = kept_bar * self.bar_steps - begin
        notes = [start + moved_by[section], np.minimum(stop, end) + moved_by[section], pitch - self.low]
        notes += [column, columns.notes["velocity"].astype(np.int64)]
        notes = [part[kept] for part in notes]
        merged = _merged(notes, track_drum[kept])
        bars = (length[kept_bar >= 0] // self.bar_steps).astype(np.int64)
        return _cut_at_bars(notes, bars, self.bar_steps, losses + Losses(merged=merged))

    def _bars(self, about: Mapping[str, Any], last: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], int]:
        """Where the sections begin, their steps, the first bar that they have in the roll or -1; meters moved."""
        found, moved = sections(about, self.spec["steps_per_beat"])
        last_begin = found[-1].step
        begin = np.array([section.step for section in found])
        ends_at = max(last_begin + self.bar_steps, last_begin - (last_begin - last) // self.bar_steps * self.bar_steps)
        length = np.diff(np.append(begin, ends_at))
        fits = np.array([section.meter == self.meter for section in found])
        if self.spec["other_meters"] == "refuse" and not fits.all():
            other = found[int(np.argmin(fits))]
            text = f"the meter is {other.meter[0]}/{other.meter[1]}, not {self.meter[0]}/{self.meter[1]}"
            where = f"quarter {other.step / self.spec['steps_per_beat']:g}"
            raise RepresentationError(text, where, 'Use other_meters="cut" to leave such bars out.')
        bars = np.where(fits, length // self.bar_steps, 0)
        return begin, length, np.where(fits, np.cumsum(bars) - bars, -1), moved

    def _values(self, velocity: NDArray[Any]) -> NDArray[Any]:
        if self.spec["values"] == "binary":
            return np.ones(len(velocity), np.uint8)
        # a note of velocity 0 sounds too, if barely
        return np.asarray(np.maximum(velocity, 1) / np.float32(127.0), np.float32)

    def _about(self, sounding: NDArray[np.int64]) -> dict[str, Any]:
        used = [self.parts[column] for column in sounding]
        return {
            "tpq": _TICKS_PER_STEP * self.spec["steps_per_beat"],
            "tracks": [[part.name, part.programs[0] if part.programs else 0, part.is_drum] for part in used],
            "tempos": [[0, round(6e7 / self.spec["tempo_bpm"])]],
            "meters": [[0, *self.meter]],
            "keys": [],
        }


def _merged(notes: list[NDArray[Any]], drum: NDArray[np.bool_]) -> int:
    """How many notes start before another of their pitch and track has ended, or just then (drums: with another)."""
    start, stop, pitch, column, _ = notes
    order = np.lexsort([start, pitch, column])
    group = (column * 128 + pitch)[order]
    start, until = start[order], np.where(drum, start, stop)[order]
    # the latest end so far of each group, the groups kept apart by more than any step
    apart = group * (int(stop.max(initial=0)) + 1)
    latest = np.maximum.accumulate(until + apart) - apart
    return int(((group[1:] == group[:-1]) & (start[1:] <= latest[:-1])).sum())


def _cut_at_bars(notes: list[NDArray[Any]], bars: NDArray[np.int64], bar_length: int, losses: Losses) -> Segments:
    start, stop, pitch, column, velocity = notes
    # later notes are written over earlier ones of the same pitch
    order = np.argsort(start, kind="stable")
    start, stop, pitch, column, velocity = (part[order] for part in (start, stop, pitch, column, velocity))
    first_bar = start // bar_length
    pieces = (stop - 1) // bar_length - first_bar + 1
    bar = np.repeat(first_bar, pieces) + counted(pieces)
    line = bar * bar_length
    begin = np.maximum(np.repeat(start, pieces), line)
    end = np.minimum(np.repeat(stop, pieces), line + bar_length)
    by_bar = np.argsort(bar, kind="stable")
    return Segments(
        bars=bars,
        bar=bar[by_bar],
        step=(begin - line)[by_bar],
        count=(end - begin)[by_bar],
        pitch=np.repeat(pitch, pieces)[by_bar],
        column=np.repeat(column, pieces)[by_bar],
        velocity=np.repeat(velocity, pieces)[by_bar],
        losses=losses,
    )
