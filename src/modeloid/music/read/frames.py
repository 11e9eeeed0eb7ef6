"""How a guarded child answers: frames of a kind, a length and a body; plain arrays and json, never pickle."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import BESIDE, NOTE_COLUMNS, Columns

Buffer = bytes | memoryview

HEAD = struct.Struct("<cQ")
"""One letter for the kind, eight bytes for the length of the body."""
READY, ANSWERS, NO_MEMORY = b"+", b"A", b"M"
LONGEST_BODY = 2**32

_LENGTH = struct.Struct("<Q")


def dump(answers: Sequence[Columns | str]) -> bytes:
    """Pieces, and why some are none, as bytes: a header in json, then each column of all pieces in one block."""
    pieces = [answer for answer in answers if isinstance(answer, Columns)]
    header = json.dumps([answer if isinstance(answer, str) else _facts(answer) for answer in answers]).encode()
    blocks = [np.ascontiguousarray(piece.notes[name]).data for name in NOTE_COLUMNS for piece in pieces]
    beside = [piece.beside[name] for name in BESIDE for piece in pieces if name in piece.beside]
    blocks += [np.ascontiguousarray(rows).data for rows in beside]
    return b"".join([_LENGTH.pack(len(header)), header, *blocks])


def load(body: Buffer) -> list[Columns | str]:
    """What `dump` wrote. The arrays of all pieces are views of one block of memory."""
    start = _LENGTH.size + _LENGTH.unpack_from(body)[0]
    header: list[Any] = json.loads(bytes(body[_LENGTH.size : start]))
    facts = [fact for fact in header if isinstance(fact, list)]
    counts = [fact[0] for fact in facts]
    notes: list[dict[str, NDArray[Any]]] = [{} for _ in facts]
    for name, kind in NOTE_COLUMNS.items():
        start = _cut(
            body, start, np.dtype(kind), (), [(piece, name, count) for piece, count in zip(notes, counts, strict=True)]
        )
    beside: list[dict[str, NDArray[Any]]] = [{} for _ in facts]
    for name, numbers in BESIDE.items():
        rows = [(piece, name, fact[2][name]) for piece, fact in zip(beside, facts, strict=True) if name in fact[2]]
        start = _cut(body, start, np.dtype(np.int32), (len(numbers),), rows)
    pieces = iter([Columns(own, fact[1], more) for own, fact, more in zip(notes, facts, beside, strict=True)])
    return [next(pieces) if isinstance(fact, list) else str(fact) for fact in header]


def _facts(piece: Columns) -> list[Any]:
    return [len(piece), piece.about, {name: len(rows) for name, rows in piece.beside.items()}]


def _cut(
    body: Buffer,
    start: int,
    kind: np.dtype[Any],
    shape: tuple[int, ...],
    rows: list[tuple[dict[str, NDArray[Any]], str, int]],
) -> int:
    """Give each piece its rows of a block of one kind; returns the place behind the block."""
    total = sum([count for _, _, count in rows])
    size = total * kind.itemsize * int(np.prod(shape, dtype=int))
    block = np.frombuffer(body, kind, size // kind.itemsize, start).reshape(total, *shape)
    place = 0
    for piece, name, count in rows:
        piece[name] = block[place : place + count]
        place += count
    return start + size
