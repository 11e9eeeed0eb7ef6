"""Notes to voices: which zones of an instrument sound for each note, when, how long and how loud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bank import Zone

if TYPE_CHECKING:
    from symusic.core import TrackSecond

_CUT_S = 0.015
"""The shortest release: a note that ends at once clicks."""


class Voice(NamedTuple):
    """One zone that sounds for a note; equal ones sound equal, whenever they begin.

    `held` counts frames, `pan` goes from -0.5 left to 0.5 right.
    """

    zone: Zone
    key: int
    held: int
    release_s: float
    gain: float
    pan: float


def voices(track: TrackSecond, zones: Sequence[Zone], rate_hz: int) -> Iterator[tuple[Voice, int]]:
    """What sounds for each note and from which frame on, the last note first: so what ends a note is known by then."""
    level, pan = _channel(track)
    chosen: dict[tuple[int, int], list[tuple[Zone, float, float]]] = {}
    following: dict[int, int] = {}
    for start, held, key, velocity in _notes(track, rate_hz):
        sounding = chosen.get((key, velocity))
        if sounding is None:
            covering = (zone for zone in zones if _covers(zone, key, velocity))
            sounding = chosen[key, velocity] = [_placed(zone, velocity, level, pan) for zone in covering]
        for zone, gain, place in sounding:
            cut = following.get(zone.exclusive)
            if cut is None:
                yield Voice(zone, key, held, max(_CUT_S, zone.release_s), gain, place), start
            else:
                yield Voice(zone, key, max(1, cut - start), _CUT_S, gain, place), start
        following |= {zone.exclusive: start for zone, _, _ in sounding if zone.exclusive}


def _placed(zone: Zone, velocity: int, level: float, pan: float) -> tuple[Zone, float, float]:
    gain = level * (velocity / 127) ** 2 * 10 ** (-zone.attenuation_db / 20)
    return zone, gain, min(0.5, max(-0.5, zone.pan + pan))


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
