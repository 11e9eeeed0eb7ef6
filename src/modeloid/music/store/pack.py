"""Many pieces as one set of arrays: what a shard holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import BESIDE, NOTE_COLUMNS, Columns
from .length import seconds
from .schema import INFOS, PARTS, PIECES, TABLES, TEXT

Arrays = dict[str, NDArray[Any]]

_LISTED = ("tempos", "meters", "keys", "lyrics", "markers")
_MUSICAL = frozenset(["tpq", "tracks", *_LISTED])


@dataclass(frozen=True)
class Named:
    """A piece on its way into a store, and the part of the published split that it belongs to, "" without one."""

    name: str
    columns: Columns
    part: str = ""


def pack(pieces: Sequence[Named]) -> Arrays:
    """Lay pieces end to end.

    Returns
    -------
    ``table.column`` for every column of the schema; ``table.count``, the rows of each piece; for a text its bytes in
    UTF-8, and ``table.column.length``, the bytes of each row.
    """
    arrays: Arrays = {}
    _pack_notes(arrays, pieces)
    _pack_tracks(arrays, pieces)
    for table in _LISTED:
        _pack_rows(arrays, table, [piece.columns.about.get(table, ()) for piece in pieces])
    for table in BESIDE:
        _pack_beside(arrays, table, pieces)
    _pack_pieces(arrays, pieces)
    return arrays


def _pack_notes(arrays: Arrays, pieces: Sequence[Named]) -> None:
    for name, kind in NOTE_COLUMNS.items():
        parts = [piece.columns.notes[name] for piece in pieces]
        arrays[f"notes.{name}"] = np.concatenate([np.zeros(0, kind), *parts]).astype(kind, copy=False)
    arrays["notes.count"] = _counts(piece.columns.notes["onset"] for piece in pieces)


def _pack_tracks(arrays: Arrays, pieces: Sequence[Named]) -> None:
    _pack_rows(arrays, "tracks", [piece.columns.about["tracks"] for piece in pieces])


def _pack_rows(arrays: Arrays, table: str, rows: Sequence[Sequence[Sequence[Any]]]) -> None:
    flat = [row for piece in rows for row in piece]
    fields = zip(*flat, strict=True) if flat else [()] * len(TABLES[table])
    for (column, kind), values in zip(TABLES[table].items(), fields, strict=True):
        _put(arrays, f"{table}.{column}", kind, values)
    arrays[f"{table}.count"] = _counts(rows)


def _pack_beside(arrays: Arrays, table: str, pieces: Sequence[Named]) -> None:
    nothing = np.zeros((0, len(BESIDE[table])), np.int32)
    rows = [piece.columns.beside.get(table, nothing) for piece in pieces]
    flat = np.concatenate([nothing, *rows])
    for (column, kind), values in zip(TABLES[table].items(), flat.T, strict=True):
        arrays[f"{table}.{column}"] = values.astype(kind)
    arrays[f"{table}.count"] = _counts(rows)


def _pack_pieces(arrays: Arrays, pieces: Sequence[Named]) -> None:
    infos: dict[str, int] = {}
    values: Mapping[str, Iterable[Any]] = {
        "name": [piece.name for piece in pieces],
        "tpq": [piece.columns.about["tpq"] for piece in pieces],
        "part": [PARTS.index(piece.part) for piece in pieces],
        "seconds": seconds(arrays, [piece.columns.about["tpq"] for piece in pieces]),
        "info": [infos.setdefault(info, len(infos)) for info in _infos(pieces)],
    }
    for column, kind in PIECES.items():
        _put(arrays, f"pieces.{column}", kind, values[column])
    _put(arrays, INFOS, TEXT, infos)


def _infos(pieces: Iterable[Named]) -> Iterator[str]:
    last: dict[str, Any] | None = None
    text = ""
    for piece in pieces:
        said = {key: value for key, value in piece.columns.about.items() if key not in _MUSICAL}
        if said != last:
            last, text = said, json.dumps(said, sort_keys=True)
        yield text


def _put(arrays: Arrays, name: str, kind: str, values: Iterable[Any]) -> None:
    if kind != TEXT:
        arrays[name] = values if isinstance(values, np.ndarray) else np.array(list(values), kind)
        return
    # names of files may hold bytes that are no text, which Python keeps as lone surrogates
    texts = [value.encode("utf-8", "surrogatepass") for value in values]
    arrays[name] = np.frombuffer(b"".join(texts), np.uint8)
    arrays[f"{name}.length"] = _counts(texts)


def _counts(parts: Iterable[Any]) -> NDArray[np.int64]:
    return np.array([len(part) for part in parts], "<i8")
