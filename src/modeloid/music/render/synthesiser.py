"""Notes to sound by a soundfont, in numpy: every pitch of an instrument is made once, and then laid in note by note.

symusic's own synthesiser is not used: with the common free fonts it plays wrong pitches (it knows no overriding root
key, SoundFont 2.04 section 8.1.3) and every velocity equally loud.

What is rendered: key and velocity ranges, tuning, loops, the volume envelope, pan, attenuation, exclusive classes, the
sustain pedal, and channel volume, expression and pan as they stand at a track's first note. The low-pass filter stands
still halfway through its envelope. Left out: vibrato, pitch bends, reverb, chorus.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from .bank import Bank, Zone

if TYPE_CHECKING:
    from symusic.core import ScoreSecond, ScoreTick, TrackSecond

Wave = NDArray[np.float32]

_SILENT_DB = 60.0
"""What lies further below full scale is not rendered."""
_CUT_S = 0.015
"""The shortest release: a note that ends at once clicks."""
_OPEN = 0.3
"""A filter above so many cycles a frame changes nothing that can be heard."""
_FARTHEST_OCTAVES = 10
_CACHE_FRAMES = 64 * 2**20
"""What is kept between pieces: 256 MB at most."""
_CENTRE = 0.02


class _Voice(NamedTuple):
    """One zone that sounds for one note; `start` and `held` count frames."""

    zone: Zone
    key: int
    start: int
    held: int
    release_s: float
    gain: float
    pan: float


class _Made(NamedTuple):
    """A zone's sound at one key: as long as it was needed until now, and whether it can be longer."""

    wave: Wave
    ended: bool


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
        self._made: dict[tuple[Zone, int], _Made] = {}
        self._filtered: dict[tuple[int, int], tuple[Wave, int]] = {}
        self._tails: dict[float, Wave] = {}

    def render(self, piece: ScoreTick, frames: int) -> NDArray[np.float32]:
        """The first `frames` of a piece, shape (2, frames), not normalised; notes that sound on at the end are cut."""
        mix = _Mix(frames)
        for track in cast("ScoreSecond", piece.to("second")).tracks:
            voices = self._voices(track)
            needed: dict[tuple[Zone, int], int] = {}
            for voice in voices:
                sound = voice.zone, voice.key
                needed[sound] = max(needed.get(sound, 0), voice.held + len(self._tail(voice.release_s)))
            for voice in voices:
                self._lay(voice, needed[voice.zone, voice.key], mix)
        if sum(made.wave.size for made in self._made.values()) > _CACHE_FRAMES:
            self._made.clear()
            self._filtered.clear()
        return mix.stereo()

    def _voices(self, track: TrackSecond) -> list[_Voice]:
        """What sounds for each note, from the last note to the first: so what ends a note is known at its turn."""
        zones = self._bank.zones(track.program, track.is_drum)
        level, pan = _channel(track)
        chosen: dict[tuple[int, int], list[Zone]] = {}
        following: dict[int, int] = {}
        voices: list[_Voice] = []
        for start, held, key, velocity in _notes(track, self.rate_hz):
            if (key, velocity) not in chosen:
                chosen[key, velocity] = [zone for zone in zones if _covers(zone, key, velocity)]
            for zone in chosen[key, velocity]:
                gain = level * (velocity / 127) ** 2 * 10 ** (-zone.attenuation_db / 20)
                place = min(0.5, max(-0.5, zone.pan + pan))
                cut = following.get(zone.exclusive)
                if cut is None:
                    voices.append(_Voice(zone, key, start, held, max(_CUT_S, zone.release_s), gain, place))
                else:
                    voices.append(_Voice(zone, key, start, max(1, cut - start), _CUT_S, gain, place))
            following |= {zone.exclusive: start for zone in chosen[key, velocity] if zone.exclusive}
        return voices

    def _lay(self, voice: _Voice, frames: int, mix: _Mix) -> None:
        tail = self._tail(voice.release_s)
        held = voice.held
        note = self._wave(voice.zone, voice.key, frames)[: held + len(tail)] * np.float32(voice.gain)
        released = note[held:]
        released *= tail[: len(released)]
        mix.add(note, voice.start, voice.pan)

    def _tail(self, release_s: float) -> Wave:
        if release_s not in self._tails:
            time = np.arange(math.ceil(release_s * _SILENT_DB / 100 * self.rate_hz)) / (release_s * self.rate_hz)
            self._tails[release_s] = (10 ** (-5 * time)).astype(np.float32)
        return self._tails[release_s]

    def _wave(self, zone: Zone, key: int, frames: int) -> Wave:
        made = self._made.get((zone, key))
        if made is None or (len(made.wave) < frames and not made.ended):
            made = self._make(zone, key, frames)
            self._made[zone, key] = made
        return made.wave

    def _make(self, zone: Zone, key: int, frames: int) -> _Made:
        octaves = max(-_FARTHEST_OCTAVES, min(_FARTHEST_OCTAVES, (key - zone.root) * zone.key_cents / 1200))
        sample, rate_hz = self._sample(zone, octaves)
        if not len(sample):
            return _Made(np.zeros(1, np.float32), ended=True)
        step = rate_hz / self.rate_hz * 2**octaves
        last = len(sample) - 1 + zone.end_offset
        loop = zone.loop if zone.loop and 0 <= zone.loop[0] < zone.loop[1] <= len(sample) else None
        if loop is None:
            frames = min(frames, max(1, int((last - zone.start_offset) / step)))
        level = _envelope(zone, frames, self.rate_hz)
        place = np.arange(len(level), dtype=np.float64)
        place *= step
        place += zone.start_offset
        if loop is not None:
            start, end = loop
            sample = np.concatenate([sample[:end], sample[start : start + 1]])
            late = int(np.searchsorted(place, end))
            beyond = place[late:] - start
            place[late:] -= np.floor(beyond / (end - start)) * (end - start)
        index = np.clip(place, 0, len(sample) - 1).astype(np.int32)
        place -= index
        wave = sample[index]
        wave += (np.append(sample[1:], sample[-1:])[index] - wave) * place.astype(np.float32)
        wave *= level
        return _Made(wave, ended=len(level) < frames or loop is None)

    def _sample(self, zone: Zone, octaves: float) -> tuple[Wave, int]:
        """A sample through the filter, with what would fold back at this pitch taken out too."""
        cutoff_hz = 8.176 * 2 ** ((zone.cutoff_cents + zone.sweep_cents / 2) / 1200)
        raw, rate_hz = self._filtered.get((zone.sample, 0)) or self._bank.sample(zone.sample)
        self._filtered[zone.sample, 0] = raw, rate_hz
        cycles = min(cutoff_hz, 0.45 * self.rate_hz) / (rate_hz * 2**octaves)
        if cycles >= _OPEN:
            return raw, rate_hz
        # quarters of octaves: few enough to be kept, near enough not to be heard
        quarter = round(4 * math.log2(cycles))
        if (zone.sample, quarter) not in self._filtered:
            self._filtered[zone.sample, quarter] = _low_passed(raw, 2 ** (quarter / 4)), rate_hz
        return self._filtered[zone.sample, quarter]


class _Mix:
    """The sum of all voices; what is in the middle is added once and not twice."""

    def __init__(self, frames: int) -> None:
        self._sides = np.zeros((2, frames), np.float32)
        self._middle: Wave | None = None

    def add(self, note: Wave, start: int, pan: float) -> None:
        if abs(pan) < _CENTRE:
            if self._middle is None:
                self._middle = np.zeros(self._sides.shape[1], np.float32)
            _add(self._middle, note, start)
            return
        angle = (pan + 0.5) * math.pi / 2
        for side, part in zip(self._sides, (math.cos(angle), math.sin(angle)), strict=True):
            if part > 1e-3:
                _add(side, note if part > 0.999 else note * np.float32(part), start)

    def stereo(self) -> NDArray[np.float32]:
        if self._middle is not None:
            self._middle *= np.float32(math.sqrt(0.5))
            self._sides += self._middle
        return self._sides


def _add(total: Wave, note: Wave, start: int) -> None:
    part = total[start : start + len(note)]
    part += note[: len(part)]


def _covers(zone: Zone, key: int, velocity: int) -> bool:
    return zone.keys[0] <= key <= zone.keys[1] and zone.velocities[0] <= velocity <= zone.velocities[1]


def _notes(track: TrackSecond, rate_hz: int) -> Iterator[tuple[int, int, int, int]]:
    """Onset and length in frames, pitch and velocity, the last onset first.

    A note's end waits for the pedal, but not past the next onset of its pitch.
    """
    notes: dict[str, Any] = track.notes.numpy()
    order = np.lexsort((notes["pitch"], notes["time"]))
    onset_s, pitch = notes["time"][order].astype(np.float64), notes["pitch"][order]
    end_s = onset_s + notes["duration"][order]
    pedals: dict[str, Any] = track.pedals.numpy()
    if len(pedals["time"]) and len(onset_s):
        down, up = pedals["time"].astype(np.float64), (pedals["time"] + pedals["duration"]).astype(np.float64)
        which = np.searchsorted(down, end_s, side="right") - 1
        held_s = np.where((which >= 0) & (up[which] > end_s), up[which], end_s)
        end_s = np.maximum(end_s, np.minimum(held_s, _next_of_pitch(onset_s, pitch)))
    start = np.rint(onset_s * rate_hz).astype(np.int64)
    held = np.maximum(1, np.rint(end_s * rate_hz).astype(np.int64) - start)
    yield from zip(*(column.tolist()[::-1] for column in (start, held, pitch, notes["velocity"][order])), strict=True)


def _next_of_pitch(onset_s: NDArray[np.float64], pitch: NDArray[np.int8]) -> NDArray[np.float64]:
    order = np.lexsort((onset_s, pitch))
    following = np.full(len(order), np.inf)
    same = pitch[order][1:] == pitch[order][:-1]
    following[order[:-1][same]] = onset_s[order][1:][same]
    return following


def _channel(track: TrackSecond) -> tuple[float, float]:
    """The gain and the pan of a track where its first note begins (controllers 7, 11 and 10)."""
    first = min((note.time for note in track.notes), default=0.0)
    values = {7: 100, 11: 127, 10: 64}
    values |= {control.number: control.value for control in track.controls if control.time <= first}
    return (values[7] / 100 * values[11] / 127) ** 2, (values[10] - 64) / 127


def _envelope(zone: Zone, frames: int, rate_hz: int) -> Wave:
    """The volume while the key is held, no longer than it can be heard; attack in a line, decay in a line of dB."""
    delay, attack, hold = (round(seconds * rate_hz) for seconds in (zone.delay_s, zone.attack_s, zone.hold_s))
    decay_frames = max(1.0, zone.decay_s * rate_hz)
    floor_db = min(zone.sustain_db, _SILENT_DB)
    risen = delay + attack + hold
    fallen = risen + math.ceil(decay_frames * floor_db / 100)
    level = np.empty(min(frames, fallen) if floor_db == _SILENT_DB else frames, np.float32)
    level[:delay] = 0
    level[delay : delay + attack] = np.linspace(0, 1, attack, endpoint=False, dtype=np.float32)[: len(level[delay:])]
    level[delay + attack : risen] = 1
    falling = level[risen:fallen]
    # 100 dB are 5 powers of ten
    falling[:] = np.exp(np.arange(len(falling), dtype=np.float32) * np.float32(-5 * math.log(10) / decay_frames))
    level[fallen:] = 10 ** (-floor_db / 20)
    return level


def _low_passed(sample: Wave, cycles: float) -> Wave:
    """A second-order Butterworth response without its delay; `cycles` a frame."""
    size = 1 << (len(sample) + 256).bit_length()
    spectrum = np.fft.rfft(sample, size)
    spectrum /= np.sqrt(1 + (np.fft.rfftfreq(size) / cycles) ** 4)
    return np.fft.irfft(spectrum, size)[: len(sample)].astype(np.float32)
