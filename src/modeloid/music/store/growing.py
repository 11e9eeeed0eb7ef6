"""A store under construction: its files grow by one portion after another, and a journal says how far they are right.

A build that was killed goes on behind the last portion that the journal knows and whose bytes are what was written.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from types import TracebackType

import numpy as np

from ..read.block import Arrays, texts
from .layout import REFUSED, columns
from .pack import Portion, labels, row_of
from .schema import INFOS

Source = Sequence[str]
"""Name, part and digest of a file, or of a piece that was made from a table."""

_JOURNAL = "journal"
_INFO = "pieces.info"


class Growing:
    """The files of a store in the making. Close it by leaving its context.

    Parameters
    ----------
    directory
        Where they lie, and perhaps lay at an earlier try.
    is_same
        Says of the sources of a portion of an earlier try, and of how many stand before them, whether they are still
        what they were. From the first portion on that has changed nothing is kept.
    """

    def __init__(self, directory: Path, is_same: Callable[[int, Sequence[Source]], bool] | None = None) -> None:
        self.directory = directory
        self.columns = columns()
        self.sources: list[Source] = []
        self.infos: dict[str, int] = {}
        self.sizes = {f"{name}.npy": column.start_bytes for name, column in self.columns.items()} | {REFUSED: 0}
        """File -> bytes."""
        directory.mkdir(parents=True, exist_ok=True)
        journal = self._resume(is_same) if is_same else 0
        if not journal:
            self._begin()
        self._open = ExitStack()
        self._files = {name: self._open.enter_context(FileIO(directory / name, "ab")) for name in self.sizes}
        self._journal = self._open.enter_context(FileIO(directory / _JOURNAL, "ab"))
        for name, file in (*self._files.items(), (_JOURNAL, self._journal)):
            file.truncate(self.sizes.get(name, journal))
        self._last = {name: self._last_edge(name) for name, column in self.columns.items() if column.is_edges}

    def __enter__(self) -> Growing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def add(self, portion: Portion) -> None:
        """Put pieces behind those that are there."""
        arrays = portion.block.arrays | labels(portion)
        fresh = self._renumber(arrays)
        parts = {f"{name}.npy": self._bytes(name, arrays) for name in self.columns}
        parts[REFUSED] = memoryview("".join(json.dumps(row_of(file)) + "\n" for file in portion.refused).encode())
        parts = {name: data for name, data in parts.items() if len(data)}
        grown = {name: len(data) for name, data in parts.items()}
        note = json.dumps([grown, fresh, portion.sources]).encode()
        for name, data in parts.items():
            _write(self._files[name], data)
        _write(self._journal, memoryview(b"%08x %s\n" % (_sum(note, parts.values()), note)))
        self._count(grown, portion.sources)

    def _count(self, grown: Mapping[str, int], sources: Sequence[Source]) -> None:
        for name, size in grown.items():
            self.sizes[name] += size
        self.sources += sources

    def _renumber(self, arrays: Arrays) -> list[str]:
        """Put ``pieces.info`` in the numbers of the whole store; returns what is said for the first time."""
        known = len(self.infos)
        numbers = [self.infos.setdefault(info, len(self.infos)) for info in texts(arrays, INFOS)]
        arrays[_INFO] = np.array(numbers, np.int64)[arrays[_INFO]]
        return list(self.infos)[known:]

    def _bytes(self, name: str, arrays: Arrays) -> memoryview:
        column = self.columns[name]
        array = arrays[column.source]
        if column.is_edges and len(array):
            array = np.cumsum(array) + self._last[name]
            self._last[name] = int(array[-1])
        return np.ascontiguousarray(array, column.kind).data.cast("B") if len(array) else memoryview(b"")

    def _begin(self) -> None:
        """New files that hold no piece."""
        shutil.rmtree(self.directory)
        self.directory.mkdir()
        for name, size in self.sizes.items():
            (self.directory / name).write_bytes(bytes(size))

    def _last_edge(self, name: str) -> int:
        with (self.directory / f"{name}.npy").open("rb") as file:
            file.seek(-self.columns[name].kind.itemsize, os.SEEK_END)
            return int(np.frombuffer(file.read(), self.columns[name].kind)[0])

    def _resume(self, is_same: Callable[[int, Sequence[Source]], bool]) -> int:
        """Count what is right of an earlier try; returns how many bytes of the journal say so."""
        right = 0
        with suppress(OSError, ValueError, KeyError, TypeError), ExitStack() as opened:
            files = {name: opened.enter_context(FileIO(self.directory / name)) for name in self.sizes}
            for line in opened.enter_context((self.directory / _JOURNAL).open("rb")):
                grown, fresh, sources = json.loads(line[9:])
                parts = (_read(files[name], self.sizes[name], size) for name, size in grown.items())
                if int(line[:8], 16) != _sum(line[9:-1], parts) or not is_same(len(self.sources), sources):
                    break
                self._count(grown, sources)
                self.infos |= {info: len(self.infos) + number for number, info in enumerate(fresh)}
                right += len(line)
        return right


def _sum(note: bytes, parts: Iterable[bytes | memoryview]) -> int:
    found = zlib.crc32(note)
    for data in parts:
        found = zlib.crc32(data, found)
    return found


def _write(file: FileIO, data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]


def _read(file: FileIO, place: int, size: int) -> bytes:
    data = os.pread(file.fileno(), size, place)
    if len(data) != size:
        raise ValueError("is cut short")
    return data
