"""Notes one after another, as soon as each is known, from a piece that is still being made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .grammar import PAD, Grammar, Limits
from .walk import Walk

if TYPE_CHECKING:
    from modeloid.music.represent.events import Events

_USUAL_BPM = 120.0


@dataclass(frozen=True)
class StreamedNote:
    """A note of a stream; they come in the order of their onsets.

    The stream cannot know what comes: notes of one track and pitch may overlap, which `sample` cuts in a whole piece
    (see `apart`); there may so be more notes here, and longer ones.

    Parameters
    ----------
    onset_beats, duration_beats
        In quarters; onsets from the beginning of the piece.
    pitch, velocity
        As in MIDI; the pitch of a drum is its kind.
    program
        0 to 127; 0 of drums.
    is_drum
        Whether it is on a drum track.
    tempo_bpm
        Quarters a minute at its onset.
    """

    onset_beats: float
    duration_beats: float
    pitch: int
    velocity: int
    program: int
    is_drum: bool
    tempo_bpm: float


class Ear:
    """Hears the notes of a growing row of tokens that keeps the grammar, as the representation decodes them.

    Parameters
    ----------
    coder
        The representation.
    """

    def __init__(self, coder: Events) -> None:
        self._coder = coder
        self._walk = Walk(Grammar(coder, Limits(np.ones(coder.known.size, np.bool_))))
        self._tempo_bpm = _USUAL_BPM
        self._program = PAD

    def heard(self, tokens: Sequence[int]) -> Iterator[StreamedNote]:
        """The notes that are complete by now and were not at the last call."""
        known, kinds = self._coder.known, self._walk.grammar.kinds
        for token in tokens[len(self._walk.tokens) :]:
            self._walk.take(token)
            kind = kinds[token]
            if kind == "Tempo":
                self._tempo_bpm = float(known.tempos[token - known["Tempo"].first])
            elif kind == "Program":
                self._program = token
            elif kind == "Duration":
                yield self._note()

    def _note(self) -> StreamedNote:
        known = self._coder.known
        size = 2 + bool(known["Velocity"].size)
        columns = self._coder.decode_columns(np.array([self._program, *self._walk.tokens[-size:]]))
        note = {name: int(values[0]) for name, values in columns.notes.items()}
        _, program, is_drum = columns.about["tracks"][0]
        onset_beats = self._walk.step / known.steps_per_beat
        duration_beats = note["duration"] / columns.about["tpq"]
        return StreamedNote(
            onset_beats, duration_beats, note["pitch"], note["velocity"], program, is_drum, self._tempo_bpm
        )
