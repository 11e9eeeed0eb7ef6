"""Notes to sound by a soundfont, in numpy: every pitch of an instrument is made once, and then laid in note by note.

symusic's own synthesiser is not used: with the common free fonts it plays wrong pitches (it knows no overriding root
key, SoundFont 2.04 section 8.1.3) and every velocity equally loud.

What is rendered: key and velocity ranges, tuning, loops, the volume envelope, pan, attenuation, exclusive classes, the
sustain pedal, and channel volume, expression and pan as they stand at a track's first note. The low-pass filter stands
still halfway through its envelope. Left out: vibrato, pitch bends, reverb, chorus.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from .bank import Bank
from .envelope import FADE_FRAMES, SILENT_DB, Wave, audible_frames, fallen_db
from .tones import Tones
from .voices import Voice, voices

if TYPE_CHECKING:
    from symusic.core import ScoreSecond, ScoreTick

_CENTRE = 0.02
_FAINT = 1e-6
_FADE = np.linspace(1, 0, FADE_FRAMES, dtype=np.float32)


class _Part(NamedTuple):
    """How much of a voice is heard: `frames` in all, from frame `held` on released; and from which frames on."""

    voice: Voice
    held: int
    frames: int
    starts: list[int]


class Synthesiser:
    """Renders pieces; what it has made for one it keeps for the next.

    Parameters
    ----------
    font
        A .sf2 or .sf3 file; .sf3 needs soundfile.
    rate_hz
        Frames a second.

    Raises
    ------
    MusicError
        The file is no soundfont.
    """

    def __init__(self, font: Path, rate_hz: int = 44_100) -> None:
        self.rate_hz = rate_hz
        self._bank = Bank(font)
        self._tones = Tones(self._bank, rate_hz)
        self._tails: dict[float, Wave] = {}

    def render(self, piece: ScoreTick, frames: int) -> NDArray[np.float32]:
        """The first `frames` of a piece, shape (2, frames), not normalised; notes that sound on at the end are cut."""
        parts = self._parts(cast("ScoreSecond", piece.to("second")))
        mix = _Mix(frames)
        room = np.empty(max((part.frames for part in parts), default=0), np.float32)
        for part in parts:
            self._lay(part, room, mix)
        self._tones.forget()
        return mix.stereo()

    def _parts(self, piece: ScoreSecond) -> list[_Part]:
        """All voices of a piece, equal ones once, as far as they lie within `SILENT_DB` of the loudest."""
        found: dict[Voice, list[int]] = {}
        for track in piece.tracks:
            zones = self._bank.zones(track.program, track.is_drum)
            for voice, start in voices(track, zones, self.rate_hz):
                found.setdefault(voice, []).append(start)
        loudest = max((voice.gain for voice in found), default=0.0)
        return [self._part(voice, starts, loudest) for voice, starts in found.items()]

    def _part(self, voice: Voice, starts: list[int], loudest: float) -> _Part:
        span_db = SILENT_DB + 20 * math.log10(voice.gain / loudest) if voice.gain > 0 else 0.0
        left_db = span_db - fallen_db(voice.zone, voice.held, self.rate_hz)
        if left_db <= 0:
            frames = min(voice.held, int(audible_frames(voice.zone, span_db, self.rate_hz)))
            return _Part(voice, frames, frames, starts)
        tail = min(len(self._tail(voice.release_s)), math.ceil(voice.release_s * left_db / 100 * self.rate_hz))
        return _Part(voice, voice.held, voice.held + tail, starts)

    def _lay(self, part: _Part, room: Wave, mix: _Mix) -> None:
        voice, held, frames, starts = part
        left, wider = _sides(voice.pan)
        note = self._tones.play(voice.zone, voice.key, room[:frames])
        note *= np.float32(voice.gain * (left or wider))
        released = note[held:]
        if len(released):
            released *= self._tail(voice.release_s)[: len(released)]
        if frames == len(note) and frames >= len(_FADE):
            note[-len(_FADE) :] *= _FADE
        if left:
            mix.add_left(note, starts)
        if wider:
            if left:
                note *= np.float32(wider / left)
            mix.add_wider(note, starts)

    def _tail(self, release_s: float) -> Wave:
        if release_s not in self._tails:
            release_frames = release_s * self.rate_hz
            time = np.arange(math.ceil(release_frames * SILENT_DB / 100), dtype=np.float32)
            # 100 dB are 5 powers of ten
            self._tails[release_s] = np.exp(time * np.float32(-5 * math.log(10) / release_frames))
        return self._tails[release_s]


class _Mix:
    """The sum of all voices, kept as the left side and what the right has more: what is in the middle is added once.

    Parameters
    ----------
    frames
        How long it is.
    """

    def __init__(self, frames: int) -> None:
        # written at once: memory that comes as zeros costs twice when it is first read and then written
        self._sides = np.empty((2, frames), np.float32)
        self._sides[0].fill(0)
        self._is_wide = False

    def add_left(self, note: Wave, starts: list[int]) -> None:
        """Lay a note in on both sides, at every start."""
        _add(self._sides[0], note, starts)

    def add_wider(self, note: Wave, starts: list[int]) -> None:
        """Lay in what the right side has more of it."""
        if not self._is_wide:
            self._sides[1].fill(0)
            self._is_wide = True
        _add(self._sides[1], note, starts)

    def stereo(self) -> NDArray[np.float32]:
        """Left and right."""
        if self._is_wide:
            self._sides[1] += self._sides[0]
        else:
            self._sides[1] = self._sides[0]
        return self._sides


def _sides(pan: float) -> tuple[float, float]:
    """How loud the left side is, and by how much the right side is louder; equal power."""
    if abs(pan) < _CENTRE:
        return math.sqrt(0.5), 0.0
    angle = (pan + 0.5) * math.pi / 2
    left, right = math.cos(angle), math.sin(angle)
    return (left if left > _FAINT else 0.0), right - left


def _add(total: Wave, note: Wave, starts: list[int]) -> None:
    for start in starts:
        part = total[start : start + len(note)]
        part += note[: len(part)]
