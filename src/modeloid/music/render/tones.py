"""A soundfont's zone at one key: resampled, filtered, looped, and shaped by the envelope of its volume."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .bank import Bank, Zone
from .envelope import Wave, envelope

_OPEN = 0.3
"""A filter above so many cycles a frame changes nothing that can be heard."""
_FARTHEST_OCTAVES = 10
_CACHE_FRAMES = 64 * 2**20
"""What is kept between pieces: 256 MB at most."""
_STRETCH_FRAMES = 8192
"""Loops are laid end to end in stretches of whole frames, at least so many: that moves a pitch by 0.1 cents at most."""
_BLOCK_FRAMES = 4096
"""Read at once: so little stays in the processor's cache."""
_AHEAD_S = 4
"""A sound is made at least so long, if its loop does not begin before: the next note may be longer than the first."""


class _Tone(NamedTuple):
    """A zone's sample at one key: up to the first stretch of loops, which repeats, or as far as it was needed."""

    wave: Wave
    again: int
    """From which frame on it repeats; as many as it has where it ends, or is not yet made further."""
    whole: bool
    """Whether it is known to its end, or to all of its stretch."""


class Tones:
    """Makes the tones of a soundfont and keeps them.

    Parameters
    ----------
    bank
        The soundfont.
    rate_hz
        Frames a second.
    """

    def __init__(self, bank: Bank, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._bank = bank
        self._made: dict[tuple[Zone, int], _Tone] = {}
        self._filtered: dict[tuple[int, int], tuple[Wave, int]] = {}
        self._envelopes: dict[tuple[float, ...], tuple[int, Wave]] = {}

    def play(self, zone: Zone, key: int, room: Wave) -> Wave:
        """Write the sound of a key that is held, at full velocity, into `room`; returns the part that was written.

        It is shorter than `room` where the sample ends or has decayed. What was played before changes nothing.
        """
        tone = self._tone(zone, key, len(room))
        level = self._envelope(zone, len(room))
        if tone.again == len(tone.wave):
            level = level[: len(tone.wave)]
        played = room[: len(level)]
        first = tone.wave[: len(played)]
        np.multiply(first, level[: len(first)], out=played[: len(first)])
        stretch = tone.wave[tone.again :]
        for at in range(len(tone.wave), len(played), len(stretch) or 1):
            part = played[at : at + len(stretch)]
            np.multiply(stretch[: len(part)], level[at : at + len(part)], out=part)
        return played

    def forget(self) -> None:
        """Drop what is kept, where it has become too much."""
        if sum(tone.wave.size for tone in self._made.values()) > _CACHE_FRAMES:
            self._made.clear()
            self._filtered.clear()
            self._envelopes.clear()

    def _tone(self, zone: Zone, key: int, frames: int) -> _Tone:
        made = self._made.get((zone, key))
        if made is None or (len(made.wave) < frames and not made.whole):
            made = self._made[zone, key] = self._make(zone, key, max(frames, _AHEAD_S * self.rate_hz))
        return made

    def _envelope(self, zone: Zone, frames: int) -> Wave:
        shape = zone.delay_s, zone.attack_s, zone.hold_s, zone.decay_s, zone.sustain_db
        known, level = self._envelopes.get(shape, (0, np.zeros(0, np.float32)))
        if known < frames:
            known = max(frames, _AHEAD_S * self.rate_hz)
            level = envelope(zone, known, self.rate_hz)
            self._envelopes[shape] = known, level
        return level[:frames]

    def _make(self, zone: Zone, key: int, frames: int) -> _Tone:
        octaves = max(-_FARTHEST_OCTAVES, min(_FARTHEST_OCTAVES, (key - zone.root) * zone.key_cents / 1200))
        sample, rate_hz = self._sample(zone, octaves)
        if not len(sample):
            return _Tone(np.zeros(1, np.float32), 1, whole=True)
        step = rate_hz / self.rate_hz * 2**octaves
        if zone.loop and 0 <= zone.loop[0] < zone.loop[1] <= len(sample):
            return _looped(sample, zone.start_offset, step, zone.loop, frames)
        last = len(sample) - 1 + zone.end_offset
        ends = max(1, int((last - zone.start_offset) / step))
        wave = np.empty(min(frames, ends), np.float32)
        _read(sample, zone.start_offset, step, wave)
        return _Tone(wave, len(wave), whole=ends <= frames)

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


def _looped(sample: Wave, first: int, step: float, loop: tuple[int, int], frames: int) -> _Tone:
    """A sample up to its loop's end, and a stretch of loops behind.

    Some loops in a row last nearly a whole number of frames, and are stretched to it.
    """
    start, end = loop
    length = end - start
    late = max(0, math.ceil((end - first) / step))
    loops = math.ceil(_STRETCH_FRAMES * step / length)
    stretch = max(1, round(loops * length / step))
    closed = np.append(sample[:end], sample[start])
    made = min(frames, late + stretch)
    wave = np.empty(made, np.float32)
    _read(closed, first, step, wave[:late])
    _read(closed[start:], first + step * late - end, loops * length / stretch, wave[late:], length)
    whole = made == late + stretch
    return _Tone(wave, late if whole else made, whole)


def _read(sample: Wave, first: float, step: float, out: Wave, length: float = math.inf) -> None:
    """A sample between its frames, in straight lines; from `first` on, and from its begin again after `length`."""
    for at in range(0, len(out), _BLOCK_FRAMES):
        part = out[at : at + _BLOCK_FRAMES]
        place = np.arange(at, at + len(part), dtype=np.float64)
        place *= step
        place += first
        if length < math.inf:
            place -= np.floor(place / length) * length
        index = place.astype(np.intp)
        place -= index
        np.take(sample, index, mode="clip", out=part)
        index += 1
        rise = np.take(sample, index, mode="clip")
        rise -= part
        rise *= place.astype(np.float32)
        part += rise


def _low_passed(sample: Wave, cycles: float) -> Wave:
    """A second-order Butterworth response without its delay; `cycles` a frame."""
    size = 1 << (len(sample) + 256).bit_length()
    spectrum = np.fft.rfft(sample, size)
    spectrum /= np.sqrt(1 + (np.fft.rfftfreq(size) / cycles) ** 4)
    return np.fft.irfft(spectrum, size)[: len(sample)].astype(np.float32)
