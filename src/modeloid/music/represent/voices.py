"""Voices on a grid: what each voice does at each step: it starts a pitch, holds it, or rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns, from_score, to_score
from ..errors import RepresentationError
from ..losses import Losses
from .arguments import check_choice, check_pitches, check_tempo, check_whole, filled
from .assign import NOBODY, by_skyline, by_track
from .augment import Augmentation
from .bars import drum_notes, quantised
from .fill import runs
from .voice_windows import FIRST, HOLD, VoiceWindows, cut

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_TICKS_PER_STEP = 120
_VELOCITY = 80
_DEFAULTS = {
    "steps_per_beat": 4,
    "window_steps": 64,
    "voices": 4,
    "low": 36,
    "high": 84,
    "assign": "auto",
    "tempo_bpm": 96,
}


class Voices:
    """A fixed number of voices, each one note at a time: 0 rests, 1 holds, 2 + pitch - low starts.

    A piece with as many pitched tracks as there are voices has one voice a track (from high to low by mean pitch);
    another has its notes dealt out from high to low, see `assign.by_skyline`.

    Lost by design: velocities, programs, tempi and meters; onsets and ends finer than a step (each rounded half up, a
    note keeps at least one step). A voice's note ends where its next one starts (counted as shortened); of notes that
    start together on one voice the highest stays, and a note for which no voice is free is left out (counted as
    dropped), as are drums and notes out of range.

    Parameters
    ----------
    spec
        ``kind`` "voices"; ``steps_per_beat`` (1 to 96) steps a quarter; ``window_steps`` (1 to 65536) the length of an
        item; ``voices`` (1 to 16); ``low`` (inclusive) and ``high`` (exclusive) pitches; ``assign``: "auto" as said,
        "tracks" to refuse pieces with another number of tracks, "skyline" to deal out always; ``tempo_bpm`` (10 to 400)
        quarters a minute of decoded pieces.

    Raises
    ------
    RepresentationError
        Unknown key or word, or a value out of range.
    """

    kind = "voices"

    def __init__(self, spec: Mapping[str, Any]) -> None:
        full = filled(self.kind, _DEFAULTS, spec)
        check_whole(full, {"steps_per_beat": (1, 96), "window_steps": (1, 65_536), "voices": (1, 16)})
        check_pitches(full)
        check_tempo(full)
        check_choice(full, "assign", ("auto", "tracks", "skyline"))
        self.spec = full
        self.low, self.high, self.voices = int(full["low"]), int(full["high"]), int(full["voices"])

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one window: (window_steps, voices)."""
        return (self.spec["window_steps"], self.voices)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return FIRST + self.high - self.low

    def vocabulary(self) -> list[str]:
        """The name of every number."""
        return ["Rest", "Hold", *[f"Pitch_{pitch}" for pitch in range(self.low, self.high)]]

    def encode(self, piece: ScoreTick) -> NDArray[np.uint8]:
        """The whole piece, shape (steps, voices), voice 0 the highest; `encode_columns` also says what was lost."""
        return self.encode_columns(from_score(piece))[0]

    def encode_columns(self, columns: Columns) -> tuple[NDArray[np.uint8], Losses]:
        """As `encode`, from columns, with what was lost.

        Raises
        ------
        RepresentationError
            No note is left to encode, or ``assign`` is "tracks" and the piece has another number of them.
        """
        is_drum = drum_notes(columns)
        pitch = columns.notes["pitch"].astype(np.int64)
        kept = (pitch >= self.low) & (pitch < self.high) & ~is_drum
        if not kept.any():
            raise RepresentationError(f"no note to encode, of {len(columns)} in the piece", self.kind)
        onset, tpq = columns.notes["onset"][kept].astype(np.int64), columns.about["tpq"]
        start = quantised(onset, tpq, self.spec["steps_per_beat"])
        stop = quantised(onset + columns.notes["duration"][kept], tpq, self.spec["steps_per_beat"])
        stop, pitch = np.maximum(stop, start + 1), pitch[kept]
        voice = self._assigned(start, stop, pitch, columns.notes["track"][kept].astype(np.int64))
        array, dropped, shortened = _written(start, stop, pitch - self.low + FIRST, voice, self.voices)
        drums = int(is_drum.sum())
        out = len(columns) - drums - int(kept.sum())
        return array, Losses(len(columns), out, drums, dropped=dropped, shortened=shortened)

    def decode(self, array: NDArray[np.generic]) -> ScoreTick:
        """A piece of one piano track a voice; a hold with nothing before it is a rest.

        Parameters
        ----------
        array
            Shape (steps, voices), whole numbers from 0 to ``size - 1``.

        Returns
        -------
        A score of as many tracks as there are voices, velocity 80, at ``tempo_bpm``; 120 ticks a step.

        Raises
        ------
        RepresentationError
            The array has another shape or other numbers.
        """
        tokens = np.asarray(array)
        if tokens.ndim != 2 or tokens.shape[1] != self.voices:
            given = "x".join(map(str, tokens.shape))
            raise RepresentationError(
                f"cannot decode an array of {given}", self.kind, f"It must be stepsx{self.voices}."
            )
        if tokens.size and not 0 <= tokens.min() <= tokens.max() < self.size:
            text = f"numbers lie in {tokens.min()} to {tokens.max()}"
            raise RepresentationError(text, self.kind, f"They must lie in 0 to {self.size - 1}.")
        voice, first = np.nonzero(tokens.T >= FIRST)
        # a note ends at the next step that does not hold it
        ends = np.append(tokens != HOLD, np.ones((1, self.voices), np.bool_), axis=0)
        stop_voice, stop = np.nonzero(ends.T)
        flat_stop = stop_voice * (len(tokens) + 1) + stop
        behind = np.searchsorted(flat_stop, voice * (len(tokens) + 1) + first, side="right")
        notes = {
            "onset": first * _TICKS_PER_STEP,
            "duration": (stop[behind] - first) * _TICKS_PER_STEP,
            "pitch": tokens[first, voice].astype(np.int64) - FIRST + self.low,
            "velocity": np.full(len(first), _VELOCITY),
            "track": voice,
        }
        about = {
            "tpq": _TICKS_PER_STEP * self.spec["steps_per_beat"],
            "tracks": [[f"voice {v + 1}", 0, False] for v in range(self.voices)],
            "tempos": [[0, round(6e7 / self.spec["tempo_bpm"])]],
            "meters": [[0, 4, 4]],
            "keys": [],
        }
        return to_score(Columns(notes, about))

    def prepare(self, pieces: Sequence[Columns], augment: Augmentation) -> VoiceWindows:
        """Encode pieces and cut them into items.

        Raises
        ------
        RepresentationError
            Velocity or tempo is to be varied: voices have none.
        """
        augment.need(self.kind)
        arrays, refused, losses = [], [], Losses()
        for number, piece in enumerate(pieces):
            try:
                array, lost = self.encode_columns(piece)
                arrays.append(array)
                losses = losses + lost
            except RepresentationError as error:
                refused.append((number, str(error)))
        owners = sorted(set(range(len(pieces))) - {number for number, _ in refused})
        return cut(arrays, owners, (losses, tuple(refused)), self, augment)

    def _assigned(
        self, start: NDArray[np.int64], stop: NDArray[np.int64], pitch: NDArray[np.int64], track: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        voice = None if self.spec["assign"] == "skyline" else by_track(track, pitch, self.voices)
        if voice is None and self.spec["assign"] == "tracks":
            text = f"the piece has {len(np.unique(track))} tracks for {self.voices} voices"
            raise RepresentationError(text, self.kind, 'Use assign="auto" to deal its notes out.')
        return by_skyline(start, stop, pitch, self.voices) if voice is None else voice


def _written(
    start: NDArray[np.int64], stop: NDArray[np.int64], token: NDArray[np.int64], voice: NDArray[np.int64], voices: int
) -> tuple[NDArray[np.uint8], int, int]:
    """The array, and how many notes were dropped and shortened."""
    array = np.zeros((int(stop.max()), voices), np.uint8)
    order = np.lexsort([-token, start, voice])
    sung = voice[order] != NOBODY
    order, dropped = order[sung], int((~sung).sum())
    start, stop, token, voice = start[order], stop[order], token[order], voice[order]
    stays = np.append(True, (np.diff(voice) != 0) | (np.diff(start) != 0))[: len(start)]
    dropped += int((~stays).sum())
    start, stop, token, voice = start[stays], stop[stays], token[stays], voice[stays]
    following = np.where(np.append(voice[1:] == voice[:-1], False), np.append(start[1:], 0), len(array))
    shortened = int((stop > following).sum())
    first = start * voices + voice
    array.ravel()[runs(first, np.minimum(stop, following) - start, voices)] = HOLD
    array.ravel()[first] = token
    return array, dropped, shortened
