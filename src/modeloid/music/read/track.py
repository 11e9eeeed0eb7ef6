"""One track of a MIDI file, event by event: what it says, and at which byte it is damaged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import ReadError
from .repairs import Repairs

_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
_META_LENGTHS = {0x51: 3, 0x58: 4, 0x59: 2}
_META_NAMES = {0x51: "tempo", 0x58: "meter", 0x59: "key"}
_WRAPPED = 2**28 - 1
"""What a negative time becomes in a delta that can hold no more. The one real file that has such deltas (verovio's
rendering of a Beethoven quartet) is out of step behind them, so they are no matter of repair."""
_LAST_TICK = 2**31 - 1


class Event(NamedTuple):
    """An event at its tick, with its status byte."""

    tick: int
    body: bytes


@dataclass
class Events:
    """The events of a track without its end, and the tick of that end."""

    rows: list[Event] = field(default_factory=list)
    end: int = 0


def read_events(data: bytes, place: int, repairs: Repairs, where: object) -> tuple[Events, int]:
    """Read the track whose chunk starts at `place`.

    The end-of-track event is believed more than the length in the chunk.

    Returns
    -------
    Its events, and the place behind it.

    Raises
    ------
    ReadError
        A delta of more than four bytes, a data byte where a status must stand, or a wrapped negative time.
    """
    start = place + 8
    promised = start + int.from_bytes(data[place + 4 : start], "big")
    honest = _plausible(data, promised)
    reader = _Reader(data, start, promised if honest else len(data), repairs, where)
    while reader.place < reader.stop and not (reader.ended or reader.cut):
        reader.step()
    if honest:
        return reader.events, _behind_honest(reader, promised)
    return reader.events, _behind_lie(reader, promised, place)


def _plausible(data: bytes, promised: int) -> bool:
    """Whether a track may end here: the file does, or another chunk starts."""
    name = data[promised : promised + 4]
    return promised == len(data) or name == b"MTrk" or (len(name) == 4 and name.isalpha() and name.isascii())


def _behind_honest(reader: _Reader, promised: int) -> int:
    if not reader.ended:
        reader.repairs.add(1, "tracks had no end-of-track event")
    elif reader.place != promised:
        rest = promised - reader.place
        reader.repairs.note(f"{rest} bytes behind the end of the track, from byte {reader.place}, were left out")
    return promised


def _behind_lie(reader: _Reader, promised: int, place: int) -> int:
    if reader.cut:
        reader.repairs.note(f"the file ends within an event: cut at byte {reader.cut}")
        return len(reader.data)
    if not reader.ended:
        reader.repairs.note(f"the file ends at byte {reader.place}, before the track at byte {place} does")
    elif reader.place != promised:
        true = reader.place - place - 8
        reader.repairs.note(f"the length of the track at byte {place} is {true}, not {promised - place - 8}")
    return reader.place


class _Reader:
    """A position in a track."""

    def __init__(self, data: bytes, place: int, stop: int, repairs: Repairs, where: object) -> None:
        self.data, self.place, self.stop, self.repairs, self.where = data, place, stop, repairs, where
        self.honest = int.from_bytes(data[place - 4 : place], "big") == stop - place
        self.events = Events()
        self.ended = False
        self.cut = 0
        """Where the file breaks off, if it does."""
        self._status = 0
        self._tick = 0

    def step(self) -> None:
        """Read one event, or find that the file breaks off."""
        at = self.place
        try:
            self._tick += self._delta(at)
            body = self._body()
        except IndexError:
            if self.honest:
                raise ReadError(f"has a track that ends within the event at byte {at}", self.where) from None
            self.cut = at
            return
        self.events.end = self._tick
        if body == b"\xff\x2f\x00":
            self.ended = True
        elif body:
            self.events.rows.append(Event(self._tick, body))

    def _delta(self, at: int) -> int:
        delta = self._number()
        if delta == _WRAPPED:
            raise ReadError(f"has a delta of {delta} ticks at byte {at}: a negative time, wrapped", self.where)
        if self._tick + delta > _LAST_TICK:
            raise ReadError(f"is longer than {_LAST_TICK} ticks at byte {at}", self.where)
        return delta

    def _body(self) -> bytes:
        at = self.place
        status = self._byte()
        if status < 0x80:
            if not self._status:
                raise ReadError(f"has a data byte where a status must stand at byte {at}", self.where)
            self.place, status = at, self._status
        if status < 0xF0:
            self._status = status
            return self._channel(status, at)
        if status == 0xFF:
            return self._meta(at)
        if status in (0xF0, 0xF7):
            self._take(self._number())
            return b""
        self._take(_SYSTEM_BYTES.get(status, 0))
        self.repairs.count(f"the status {status:#x}, which no file may hold, was left out", at)
        return b""

    def _channel(self, status: int, at: int) -> bytes:
        values = self._take(_DATA_BYTES[status >> 4])
        if max(values) < 0x80:
            return bytes([status]) + values
        if status >> 4 in (0x8, 0x9) and values[0] < 0x80:
            self.repairs.count(f"a velocity of {values[1]} was taken for 127", at)
            return bytes([status, values[0], 127])
        self.repairs.count(f"an event with the value {max(values)}, above 127, was left out", at)
        return b""

    def _meta(self, at: int) -> bytes:
        kind = self._byte()
        start = self.place
        length = self._number()
        head = self.data[start : self.place]
        content = self._take(length)
        if _META_LENGTHS.get(kind, length) == length:
            return bytes([0xFF, kind]) + head + content
        self.repairs.count(f"a {_META_NAMES[kind]} of {length} bytes was left out", at)
        return b""

    def _byte(self) -> int:
        if self.place >= self.stop:
            raise IndexError
        self.place += 1
        return self.data[self.place - 1]

    def _take(self, count: int) -> bytes:
        if self.place + count > self.stop:
            raise IndexError
        self.place += count
        return self.data[self.place - count : self.place]

    def _number(self) -> int:
        at, number = self.place, 0
        for _ in range(4):
            byte = self._byte()
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                return number
        raise ReadError(f"has a number of more than four bytes at byte {at}", self.where)
