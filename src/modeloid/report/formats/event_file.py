"""TensorBoard's event files, written by ourselves: records of protocol buffers, each with its length and checksums.

A million scalars take about a second: the records of a curve differ in a few bytes only, and are made and summed as the
rows of an array. Sources: tensorflow/core/lib/io/record_writer.h (the frame), core/util/event.proto,
core/framework/summary.proto, tensorboard/plugins/hparams/plugin_data.proto and api.proto (the content).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .crc32c import crc32c

NAME = "events.out.tfevents.0.modeloid"
"""Readers ask for "tfevents" in a name, nothing more; without date and host it is always the same."""
_ROWS = 1 << 14
_STRING = 7
"""DT_STRING of types.proto."""
_DATA_TYPES = {str: 1, bool: 2, int: 3, float: 3}
"""DataType of api.proto."""


class EventFile:
    """One run of TensorBoard: a file named `NAME` in a folder, which is made.

    Parameters
    ----------
    folder
        The run's; its name is the run's name.
    time_s
        When the run began, seconds since 1970.
    """

    def __init__(self, folder: Path, time_s: float = 0.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / NAME).open("wb")
        self._record(_double(1, time_s) + _bytes(3, b"brain.Event:2"))

    def __enter__(self) -> EventFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def curve(
        self, tag: str, turns: NDArray[np.int64], values: NDArray[np.float64], times_s: NDArray[np.float64]
    ) -> None:
        """Write the points of a curve; TensorBoard keeps them as float32."""
        steps = turns.astype("<u8")
        with np.errstate(over="ignore"):
            singles = values.astype("<f4")
        # a step of 128 takes a byte more than one of 127: rows of one length stand together
        lengths = sum((steps >= np.uint64(1 << bits)).astype(int) for bits in range(7, 64, 7))
        edges = [0, *(np.flatnonzero(np.diff(lengths)) + 1).tolist(), len(steps)]
        for begin, end in pairwise(edges):
            for first in range(begin, end, _ROWS):
                part = slice(first, min(first + _ROWS, end))
                self._file.write(_rows(tag, steps[part], singles[part], times_s[part]))

    def text(self, tag: str, markdown: str, step: int = 0, time_s: float = 0.0) -> None:
        """Write a text; Markdown is shown as such."""
        tensor = _whole(1, _STRING) + _bytes(2, _bytes(2, _whole(1, 1))) + _bytes(8, markdown.encode())
        self._value(_text(1, tag) + _bytes(8, tensor) + _plugin("text"), step, time_s)

    def picture(self, tag: str, png: bytes, step: int = 0, time_s: float = 0.0) -> None:
        """Write a PNG file."""
        width, height = struct.unpack(">II", png[16:24])
        image = _whole(1, height) + _whole(2, width) + _whole(3, 3) + _bytes(4, png)
        self._value(_text(1, tag) + _bytes(4, image), step, time_s)

    def sound(
        self, tag: str, wav: bytes, rate_hz: float, channels: int, frames: int, step: int = 0, time_s: float = 0.0
    ) -> None:
        """Write a WAV file."""
        audio = _single(1, rate_hz) + _whole(2, channels) + _whole(3, frames) + _bytes(4, wav) + _text(5, "audio/wav")
        self._value(_text(1, tag) + _bytes(6, audio), step, time_s)

    def parameters(
        self, values: Mapping[str, str | bool | float], results: Sequence[tuple[str, str]], begin_s: float
    ) -> None:
        """Write what the HParams page shows: the run's parameters, and which scalars are its results.

        These are pairs of a run below this one ("" is itself) and a tag; the last value counts.
        """
        infos = [_bytes(4, _text(1, name) + _whole(4, _DATA_TYPES[type(value)])) for name, value in values.items()]
        metrics = [_bytes(5, _bytes(1, _text(1, below) + _text(2, tag))) for below, tag in results]
        given = [_bytes(1, _text(1, name) + _bytes(2, _parameter(value))) for name, value in values.items()]
        experiment = b"".join([_double(3, begin_s), *infos, *metrics])
        start = b"".join([*given, _double(5, begin_s)])
        for kind, number, content in (
            ("experiment", 2, experiment),
            ("session_start_info", 3, start),
            ("session_end_info", 4, _whole(1, 1)),
        ):
            self._value(_text(1, f"_hparams_/{kind}") + _plugin("hparams", _bytes(number, content)), 0, begin_s)

    def _value(self, value: bytes, step: int, time_s: float) -> None:
        self._record(_double(1, time_s) + _whole(2, step) + _bytes(5, _bytes(1, value)))

    def _record(self, event: bytes) -> None:
        row = np.frombuffer(event, np.uint8)[None]
        self._file.write(_framed(row).tobytes())


def _rows(tag: str, steps: NDArray[np.uint64], values: NDArray[np.float32], times_s: NDArray[np.float64]) -> bytes:
    """Records of one length: every step takes as many bytes."""
    named = _text(1, tag)
    step_bytes = len(_varint(int(steps[0])))
    value = named + b"\x15" + bytes(4)
    ahead = _bytes(5, _bytes(1, value))[:-4]
    events = np.empty((len(steps), 10 + step_bytes + len(ahead) + 4), np.uint8)
    events[:, 0], events[:, 1:9] = 0x09, _raw(times_s.astype("<f8"))
    events[:, 9] = 0x10
    for place in range(step_bytes):
        more = 0x80 if place < step_bytes - 1 else 0
        events[:, 10 + place] = (steps >> np.uint64(7 * place) & np.uint64(0x7F)).astype(np.uint8) | more
    events[:, 10 + step_bytes : -4] = np.frombuffer(ahead, np.uint8)
    events[:, -4:] = _raw(values)
    return _framed(events).tobytes()


def _framed(events: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Events of one length, shape (n, bytes), as records: length, its checksum, the event, its checksum."""
    count, length = events.shape
    size = np.frombuffer(struct.pack("<Q", length), np.uint8)[None]
    heads = np.concatenate([size, _raw(_masked(crc32c(size)))], axis=1)
    return np.concatenate([np.repeat(heads, count, axis=0), events, _raw(_masked(crc32c(events)))], axis=1)


def _masked(sums: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return (sums >> np.uint32(15) | sums << np.uint32(17)) + np.uint32(0xA282EAD8)


def _raw(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """Little-endian numbers, shape (n,), as bytes, shape (n, size)."""
    return np.ascontiguousarray(numbers).view(np.uint8).reshape(len(numbers), -1)


def _varint(number: int) -> bytes:
    found = bytearray()
    number &= (1 << 64) - 1
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _whole(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _double(field: int, number: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", number)


def _single(field: int, number: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", number)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _plugin(name: str, content: bytes = b"") -> bytes:
    return _bytes(9, _bytes(1, _text(1, name) + _bytes(2, content)))


def _parameter(value: str | bool | float) -> bytes:
    """A google.protobuf.Value."""
    if isinstance(value, str):
        return _text(3, value)
    if isinstance(value, bool):
        return _whole(4, value)
    return _double(2, value)
