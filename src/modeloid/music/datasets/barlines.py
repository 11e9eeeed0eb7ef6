"""A MIDI file whose bars are known, written again with silence before it and meters that say them; else as it was."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence

_HEADER = struct.Struct(">4sIHHH")
_CHUNK = struct.Struct(">4sI")
_METER = re.compile(rb"\xff\x58\x04(?=[\x01-\x40][\x00-\x06])")
_UNKNOWN = b"\xff\x7f\x04"
"""What only its maker understands, and all others pass over."""
_END = b"\x00\xff\x2f\x00"
_LONGEST = 4


def with_meters(data: bytes, shift_ticks: int, meters: Sequence[tuple[int, int, int]], first_tempo_us: int) -> bytes:
    """Move all events of a file later and give it other meters; no other byte changes.

    Parameters
    ----------
    data
        A MIDI file of format 1.
    shift_ticks
        Not negative.
    meters
        Tick (after the shift, the first one 0), numerator, denominator, in order.
    first_tempo_us
        Microseconds a quarter of the silence.

    Raises
    ------
    ValueError
        It is no such file.
    """
    if len(data) < _HEADER.size:
        raise ValueError("no MIDI file")
    name, length, kind, count, ticks = _HEADER.unpack_from(data)
    if (name, length, kind) != (b"MThd", 6, 1):
        raise ValueError("no MIDI file of format 1")
    tracks = [_moved(track, shift_ticks) for track in _tracks(data)]
    if len(tracks) != count:
        raise ValueError(f"{len(tracks)} tracks of {count}")
    said = _conductor(meters, first_tempo_us)
    chunks = [_CHUNK.pack(b"MTrk", len(track)) + track for track in (said, *tracks)]
    return _HEADER.pack(name, length, kind, count + 1, ticks) + b"".join(chunks)


def _tracks(data: bytes) -> Iterator[bytes]:
    place = _HEADER.size
    while place + _CHUNK.size <= len(data):
        name, length = _CHUNK.unpack_from(data, place)
        place += _CHUNK.size + length
        if place > len(data):
            raise ValueError("cut short")
        if name == b"MTrk":
            yield data[place - length : place]


def _moved(track: bytes, shift_ticks: int) -> bytes:
    delta, size = 0, 0
    while size < len(track) and size < _LONGEST:
        delta, size = delta << 7 | track[size] & 0x7F, size + 1
        if track[size - 1] < 0x80:
            return _quantity(delta + shift_ticks) + _METER.sub(_UNKNOWN, track[size:])
    raise ValueError("a track without events")


def _conductor(meters: Sequence[tuple[int, int, int]], tempo_us: int) -> bytes:
    events, before = [b"\x00\xff\x51\x03" + tempo_us.to_bytes(3, "big")], 0
    for tick, numerator, denominator in meters:
        power = denominator.bit_length() - 1
        events.append(_quantity(tick - before) + b"\xff\x58\x04" + bytes([numerator, power, 24, 8]))
        before = tick
    return b"".join(events) + _END


def _quantity(value: int) -> bytes:
    """A number in groups of seven bits, the high ones first (Standard MIDI Files 1.0)."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(groups[::-1])
