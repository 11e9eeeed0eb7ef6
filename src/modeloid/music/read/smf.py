"""The outer form of a standard MIDI file, and the same file with every note told to end behind its track.

symusic drops without a word what was never ended. A file whose form is faultless gets note-offs for every pitch far
behind the end of each track: what ends there was never ended, and the careful reader (`mend`) takes over.
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
_CHUNK = struct.Struct(">4sI")
_HEADER = struct.Struct(">4sIHHH")
_NOTE_ON = tuple(bytes([0x90 | channel]) for channel in range(16))
_TEMPO = b"\xff\x51\x03"
_NOTHING = b"\xff\x01\x00"
_MARK_DELTA = b"\xc0\x80\x80\x00"


def marked(data: bytes) -> bytes | None:
    """The file with its marks, or None where its form is not faultless.

    Faultless: a header of six bytes, format 0 or 1, ticks per quarter, exactly the promised tracks and nothing else,
    each of exactly its length with one end of track. (The Complete MIDI 1.0 Detailed Specification, "Standard MIDI
    Files 1.0", 1996.)
    """
    if len(data) < _HEADER.size:
        return None
    name, length, kind, tracks, ticks = _HEADER.unpack_from(data)
    if name != b"MThd" or length != 6 or kind > 1 or not 1 <= ticks <= 0x7FFF:
        return None
    channels = [channel for channel in _NOTE_ON if channel in data]
    parts, ends = [data[: _HEADER.size]], []
    place = _HEADER.size
    for _ in range(tracks):
        if place + _CHUNK.size > len(data):
            return None
        name, length = _CHUNK.unpack_from(data, place)
        start, place = place + _CHUNK.size, place + _CHUNK.size + length
        track = data[start:place]
        if name != b"MTrk" or len(track) != length:
            return None
        ends.append(place - len(END))
        tail = _tail(tuple([channel for channel in channels if channel in track]))
        parts += [_CHUNK.pack(b"MTrk", length - len(END) + len(tail)), track[: -len(END)], tail]
    if _bad_pitch(data):
        return None
    clean = place == len(data) and ends == [spot.start() for spot in _SPOT.finditer(data)]
    return b"".join(parts) if clean else None


def _bad_pitch(data: bytes) -> bool:
    """Whether somewhere a note-on may be followed by a pitch above 127, for which symusic would lose the note.

    A status follows the last byte of a delta, which is below 128; the bytes of a tempo may look like it.
    """
    values = np.frombuffer(data, np.uint8)
    hits = (values[1:-1] & 0xF0 == 0x90) & (values[2:] >= 0x80) & (values[:-2] < 0x80)
    if not hits.any():
        return False
    places = np.flatnonzero(hits) + 1
    return any(_TEMPO not in data[max(0, place - 5) : place] for place in places.tolist())


@lru_cache(maxsize=1024)
def _tail(channels: tuple[bytes, ...]) -> bytes:
    """What replaces the end of a track: a text of no letters at its tick, the marks, and the end."""
    offs = b"\x00".join(bytes([pitch, 0]) for pitch in range(128))
    marks = [bytes([channel[0] & 0x8F]) + offs for channel in channels]
    return (_NOTHING + _MARK_DELTA + b"\x00".join(marks) + b"\x00" + END) if marks else END
