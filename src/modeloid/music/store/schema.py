"""What lies in a store: tables of columns, in which the rows of a piece lie together, and one row a piece."""

from __future__ import annotations

from collections.abc import Mapping

from ..columns import NOTE_COLUMNS

VERSION = 2
"""Counts what changes the files of a store; `docs/store.md` describes this version."""

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

PIECES: Mapping[str, str] = {"name": TEXT, "tpq": "<u2", "part": "u1", "seconds": "<f8", "info": "<u4"}
"""The table of one row a piece. `part` is an index into `PARTS`, `info` one into the texts of `INFOS`."""

INFOS = "infos"
"""The distinct texts (JSON) of what the readers say of their path; most pieces share one."""

PARTS = ("", "train", "valid", "test")
"""The published split; "" where there is none."""

MUSIC = (*TABLES, "pieces")
"""What the digest of a corpus covers, but for `pieces.seconds` and `pieces.info`, which follow from the rest or name
the path that a piece came by."""

UNHEARD = ("pieces.seconds", "pieces.info")
