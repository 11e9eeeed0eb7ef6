"""The binary piano roll: time steps x pitches, on or off, optionally with a channel of onsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns, from_score, to_score
from ..errors import RepresentationError
from ..losses import Losses
from ..windows import Windows, cut
from .arguments import check_flag, check_pitches, check_tempo, check_whole, filled
from .augment import Augmentation
from .bars import drum_notes, quantised
from .fill import runs
from .whole_rolls import WholeRolls, whole

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_TICKS_PER_STEP = 120
_VELOCITY = 80
_DEFAULTS = {
    "steps_per_beat": 4,
    "window_steps": 64,
    "low": 21,
    "high": 109,
    "tempo_bpm": 96,
    "onset": False,
    "whole": False,
}


class Roll:
    """A binary piano roll.

    Lost by design: velocities, tracks, programs, tempi and meters; onsets and ends finer than a step (each is rounded
    to the nearest one, a note keeps at least one step); drums and notes out of range, which are dropped and counted;
    and, unless `onset` is set, the border between notes of one pitch that touch: they merge into one.

    Parameters
    ----------
    spec
        ``kind`` "roll"; ``steps_per_beat`` (1 to 96) steps a quarter; ``window_steps`` (1 to 65536) the length of an
        item; ``low`` (inclusive) and ``high`` (exclusive) pitches, 0 to 128; ``tempo_bpm`` (10 to 400) quarters a
        minute of decoded pieces; ``onset``: a second channel says where notes start; ``whole``: items keep their
        piece's bounds, in valid and test they are whole pieces, and a batch says how long each is (see
        `whole_rolls.Rolls`); ``window_steps`` is then the most that is learned from at once.

    Raises
    ------
    RepresentationError
        Unknown key or a value out of range.
    """

    kind = "roll"

    def __init__(self, spec: Mapping[str, Any]) -> None:
        full = filled(self.kind, _DEFAULTS, spec)
        check_whole(full, {"steps_per_beat": (1, 96), "window_steps": (1, 65_536)})
        check_pitches(full)
        check_tempo(full)
        check_flag(full, "onset")
        check_flag(full, "whole")
        self.spec = full
        self.steps_per_beat: int = full["steps_per_beat"]
        self.window_steps: int = full["window_steps"]
        self.low: int = full["low"]
        self.high: int = full["high"]
        self.onset: bool = full["onset"]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one window: (window_steps, pitches), and (…, 2) with onsets."""
        return (self.window_steps, self.high - self.low) + ((2,) if self.onset else ())

    def encode(self, piece: ScoreTick) -> NDArray[np.uint8]:
        """The whole piece as a roll; `encode_columns` also says what was lost.

        Returns
        -------
        Shape (steps, pitches), uint8 of 0 and 1; (steps, pitches, 2) with onsets: channel 0 sounding, 1 starting.
        As many steps as the piece has, notes out of range counted.
        """
        return self.encode_columns(from_score(piece))[0]

    def encode_columns(self, columns: Columns) -> tuple[NDArray[np.uint8], Losses]:
        """As `encode`, from columns, with what was lost."""
        pitch = columns.notes["pitch"].astype(np.int64)
        is_drum = drum_notes(columns)
        in_range = (pitch >= self.low) & (pitch < self.high)
        kept = in_range & ~is_drum
        start, stop = self._steps(columns)
        steps, pitches = int(stop.max(initial=0)), self.high - self.low
        first = start[kept] * pitches + pitch[kept] - self.low
        frames = np.zeros((steps, pitches), np.uint8)
        frames.ravel()[runs(first, stop[kept] - start[kept], pitches)] = 1
        array = frames
        if self.onset:
            onsets = np.zeros_like(frames)
            onsets.ravel()[first] = 1
            array = np.stack([frames, onsets], axis=-1)
        told_apart = int(np.count_nonzero(self._starts(array)))
        drums, out = int(is_drum.sum()), int((~in_range & ~is_drum).sum())
        return array, Losses(len(columns), out, drums, len(first) - told_apart)

    def prepare(self, pieces: Sequence[Columns], augment: Augmentation) -> Windows | WholeRolls:
        """Encode pieces and cut them into items, each a view of a roll that holds every permitted transposition.

        Raises
        ------
        RepresentationError
            Velocity or tempo is to be varied: a binary roll has none.
        """
        augment.need(self.kind)
        encoded = [self.encode_columns(piece) for piece in pieces]
        rolls = [roll for roll, _ in encoded]
        losses = sum((losses for _, losses in encoded), Losses())
        if self.spec["whole"]:
            return whole(rolls, self.window_steps, augment, losses)
        if augment.transpose != (0, 0):
            rolls = [self._widened(piece, *augment.transpose) for piece in pieces]
        return replace(cut(rolls, self.shape, self.steps_per_beat), losses=losses)

    def _widened(self, piece: Columns, lowest: int, highest: int) -> NDArray[np.uint8]:
        """A roll that holds every permitted transposition; the first columns are those of the highest shift."""
        low, high = self.low - highest, self.high - lowest
        roll, _ = Roll(self.spec | {"low": max(0, low), "high": min(128, high)}).encode_columns(piece)
        margins = [(0, 0), (max(0, -low), max(0, high - 128))] + [(0, 0)] * (roll.ndim - 2)
        return np.pad(roll, margins)

    def decode(self, array: NDArray[np.generic]) -> ScoreTick:
        """A piece of one track that encodes to this roll.

        Parameters
        ----------
        array
            Shape (steps, pitches) or, with onsets, (steps, pitches, 2); any type, zero is off. An onset where
            nothing sounds is ignored.

        Returns
        -------
        A score with one piano track, velocity 80, at ``tempo_bpm``; 120 ticks a step.

        Raises
        ------
        RepresentationError
            The array has another shape.
        """
        on = np.asarray(array) != 0
        if on.shape[1:] != self.shape[1:]:
            given, wanted = "x".join(map(str, on.shape)), "x".join(["steps", *map(str, self.shape[1:])])
            raise RepresentationError(f"cannot decode an array of {given}", "roll", f"It must be {wanted}.")
        starts = self._starts(on)
        frames = on[..., 0] if self.onset else on
        # a note ends where the next step is silent or starts anew
        ends = frames & ~np.concatenate([frames[1:] & ~starts[1:], np.zeros_like(frames[:1])])
        pitch, first = np.nonzero(starts.T)
        _, last = np.nonzero(ends.T)
        about = {
            "tpq": _TICKS_PER_STEP * self.steps_per_beat,
            "tracks": [["piano", 0, False]],
            "tempos": [[0, round(6e7 / self.spec["tempo_bpm"])]],
            "meters": [[0, 4, 4]],
            "keys": [],
        }
        return to_score(Columns(self._notes(first, last + 1 - first, pitch), about))

    def _starts(self, array: NDArray[np.generic]) -> NDArray[np.bool_]:
        """Where decoding starts a note."""
        on = np.asarray(array) != 0
        frames = on[..., 0] if self.onset else on
        rises = frames & ~np.concatenate([np.zeros_like(frames[:1]), frames[:-1]])
        return np.asarray(rises | (frames & on[..., 1]) if self.onset else rises)

    def _steps(self, columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First step and the one behind the last, rounded half up in whole numbers."""
        tpq, onset = columns.about["tpq"], columns.notes["onset"].astype(np.int64)
        start = quantised(onset, tpq, self.steps_per_beat)
        stop = quantised(onset + columns.notes["duration"], tpq, self.steps_per_beat)
        return start, np.maximum(stop, start + 1)

    def _notes(
        self, first: NDArray[np.int64], steps: NDArray[np.int64], pitch: NDArray[np.int64]
    ) -> dict[str, NDArray[Any]]:
        order = np.lexsort([pitch, first])
        return {
            "onset": first[order] * _TICKS_PER_STEP,
            "duration": steps[order] * _TICKS_PER_STEP,
            "pitch": pitch[order] + self.low,
            "velocity": np.full(len(order), _VELOCITY),
            "track": np.zeros(len(order), np.int64),
        }
