"""The tables in which pieces cross process borders and lie in the store: names and types of their columns."""

from __future__ import annotations

from collections.abc import Mapping

from ..columns import NOTE_COLUMNS

TEXT = "text"

TABLES: Mapping[str, Mapping[str, str]] = {
    "notes": NOTE_COLUMNS,
    "tracks": {"name": TEXT, "program": "u1", "drum": "u1"},
    "tempos": {"tick": "<i4", "mspq": "<i4"},
    "meters": {"tick": "<i4", "numerator": "<i4", "denominator": "<i4"},
    "keys": {"tick": "<i4", "sharps": "i1", "minor": "u1"},
    "controls": {"track": "<u2", "tick": "<i4", "number": "u1", "value": "u1"},
    "pedals": {"track": "<u2", "tick": "<i4", "duration": "<i4"},
    "bends": {"track": "<u2", "tick": "<i4", "value": "<i4"},
    "lyrics": {"track": "<u2", "tick": "<i4", "text": TEXT},
    "markers": {"tick": "<i4", "text": TEXT},
}
"""Table -> column -> type. Every table has as many rows a piece as its music needs."""

PER_PIECE: Mapping[str, str] = {"tpq": "<u2", "seconds": "<f8", "info": "<u4"}
"""What a reader says of a piece: ticks a quarter, how long it lasts, and an index into the texts of `INFOS`."""

INFOS = "infos"
"""The distinct texts (JSON) of what the readers say of their path; most pieces share one."""

COUNT = "<i8"
"""Type of what counts rows or bytes."""


def layout() -> dict[str, str]:
    """Every array of a block with its type, see `block.Block`."""
    kinds: dict[str, str] = {}
    for table, columns in TABLES.items():
        for column, kind in columns.items():
            kinds |= _stored(f"{table}.{column}", kind)
        kinds[f"{table}.count"] = COUNT
    return kinds | {f"pieces.{column}": kind for column, kind in PER_PIECE.items()} | _stored(INFOS, TEXT)


def _stored(name: str, kind: str) -> dict[str, str]:
    return {name: "u1", f"{name}.length": COUNT} if kind == TEXT else {name: kind}
