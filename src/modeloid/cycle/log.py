"""The record's line files: `log.jsonl`, cut to the checkpoint on resume, and the journal, only ever appended to."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from .checkpoint import sync

SCHEMA = 1
HEADER = b'{"schema":%d,"what":"modeloid log"}\n' % SCHEMA
encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, ensure_ascii=False, check_circular=False).encode


class Log:
    """`log.jsonl`: what a run with cadences in turns and epochs repeats byte for byte.

    The first line names the schema; each other one holds "step" and one of "train", "valid", "judge", a dict of
    numbers.

    Parameters
    ----------
    path
        The file.
    offset
        The length to cut it to: that of the checkpoint, or None to begin anew.
    """

    def __init__(self, path: Path, offset: int | None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if offset is None:
            path.write_bytes(HEADER)
            sync(path.parent)
        else:
            os.truncate(path, offset)
        self._file: BinaryIO = path.open("ab", buffering=1 << 16)

    def write(self, step: int, stage: str, values: Mapping[str, float]) -> None:
        """Append one line. Raises ValueError where a value is not finite."""
        self._file.write(encode({"step": step, stage: values}).encode() + b"\n")

    def flush(self) -> None:
        """Let other processes see it."""
        self._file.flush()

    def durable(self) -> int:
        """Make it survive a power cut; returns its length in bytes."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close the file; a full disk is no reason to fail twice."""
        try:
            self._file.close()
        except OSError:
            self._file.raw.close()  # type: ignore[attr-defined]


class NoLog:
    """What the processes other than rank 0 write to."""

    def write(self, step: int, stage: str, values: Mapping[str, float]) -> None:  # same face as Log
        """Nothing."""

    def flush(self) -> None:
        """Nothing."""

    def durable(self) -> int:
        """Nothing was written."""
        return 0

    def close(self) -> None:
        """Nothing."""


def append(path: Path, entry: Mapping[str, Any]) -> None:
    """Append one line to a file that is never cut; a line that a kill cut short before is closed first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
            if torn:
                file.write(b"\n")
        file.write(json.dumps({"time": round(time.time(), 3), **entry}, ensure_ascii=False).encode() + b"\n")
