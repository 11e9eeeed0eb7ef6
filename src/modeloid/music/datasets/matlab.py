"""The cell arrays of numbers in a MATLAB 5 file: as much of the format as the polyphonic sets need.

Source: MathWorks, MAT-File Format, chapter 1 (Level 5).
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError

_HEAD_BYTES = 128
_MATRIX, _COMPRESSED = 14, 15
_CELL = 1
_KINDS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}


def cells(path: Path) -> dict[str, list[NDArray[Any]]]:
    """Name -> matrices of every cell array of a file, in the order of the file.

    Raises
    ------
    DataError
        It is not such a file.
    """
    content = path.read_bytes()
    if content[126:128] != b"IM":
        raise DataError("is no MATLAB 5 file of little-endian numbers", path)
    try:
        found = {}
        for kind, body in _elements(content[_HEAD_BYTES:]):
            [(kind, body)] = _elements(zlib.decompress(body)) if kind == _COMPRESSED else [(kind, body)]
            name, value = _matrix(body)
            if isinstance(value, list):
                found[name] = value
        return found
    except (struct.error, zlib.error, ValueError, KeyError, IndexError) as error:
        raise DataError(f"is a broken MATLAB file ({error})", path, "Fetch it again.") from error


def _elements(content: bytes) -> list[tuple[int, bytes]]:
    """Type and body of each data element; bodies are padded to eight bytes, and those of up to four lie in the tag."""
    found, at = [], 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<II", content, at)
        if kind >> 16:
            found.append((kind & 0xFFFF, content[at + 4 : at + 4 + (kind >> 16)]))
            at += 8
            continue
        if at + 8 + size > len(content):
            raise ValueError("an element ends behind the file")
        found.append((kind, content[at + 8 : at + 8 + size]))
        at += 8 + size + (0 if kind == _COMPRESSED else -size % 8)
    return found


def _matrix(body: bytes) -> tuple[str, NDArray[Any] | list[NDArray[Any]]]:
    (_, flags), (_, dims), (_, name), *rest = _elements(body)
    shape = np.frombuffer(dims, "<i4")
    if flags[0] != _CELL:
        kind, numbers = rest[0]
        return name.decode("ascii"), np.frombuffer(numbers, "<" + _KINDS[kind]).reshape(shape, order="F")
    inner = [_matrix(part)[1] for kind, part in rest if kind == _MATRIX]
    return name.decode("ascii"), [value for value in inner if not isinstance(value, list)]
