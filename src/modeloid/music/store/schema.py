"""What lies in a store: tables of columns, in which the rows of a piece lie together, and one row a piece."""

from __future__ import annotations

from collections.abc import Mapping

from ..read.tables import COUNT, INFOS, PER_PIECE, TABLES, TEXT

__all__ = ["COUNT", "INFOS", "MUSIC", "PARTS", "PIECES", "TABLES", "TEXT", "UNHEARD", "VERSION"]

VERSION = 3
"""Counts what changes the files of a store; `docs/store.md` describes this version."""

PIECES: Mapping[str, str] = {"name": TEXT, "part": "u1", **PER_PIECE}
"""The table of one row a piece. `part` is an index into `PARTS`, `info` one into the texts of `INFOS`."""

PARTS = ("", "train", "valid", "test")
"""The published split; "" where there is none."""

MUSIC = (*TABLES, "pieces")
"""What the digest of a corpus covers, but for `pieces.seconds` and `pieces.info`, which follow from the rest or name
the path that a piece came by."""

UNHEARD = ("pieces.seconds", "pieces.info")
