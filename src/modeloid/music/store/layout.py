"""The files of a store: which array of a block each holds, and the head that makes a run of numbers a .npy file."""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np

from .schema import PIECES, TABLES, TEXT

HEADER = "header.json"
REFUSED = "refused.jsonl"
HEAD_BYTES = 128
"""numpy leaves room in the head for any length, so that it can be written when the length is known."""


class Column(NamedTuple):
    """A file of the store: the array of a block that it comes from, its type, and if it holds edges."""

    source: str
    kind: np.dtype[np.generic]
    is_edges: bool

    @property
    def start_bytes(self) -> int:
        """What stands in the file before the first piece: the head, and for edges the first."""
        return HEAD_BYTES + self.is_edges * self.kind.itemsize


def columns() -> dict[str, Column]:
    """Name -> column, of all but the texts of `schema.INFOS`."""
    plan: dict[str, Column] = {}
    for table, kinds in (*TABLES.items(), ("pieces", PIECES)):
        for column, kind in kinds.items():
            name = f"{table}.{column}"
            plan[name] = Column(name, np.dtype("u1" if kind == TEXT else kind), False)
            if kind == TEXT:
                plan[f"{name}.edges"] = Column(f"{name}.length", np.dtype("<i8"), True)
        if table != "pieces":
            plan[f"{table}.edges"] = Column(f"{table}.count", np.dtype("<i8"), True)
    return plan


def head(kind: np.dtype[np.generic], length: int) -> bytes:
    """What stands in a .npy file before so many numbers."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": kind.str, "fortran_order": False, "shape": (length,)})
    assert file.tell() == HEAD_BYTES
    return file.getvalue()
