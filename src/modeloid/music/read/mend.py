"""The careful reader of MIDI files: it says at which byte a file is broken, and mends what can be mended.

Slow, so it sees only files whose form is not faultless (`smf.marked`) or that symusic will not take. What it returns
is a new file of faultless form with the same music; every change of the music is named.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ..errors import ReadError
from .pairs import end_notes
from .repairs import Repairs
from .smf import END
from .text import legible, variable
from .track import Event, Events, read_events

_CHUNK = struct.Struct(">4sI")
_FRAMES_PER_SECOND = {24: 1_000_000, 25: 1_000_000, 29: 1_001_000, 30: 1_000_000}
"""What the header may say of SMPTE time -> microseconds that so many frames last; 29 means 30 at 29.97 a second."""


@dataclass
class _Header:
    kind: int
    tracks: int
    tpq: int
    mspq: int = 0


def mend(data: bytes, where: object) -> tuple[bytes, list[str]]:
    """Read a damaged or unusual MIDI file.

    Parameters
    ----------
    data
        The whole file, out of its RIFF wrapper.
    where
        Its path, for errors.

    Returns
    -------
    A faultless file of format 1 that symusic takes, and what was repaired, one sentence each.

    Raises
    ------
    ReadError
        Broken beyond repair; the byte is named.
    """
    repairs = Repairs()
    header, place = _header(data, where, repairs)
    tracks: list[Events] = []
    while place < len(data):
        if data[place : place + 4] != b"MTrk":
            place = _past_foreign(data, place, repairs)
            continue
        events, place = read_events(data, place, repairs, where)
        tracks.append(events)
    if not tracks:
        raise ReadError(f"promises {header.tracks} tracks and ends at byte {len(data)} without one", where)
    if len(tracks) != header.tracks:
        repairs.note(f"the header promises {header.tracks} tracks, the file has {len(tracks)}")
    repairs.judge(sum(len(events.rows) for events in tracks), where)
    if header.kind == 2:
        _lay_in_a_row(tracks, repairs)
    for events in tracks:
        end_notes(events, repairs)
    return _file(header, tracks), repairs.sentences()


def _header(data: bytes, where: object, repairs: Repairs) -> tuple[_Header, int]:
    if len(data) < 14 or data[:4] != b"MThd":
        raise ReadError(f"is not MIDI: {_what(data)}", where)
    length, kind, tracks, division = struct.unpack_from(">IHHH", data, 4)
    if length < 6 or 8 + length > len(data):
        raise ReadError(f"has a header of {length} bytes at byte 4; a MIDI file has 6 or more", where)
    if kind > 2:
        repairs.note(f"the unknown format {kind} was taken for format 1")
    if division & 0x8000:
        return _timed_header(kind, tracks, division, where, repairs), 8 + length
    if division == 0:
        raise ReadError("has 0 ticks a quarter at byte 12", where)
    return _Header(kind, tracks, division), 8 + length


def _timed_header(kind: int, tracks: int, division: int, where: object, repairs: Repairs) -> _Header:
    frames, ticks = 256 - (division >> 8), division & 0xFF
    if frames not in _FRAMES_PER_SECOND or not ticks:
        raise ReadError(f"counts {ticks} ticks a frame and {frames} frames a second at byte 12", where)
    repairs.note(f"time in frames ({frames} a second) was written as 60 quarters a minute; its beats are unknown")
    return _Header(kind, tracks, (30 if frames == 29 else frames) * ticks, _FRAMES_PER_SECOND[frames])


def _what(data: bytes) -> str:
    return f"it starts with {data[:8].hex(' ')}" if data else "it is empty"


def _past_foreign(data: bytes, place: int, repairs: Repairs) -> int:
    """Step over a chunk that is no track; the standard wants foreign ones ignored."""
    name = data[place : place + 4]
    length = struct.unpack_from(">I", data, place + 4)[0] if place + 8 <= len(data) else len(data)
    if len(name) == 4 and all(32 <= letter < 127 for letter in name) and place + 8 + length <= len(data):
        return place + 8 + int(length)
    found = data.find(b"MTrk", place + 1)
    stop = found if found >= 0 else len(data)
    if any(data[place:stop]):  # zeros fill up the last block of a disk and hold nothing
        repairs.note(f"{stop - place} bytes between the tracks or behind them, from byte {place}, were left out")
    return stop


def _lay_in_a_row(tracks: list[Events], repairs: Repairs) -> None:
    start = 0
    for events in tracks:
        events.rows[:] = [Event(start + row.tick, row.body) for row in events.rows]
        events.end += start
        start = events.end
    if len(tracks) > 1:
        repairs.note(f"the {len(tracks)} patterns of format 2 were laid one after the other")


def _file(header: _Header, tracks: list[Events]) -> bytes:
    chunks = [b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), header.tpq)]
    for number, events in enumerate(tracks):
        rows = events.rows
        if header.mspq:
            rows = [row for row in rows if row.body[:2] != b"\xff\x51"]
            first = Event(0, b"\xff\x51\x03" + header.mspq.to_bytes(3, "big"))
            rows = [first, *rows] if number == 0 else rows
        body, tick = [], 0
        for row in rows:
            body += [variable(row.tick - tick), legible(row.body)]
            tick = row.tick
        body += [variable(max(0, events.end - tick)), END]
        chunks.append(_chunk(b"".join(body)))
    return b"".join(chunks)


def _chunk(body: bytes) -> bytes:
    return _CHUNK.pack(b"MTrk", len(body)) + body
