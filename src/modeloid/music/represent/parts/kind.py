"""The representation `parts`: the notes themselves, on a grid of sixteenths, by part and with their velocities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...columns import Columns, from_score, to_score
from ...errors import RepresentationError
from ...losses import Losses
from ...tempi import ticks_mspq
from ..arguments import check_choice, check_share, check_tempo, check_whole, filled
from ..augment import Augmentation
from ..bars import Section, drum_notes, quantised, sections
from ..ensemble import columns_of, parts
from .excerpts import Encoded, ExcerptItems, excerpts
from .rows import BAR_STEPS, LENGTH, ONSET, PART, PITCH, VELOCITY, Rows, in_order
from .slots import beats_of, closed, laid

if TYPE_CHECKING:
    from symusic.core import ScoreTick

Ints = NDArray[np.int64]

_TICKS_PER_STEP = 120
_STEPS_PER_BEAT = 4
_METER = (4, 4)
_KEY = np.array([1 << 20, 1 << 8, 1])
"""Makes one number of onset, part and pitch."""
_DEFAULTS = {"window_bars": 32, "parts": "band", "other_meters": "cut", "tempo_bpm": 96, "at_ends": 0}


class Parts:
    """Notes in rows: onset and length in sixteenths, pitch, velocity, part; bars of sixteen steps.

    Lost by design: programs within a part, names, changes of tempo, onsets and ends finer than a sixteenth (each
    rounded half up, a note keeps at least one step); how long drums sound (one step). Two notes of one pitch and part
    at one step are one. Left out and counted: notes of tracks that belong nowhere, and of bars of another meter.

    Parameters
    ----------
    spec
        ``kind`` "parts"; ``window_bars`` (1 to 4096) bars of an item; ``parts``: as the ``tracks`` of a multi-track
        roll, see `ensemble.parts`; ``other_meters``: "cut" their bars out, or "refuse" the piece; ``tempo_bpm``
        are the quarters a minute of decoded pieces; ``at_ends`` (0 to 1): the share of the first and last items of
        pieces that in training lie at the very beginning and end, where others would by chance alone.

    Raises
    ------
    RepresentationError
        Unknown key, ensemble or word, or a value out of range.
    """

    kind = "parts"

    def __init__(self, spec: Mapping[str, Any]) -> None:
        full = filled(self.kind, _DEFAULTS, spec)
        check_whole(full, {"window_bars": (1, 4096)})
        check_tempo(full)
        check_share(full, "at_ends")
        check_choice(full, "other_meters", ("refuse", "cut", "pad"))
        self.spec = full
        self.parts = parts(full["parts"])
        self.drum_parts = tuple(number for number, part in enumerate(self.parts) if part.is_drum)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of an item: bars, steps of a bar, parts. Items are notes, as many as there are."""
        return (self.spec["window_bars"], BAR_STEPS, len(self.parts))

    def encode(self, piece: ScoreTick) -> Rows:
        """The whole piece, shape (notes, 5); `encode_columns` also says what was lost."""
        return self.encode_columns(from_score(piece))[0]

    def encode_columns(self, columns: Columns) -> tuple[Rows, Losses]:
        """As `encode`, from columns, with what was lost.

        Raises
        ------
        RepresentationError
            No note is left to encode, or the piece has another meter and ``other_meters`` is "refuse".
        """
        encoded, losses = self.encoded(columns)
        return encoded.rows, losses

    def encoded(self, columns: Columns) -> tuple[Encoded, Losses]:
        """The notes of a piece, its bars and its tempo; raises as `encode_columns` does."""
        encoded, losses, _ = self._encoded(columns)
        return encoded, losses

    def numbered(self, columns: Columns) -> tuple[Encoded, Ints]:
        """As `encoded`, and for each note of the piece the number of its row; -1 where it is left out."""
        encoded, _, rows = self._encoded(columns)
        known, wanted = (one[:, (ONSET, PART, PITCH)] @ _KEY for one in (encoded.rows, rows))
        order = np.argsort(known)
        place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
        number = order[place]
        return encoded, np.where(known[number] == wanted, number, -1)

    def _encoded(self, columns: Columns) -> tuple[Encoded, Losses, Rows]:
        """Rows in order, what was lost, and the rows of all notes of the piece; of those left out part is -1."""
        found, moved = sections(columns.about, _STEPS_PER_BEAT)
        if self.spec["other_meters"] == "refuse":
            self._check_meters(found)
        onset, tpq = columns.notes["onset"].astype(np.int64), columns.about["tpq"]
        is_drum = drum_notes(columns)
        start = quantised(onset, tpq, _STEPS_PER_BEAT)
        stop = np.maximum(quantised(onset + columns.notes["duration"], tpq, _STEPS_PER_BEAT), start + 1)
        placed, bars, fits = self._placed(start, int(stop.max(initial=0)), found)
        part = np.array(columns_of(columns.about["tracks"], self.parts) or [-1])[columns.notes["track"]]
        kept = (part >= 0) & fits
        if not kept.any():
            raise RepresentationError(f"no note to encode, of {len(columns)} in the piece", self.kind)
        rows = np.empty((len(columns), 5), np.int64)
        rows[:, ONSET], rows[:, LENGTH] = placed, np.where(is_drum, 1, stop - start)
        rows[:, PITCH], rows[:, PART] = columns.notes["pitch"], np.where(kept, part, -1)
        rows[:, VELOCITY] = np.maximum(columns.notes["velocity"], 1)
        ordered = in_order(rows[kept])
        losses = Losses(
            notes=len(columns),
            drums=int(((part < 0) & is_drum).sum()),
            dropped=int(((part < 0) & ~is_drum).sum()),
            other_meter=int(((part >= 0) & ~fits).sum()),
            merged=int(kept.sum()) - len(ordered),
            meters_moved=moved,
        )
        return Encoded(ordered, max(bars, 1), _tempo_bpm(columns)), losses, rows

    def _placed(self, start: Ints, end: int, found: Sequence[Section]) -> tuple[Ints, int, NDArray[np.bool_]]:
        """Where notes begin in bars of 4/4, how many bars there are, and which notes lie in one."""
        if self.spec["other_meters"] == "pad":
            return *laid(start, found, end), np.ones(len(start), np.bool_)
        begin = np.array([section.step for section in found])
        fits = np.array([section.meter == _METER for section in found])
        length = np.diff(np.append(begin, max(end, int(begin[-1]))))
        bars = np.where(fits, -(-length // BAR_STEPS), 0)
        moved_by = (np.cumsum(bars) - bars) * BAR_STEPS - begin
        section = np.searchsorted(begin, start, side="right") - 1
        return start + moved_by[section], int(bars.sum()), np.asarray(fits[section])

    def decode(self, array: NDArray[np.generic], tempo_bpm: float | None = None) -> ScoreTick:
        """A piece that encodes to these rows.

        Parameters
        ----------
        array
            Shape (notes, 5).
        tempo_bpm
            Quarters a minute; the representation's where it is left out.

        Returns
        -------
        A score with a track for each part that sounds, in their order; 120 ticks a step. Where other meters are padded
        and no bar has a note in its last beat, it is in 3/4.

        Raises
        ------
        RepresentationError
            The array has another shape, or numbers that no note has.
        """
        rows = self._checked(array)
        beats = beats_of(rows) if self.spec["other_meters"] == "pad" else _METER[0]
        sounding = np.unique(rows[:, PART])
        track = np.searchsorted(sounding, rows[:, PART])
        rows, track = (
            each[np.lexsort([rows[:, LENGTH], rows[:, PITCH], rows[:, ONSET], track])] for each in (rows, track)
        )
        notes = {
            "onset": closed(rows[:, ONSET], beats) * _TICKS_PER_STEP,
            "duration": rows[:, LENGTH] * _TICKS_PER_STEP,
            "pitch": rows[:, PITCH],
            "velocity": rows[:, VELOCITY],
            "track": track,
        }
        used = [self.parts[number] for number in sounding]
        about = {
            "tpq": _TICKS_PER_STEP * _STEPS_PER_BEAT,
            "tracks": [[part.name, part.programs[0] if part.programs else 0, part.is_drum] for part in used],
            "tempos": [[0, round(6e7 / (tempo_bpm or self.spec["tempo_bpm"]))]],
            "meters": [[0, beats, _METER[1]]],
            "keys": [],
        }
        return to_score(Columns(notes, about))

    def prepare(self, pieces: Sequence[Columns], augment: Augmentation) -> ExcerptItems:
        """Encode pieces and cut them into items."""
        augment.need(self.kind, ("velocity", "tempo"))
        found: list[Encoded] = []
        owners: list[int] = []
        refused: list[tuple[int, str]] = []
        losses = Losses()
        for number, piece in enumerate(pieces):
            try:
                encoded, lost = self.encoded(piece)
            except RepresentationError as error:
                refused.append((number, str(error)))
                continue
            found.append(encoded)
            owners.append(number)
            losses = losses + lost
        width = int(self.spec["window_bars"])
        return excerpts(found, owners, width, self.drum_parts, augment, self.spec["at_ends"], (losses, tuple(refused)))

    def _check_meters(self, found: Sequence[Any]) -> None:
        other = next((section for section in found if section.meter != _METER), None)
        if other is not None:
            text = f"the meter is {other.meter[0]}/{other.meter[1]}, not 4/4"
            where = f"quarter {other.step / _STEPS_PER_BEAT:g}"
            raise RepresentationError(text, where, 'Use other_meters="cut" to leave such bars out.')

    def _checked(self, array: NDArray[np.generic]) -> Rows:
        rows = np.asarray(array)
        if rows.ndim != 2 or rows.shape[1] != 5:
            given = "x".join(map(str, rows.shape))
            raise RepresentationError(f"cannot decode an array of {given}", self.kind, "It must be notesx5.")
        lowest, highest = [0, 1, 0, 1, 0], [np.inf, np.inf, 127, 127, len(self.parts) - 1]
        if not ((rows >= lowest) & (rows <= highest)).all():
            raise RepresentationError("a number is none that a note has", self.kind, "See `parts.rows`.")
        return rows.astype(np.int64)


def _tempo_bpm(columns: Columns) -> float:
    """The mean over the time from the beginning to the last note."""
    end = max(columns.end_tick, 1)
    return float(6e7 * end / max(float(ticks_mspq(end, columns.about)), 1.0))
