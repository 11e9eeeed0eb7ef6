"""The bytes of a file, if it is one and not too large."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import ReadError
from .limits import Limits

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Without O_NONBLOCK a named pipe would keep the reader waiting for ever."""


def content(path: str | Path, limits: Limits) -> bytes:
    """Read a whole file.

    Raises
    ------
    ReadError
        It cannot be opened, is no regular file, or is larger than the limit.
    """
    try:
        file = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot be opened ({getattr(error, 'strerror', None) or error})", path) from error
    try:
        facts = os.fstat(file)
        if not stat.S_ISREG(facts.st_mode):
            raise ReadError("is no regular file", path)
        most = limits.file_mib * 2**20
        if facts.st_size > most:
            raise ReadError(f"is larger than {limits.file_mib} MiB", path)
        data = os.read(file, facts.st_size)
        while len(data) < facts.st_size and (part := os.read(file, facts.st_size - len(data))):
            data += part
        return data
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror or error})", path) from error
    finally:
        os.close(file)
