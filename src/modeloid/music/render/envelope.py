"""The volume of a zone's sound over time (SoundFont 2.04, section 8.1.2, generators 33 to 37)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .bank import Zone

Wave = NDArray[np.float32]

SILENT_DB = 60.0
"""What lies further below full scale, or below a piece's loudest note, is not rendered."""
FADE_FRAMES = 128
"""Before silence; a sound that stops at once clicks."""


def fallen_db(zone: Zone, frames: int, rate_hz: int) -> float:
    """How far a zone's volume has decayed when its key was held for `frames`."""
    decaying_s = frames / rate_hz - (zone.delay_s + zone.attack_s + zone.hold_s)
    return min(zone.sustain_db, 100 * max(0.0, decaying_s) * rate_hz / _decay_frames(zone, rate_hz))


def audible_frames(zone: Zone, span_db: float, rate_hz: int) -> float:
    """After how many frames of a key that is held the volume has decayed by `span_db`; it may never."""
    if span_db > zone.sustain_db:
        return math.inf
    risen = (zone.delay_s + zone.attack_s + zone.hold_s) * rate_hz
    return risen + math.ceil(_decay_frames(zone, rate_hz) * max(0.0, span_db) / 100)


def envelope(zone: Zone, frames: int, rate_hz: int) -> Wave:
    """The volume while the key is held, no longer than it can be heard; attack in a line, decay in a line of dB."""
    delay, attack, hold = (round(seconds * rate_hz) for seconds in (zone.delay_s, zone.attack_s, zone.hold_s))
    decay_frames = _decay_frames(zone, rate_hz)
    floor_db = min(zone.sustain_db, SILENT_DB)
    risen = delay + attack + hold
    fallen = risen + math.ceil(decay_frames * floor_db / 100)
    ends = floor_db == SILENT_DB
    level = np.empty(min(frames, fallen) if ends else frames, np.float32)
    level[:delay] = 0
    level[delay : delay + attack] = np.linspace(0, 1, attack, endpoint=False, dtype=np.float32)[: len(level[delay:])]
    level[delay + attack : risen] = 1
    falling = level[risen:fallen]
    # 100 dB are 5 powers of ten
    falling[:] = np.exp(np.arange(len(falling), dtype=np.float32) * np.float32(-5 * math.log(10) / decay_frames))
    level[fallen:] = 10 ** (-floor_db / 20)
    if ends:
        fade_frames = min(FADE_FRAMES, fallen - risen)
        fade = falling[fallen - risen - fade_frames :]
        fade *= np.linspace(1, 0, fade_frames, dtype=np.float32)[: len(fade)]
    return level


def _decay_frames(zone: Zone, rate_hz: int) -> float:
    return max(1.0, zone.decay_s * rate_hz)
