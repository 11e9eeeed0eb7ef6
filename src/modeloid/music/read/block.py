"""Many pieces end to end in one set of arrays: what a guarded child answers with, and what lies in the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import BESIDE, NOTE_COLUMNS, Columns
from .length import ends, seconds
from .tables import COUNT, INFOS, TABLES, TEXT, layout

Arrays = dict[str, NDArray[Any]]

LAYOUT = layout()
LISTED = ("tempos", "meters", "keys")
WORDED = ("lyrics", "markers")
MUSICAL = frozenset(["tpq", "tracks", *LISTED, *WORDED])
"""The keys of `Columns.about` that have tables; all else is in the texts of `INFOS`."""


@dataclass(frozen=True)
class Block:
    """Pieces laid end to end.

    Parameters
    ----------
    arrays
        One for each name of `LAYOUT`: ``table.column`` for every column of `TABLES`; ``table.count``, the rows of each
        piece; ``pieces.*``, one a piece; for a text its bytes in UTF-8, and ``table.column.length``, those of each row.
    """

    arrays: Arrays

    def __len__(self) -> int:
        return len(self.arrays["pieces.tpq"])


def pack(pieces: Sequence[Columns]) -> Block:
    """Lay pieces end to end."""
    arrays: Arrays = {}
    for name, kind in NOTE_COLUMNS.items():
        arrays[f"notes.{name}"] = np.concatenate([np.zeros(0, kind), *(piece.notes[name] for piece in pieces)])
    arrays["notes.count"] = counts(piece.notes["onset"] for piece in pieces)
    for table in ("tracks", *LISTED, *WORDED):
        _pack_rows(arrays, table, [piece.about.get(table, ()) for piece in pieces])
    for table in BESIDE:
        _pack_beside(arrays, table, pieces)
    return completed(arrays, [piece.about["tpq"] for piece in pieces], map(info_of, pieces))


def completed(arrays: Arrays, tpq: Sequence[int], infos: Iterable[str]) -> Block:
    """A block of tables and of what is said of each piece: its ticks a quarter, and the text of its path."""
    known: dict[str, int] = {}
    arrays["pieces.tpq"] = np.array(tpq, LAYOUT["pieces.tpq"])
    arrays["pieces.info"] = np.array([known.setdefault(info, len(known)) for info in infos], LAYOUT["pieces.info"])
    put_texts(arrays, INFOS, [info.encode() for info in known])
    arrays["pieces.seconds"] = seconds(arrays, ends(arrays))
    return Block({name: arrays[name].astype(kind, copy=False) for name, kind in LAYOUT.items()})


def info_of(piece: Columns) -> str:
    """What the reader says of the path that a piece came by."""
    return json.dumps({key: value for key, value in piece.about.items() if key not in MUSICAL}, sort_keys=True)


def join(blocks: Sequence[Block]) -> Block:
    """Blocks end to end."""
    if len(blocks) == 1:
        return blocks[0]
    if not blocks:
        return pack([])
    arrays = {name: np.concatenate([block.arrays[name] for block in blocks]) for name in LAYOUT}
    shifts = accumulate([len(block.arrays[f"{INFOS}.length"]) for block in blocks], initial=0)
    numbers = [block.arrays["pieces.info"] + shift for block, shift in zip(blocks, shifts, strict=False)]
    return Block(arrays | {"pieces.info": np.concatenate(numbers).astype(LAYOUT["pieces.info"])})


def unpack(block: Block) -> list[Columns]:
    """The pieces one by one; their arrays are views of the block's."""
    arrays = block.arrays
    tables = {table: _pieces(arrays[f"{table}.count"], _rows(arrays, table)) for table in ("tracks", *LISTED, *WORDED)}
    beside = {table: _beside(arrays, table) for table in BESIDE}
    infos = list(texts(arrays, INFOS))
    edges = _edges(arrays["notes.count"])
    pieces = []
    for number, (tpq, info) in enumerate(
        zip(arrays["pieces.tpq"].tolist(), arrays["pieces.info"].tolist(), strict=True)
    ):
        about = {"tpq": tpq} | {
            table: rows[number] for table, rows in tables.items() if rows[number] or table in _ASKED
        }
        part = slice(edges[number], edges[number + 1])
        notes = {name: arrays[f"notes.{name}"][part] for name in NOTE_COLUMNS}
        own = {table: rows[number] for table, rows in beside.items() if len(rows[number])}
        pieces.append(Columns(notes, about | json.loads(infos[info]), own))
    return pieces


_ASKED = frozenset(["tracks", *LISTED])
"""The tables that `Columns.about` names even when they are empty."""


def texts(arrays: Arrays, name: str, errors: str = "surrogatepass") -> Iterator[str]:
    """The rows of a column of texts; `errors` is what to do where one is no UTF-8, see `str`."""
    whole = arrays[name].tobytes()
    return (str(whole[start:stop], "utf-8", errors) for start, stop in pairwise(_edges(arrays[f"{name}.length"])))


def put_texts(arrays: Arrays, name: str, rows: Sequence[bytes]) -> None:
    """Add a column of texts."""
    arrays[name] = np.frombuffer(b"".join(rows), np.uint8)
    arrays[f"{name}.length"] = counts(rows)


def counts(parts: Iterable[Any]) -> NDArray[np.int64]:
    """The length of each."""
    return np.array([len(part) for part in parts], COUNT)


def encoded(text: str) -> bytes:
    """As UTF-8; names of files may hold bytes that are no text, which Python keeps as lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def _pack_rows(arrays: Arrays, table: str, rows: Sequence[Sequence[Sequence[Any]]]) -> None:
    flat = [row for piece in rows for row in piece]
    fields = zip(*flat, strict=True) if flat else [()] * len(TABLES[table])
    for (column, kind), values in zip(TABLES[table].items(), fields, strict=True):
        if kind == TEXT:
            put_texts(arrays, f"{table}.{column}", [encoded(value) for value in values])
        else:
            arrays[f"{table}.{column}"] = np.array(values, kind)
    arrays[f"{table}.count"] = counts(rows)


def _pack_beside(arrays: Arrays, table: str, pieces: Sequence[Columns]) -> None:
    nothing = np.zeros((0, len(BESIDE[table])), np.int32)
    rows = [piece.beside.get(table, nothing) for piece in pieces]
    flat = np.concatenate([nothing, *rows])
    for (column, kind), values in zip(TABLES[table].items(), flat.T, strict=True):
        arrays[f"{table}.{column}"] = values.astype(kind)
    arrays[f"{table}.count"] = counts(rows)


def _rows(arrays: Arrays, table: str) -> list[list[Any]]:
    fields: list[Iterable[Any]] = []
    for column, kind in TABLES[table].items():
        name = f"{table}.{column}"
        values = texts(arrays, name) if kind == TEXT else arrays[name].tolist()
        fields.append(map(bool, values) if column == "drum" else values)
    return [list(row) for row in zip(*fields, strict=True)]


def _beside(arrays: Arrays, table: str) -> list[NDArray[np.int32]]:
    flat = np.column_stack([arrays[f"{table}.{column}"] for column in TABLES[table]]).astype(np.int32, copy=False)
    return _pieces(arrays[f"{table}.count"], flat)


def _pieces(rows_a_piece: NDArray[np.int64], rows: Any) -> list[Any]:
    return [rows[start:stop] for start, stop in pairwise(_edges(rows_a_piece))]


def _edges(lengths: NDArray[np.int64]) -> list[int]:
    return list(accumulate(lengths.tolist(), initial=0))
