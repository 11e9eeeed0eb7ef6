"""Voices as pitches on a grid: what each voice sounds at each step; a note held and one struck again are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns, from_score, to_score
from ..errors import RepresentationError
from ..losses import Losses
from .arguments import check_tempo, check_whole, filled
from .augment import Augmentation
from .bars import drum_notes
from .voice_windows import FIRST, HOLD
from .voices import Voices
from .whole_grids import SILENT, WholeGrids, whole_grids

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_TICKS_PER_STEP = 120
_VELOCITY = 80
_CHOIR = 52
_FOUR = ("Soprano", "Alto", "Tenor", "Bass")
_DEFAULTS = {
    "steps_per_beat": 4,
    "window_steps": 256,
    "voices": 4,
    "low": 36,
    "high": 84,
    "assign": "auto",
    "tempo_bpm": 72,
}


class Grid:
    """A fixed number of voices, each with one pitch or silence at each step: 0 is silent, 1 + pitch - low sounds.

    Items keep their piece's bounds: in valid and test they are whole pieces, and a batch says how long each is (see
    `whole_grids.Grids`). Which track is which voice is said by the names that `decode` gives, where all tracks have
    them, else as in `voices.Voices`.

    Lost by design: what `voices.Voices` loses, and the border between notes of one pitch that touch: they are one.

    Parameters
    ----------
    spec
        ``kind`` "grid"; ``window_steps`` (1 to 65536) the most that is learned from at once; ``steps_per_beat``,
        ``voices``, ``low``, ``high``, ``assign``, ``tempo_bpm`` as those of `voices.Voices`.

    Raises
    ------
    RepresentationError
        Unknown key or word, or a value out of range.
    """

    kind = "grid"

    def __init__(self, spec: Mapping[str, Any]) -> None:
        full = filled(self.kind, _DEFAULTS, spec)
        check_whole(full, {"steps_per_beat": (1, 96), "window_steps": (1, 65_536), "voices": (1, 16)})
        check_tempo(full)
        self._all = Voices({**full, "kind": "voices"})
        self._one = Voices({**full, "kind": "voices", "voices": 1, "assign": "skyline"})
        self.spec = full
        self.low, self.high, self.voices = int(full["low"]), int(full["high"]), int(full["voices"])

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the longest item that is learned from: (window_steps, voices)."""
        return (self.spec["window_steps"], self.voices)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return 1 + self.high - self.low

    @property
    def names(self) -> tuple[str, ...]:
        """What the voices are called, the highest first."""
        return _FOUR if self.voices == len(_FOUR) else tuple(f"Voice {voice + 1}" for voice in range(self.voices))

    def encode(self, piece: ScoreTick) -> NDArray[np.uint8]:
        """The whole piece, shape (steps, voices), voice 0 the highest; `encode_columns` also says what was lost."""
        return self.encode_columns(from_score(piece))[0]

    def encode_columns(self, columns: Columns) -> tuple[NDArray[np.uint8], Losses]:
        """As `encode`, from columns, with what was lost.

        Raises
        ------
        RepresentationError
            As `voices.Voices.encode_columns`.
        """
        named = self._named(columns)
        if named is not None:
            return self.encode_tracks(columns, named)
        tokens, losses = self._all.encode_columns(columns)
        return _sounding(tokens), losses

    def encode_tracks(self, columns: Columns, voice_of_track: Mapping[int, int]) -> tuple[NDArray[np.uint8], Losses]:
        """As `encode_columns`, each of some tracks as the voice that is said; other tracks are left out, not counted.

        Raises
        ------
        RepresentationError
            No note is left to encode.
        """
        array, losses = np.full((0, self.voices), SILENT, np.uint8), Losses()
        for track, voice in voice_of_track.items():
            alone = _only(columns, track)
            if not len(alone):
                continue
            tokens, lost = self._one.encode_columns(alone)
            losses = losses + lost
            array = np.pad(array, [(0, max(0, len(tokens) - len(array))), (0, 0)])
            array[: len(tokens), voice] = _sounding(tokens)[:, 0]
        if not len(array):
            raise RepresentationError("no note to encode", self.kind, "Name tracks that hold some.")
        return array, losses

    def decode(self, array: NDArray[np.generic]) -> ScoreTick:
        """A piece of one track a voice, called by `names`; each run of steps with one pitch is one note.

        Parameters
        ----------
        array
            Shape (steps, voices), whole numbers from 0 to ``size - 1``.

        Returns
        -------
        A score sung by choirs, velocity 80, at ``tempo_bpm``; 120 ticks a step.

        Raises
        ------
        RepresentationError
            The array has another shape or other numbers.
        """
        cells = self._checked(array)
        begins = np.diff(cells, axis=0, prepend=-1) != 0
        voice, first = np.nonzero(begins.T)
        last_of_voice = np.append(voice[1:] != voice[:-1], True)[: len(voice)]
        stop = np.where(last_of_voice, len(cells), np.append(first[1:], 0)[: len(first)])
        value = cells[first, voice]
        notes = {
            "onset": first * _TICKS_PER_STEP,
            "duration": (stop - first) * _TICKS_PER_STEP,
            "pitch": value - 1 + self.low,
            "velocity": np.full(len(first), _VELOCITY),
            "track": voice,
        }
        about = {
            "tpq": _TICKS_PER_STEP * self.spec["steps_per_beat"],
            "tracks": [[name, _CHOIR, False] for name in self.names],
            "tempos": [[0, round(6e7 / self.spec["tempo_bpm"])]],
            "meters": [[0, 4, 4]],
            "keys": [],
        }
        return to_score(Columns({name: column[value != SILENT] for name, column in notes.items()}, about))

    def prepare(self, pieces: Sequence[Columns], augment: Augmentation) -> WholeGrids:
        """Encode pieces and cut them into items; transposed, no voice leaves the range it has in all of the pieces.

        Raises
        ------
        RepresentationError
            Velocity or tempo is to be varied: a grid has none.
        """
        augment.need(self.kind)
        grids: list[NDArray[np.uint8]] = []
        refused: list[tuple[int, str]] = []
        losses = Losses()
        for number, piece in enumerate(pieces):
            try:
                grid, lost = self.encode_columns(piece)
                losses = losses + lost
            except RepresentationError as error:
                grid = np.full((1, self.voices), SILENT, np.uint8)
                refused.append((number, str(error)))
            grids.append(grid)
        return whole_grids(grids, self.spec["window_steps"], augment, (losses, tuple(refused)))

    def _named(self, columns: Columns) -> dict[int, int] | None:
        """The voice of each track, where the tracks with notes are all called as voices are, each name once."""
        names = [str(track[0]) for track in columns.about["tracks"]]
        used = sorted(set(columns.notes["track"][~drum_notes(columns)].tolist()))
        called = [names[track] for track in used]
        if not used or len(set(called)) < len(called) or not set(called) <= set(self.names):
            return None
        return {track: self.names.index(names[track]) for track in used}

    def _checked(self, array: NDArray[np.generic]) -> NDArray[np.int64]:
        cells = np.asarray(array)
        if cells.ndim != 2 or cells.shape[1] != self.voices:
            given = "x".join(map(str, cells.shape))
            raise RepresentationError(
                f"cannot decode an array of {given}", self.kind, f"It must be stepsx{self.voices}."
            )
        if cells.size and not 0 <= cells.min() <= cells.max() < self.size:
            text = f"numbers lie in {cells.min()} to {cells.max()}"
            raise RepresentationError(text, self.kind, f"They must lie in 0 to {self.size - 1}.")
        return cells.astype(np.int64)


def _only(columns: Columns, track: int) -> Columns:
    mine = columns.notes["track"] == track
    return Columns({name: column[mine] for name, column in columns.notes.items()}, columns.about)


def _sounding(tokens: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The pitch that sounds instead of each hold; pitches count from 1."""
    mark = np.maximum.accumulate(np.where(tokens != HOLD, np.arange(len(tokens))[:, None], 0), axis=0)
    found = np.take_along_axis(tokens, mark, axis=0)
    return np.where(found >= FIRST, found - (FIRST - 1), SILENT).astype(np.uint8)
