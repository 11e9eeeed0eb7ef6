"""The outer form of a standard MIDI file, and the same file with every note told to end behind its track.

symusic drops without a word what was never ended. A file whose form is faultless gets marks: note-offs for every pitch
far behind the end of each track. What ends there was never ended, and the careful reader (`mend`) takes over.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache

import numpy as np

MARK_TICK = 2**27
"""Ticks behind the end of a track at which the marks lie: no clean piece reaches there."""

END = b"\xff\x2f\x00"
_SPOT = re.compile(rb"\xff(?:\x2f\x00|\xff\xff\x7f)")
"""An end of track, or the delta of 2^28-1 ticks that a negative one becomes."""
_NOTE = re.compile(rb"[\x00-\x7f][\x90-\x9f][\x00-\x7f]{2}")
"""A note-on behind the last byte of its delta, or what looks like one."""
_CHUNK = struct.Struct(">4sI")
_HEADER = struct.Struct(">4sIHHH")
_STARTS = range(0x90, 0xA0)
"""The statuses of note-ons, one a channel."""
_LAST_OFF, _STATUSES = np.uint8(0x8F), np.uint8(0x10)
"""From the last note-off to the last note-on is 0x8F and the 16 behind it."""
_HIGH = 0x80
"""No value reaches it."""
_TEMPO = b"\xff\x51\x03"
_NOTHING = b"\xff\x01\x00"
_MARK_DELTA = b"\xc0\x80\x80\x00"
_OFFS = b"\x00".join(bytes([pitch, 0]) for pitch in range(128))
_MARKS = {start: bytes([start - 0x10]) + _OFFS + b"\x00" for start in _STARTS}
"""By the status of a channel's note-ons: a note-off for every pitch, each but the first after no time, and the delta of
what follows."""


def marked(data: bytes) -> bytes | None:
    """The file with its marks, or None where its form is not faultless.

    Faultless: a header of six bytes, format 0 or 1, ticks per quarter, exactly the promised tracks and nothing else,
    each of exactly its length with one end of track. (The Complete MIDI 1.0 Detailed Specification, "Standard MIDI
    Files 1.0", 1996.)
    """
    if len(data) < _HEADER.size:
        return None
    name, length, kind, tracks, ticks = _HEADER.unpack_from(data)
    if name != b"MThd" or length != 6 or kind > 1 or not 1 <= ticks <= 0x7FFF or _bad_pitch(data):
        return None
    statuses = [status for status in _STARTS if status in data]
    place = _HEADER.size
    parts = [data[:place]]
    for _ in range(tracks):
        if place + _CHUNK.size > len(data):
            return None
        name, length = _CHUNK.unpack_from(data, place)
        start, place = place + _CHUNK.size, place + _CHUNK.size + length
        if name != b"MTrk" or place > len(data) or length < len(END) or not data.endswith(END, start, place):
            return None
        track = data[start : place - len(END)]
        tail = _tail(statuses, track)
        parts += [_CHUNK.pack(b"MTrk", len(track) + len(tail)), track, tail]
    # every track ends with an end, so as many spots as tracks are those ends and nothing else
    if place != len(data) or len(_SPOT.findall(data)) != tracks:
        return None
    return b"".join(parts)


def _bad_pitch(data: bytes) -> bool:
    """Whether somewhere a note-on may be followed by a pitch above 127.

    symusic would lose that note, and write beyond its own memory in channel 16, where an end does harm, too. A status
    follows the last byte of a delta, which is below 128; the bytes of a tempo may look like it.
    """
    values = np.frombuffer(data, np.uint8)
    hits = (values[1:-1] - _LAST_OFF) <= _STATUSES
    hits &= values.view(np.int8)[2:] < 0  # above 127, and quicker to compare
    if not hits.any():
        return False
    places = np.flatnonzero(hits) + 1
    return any(data[place - 1] < _HIGH and _TEMPO not in data[max(0, place - 5) : place] for place in places.tolist())


def _tail(statuses: list[int], track: bytes) -> bytes:
    """What replaces the end of a track: a text of no letters at its tick, the marks, and the end."""
    used = tuple([status for status in statuses if status in track])
    # where nothing looks like a note-on, there is none but one with an impossible velocity, which will be seen
    return _marks(used) if used and _NOTE.search(track) else END


@lru_cache(maxsize=1024)
def _marks(statuses: tuple[int, ...]) -> bytes:
    used = [_MARKS[status] for status in statuses]
    return b"".join([_NOTHING, _MARK_DELTA, *used, END])
