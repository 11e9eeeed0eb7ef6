"""What a data set is to the store: a name, terms, and pieces that lie in files or are made from a table."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..columns import Columns
from ..read.refusal import Refusal
from .licence import Licence

Stamp = list[tuple[str, int, int]]
"""Name, size in bytes and time of the last change (ns) of every file that a data set rests on."""


@dataclass(frozen=True)
class Entry:
    """One piece of a data set.

    Parameters
    ----------
    name
        Unlike all others of its set.
    source
        A file that some reader takes; or the piece itself where the set makes it, or why there is none.
    part
        "train", "valid" or "test" in the set's published split, "" where it has none.
    """

    name: str
    source: Path | Columns | Refusal
    part: str = ""


class DataSet(Protocol):
    """What a data set says of itself; it holds data only."""

    name: str
    doc: str
    citation: str
    url: str
    licence: Licence

    def stamp(self) -> Stamp:
        """What the set's files look like now, without reading them; nothing where they must be fetched first."""
        ...

    def entries(self) -> AbstractContextManager[Sequence[Entry]]:
        """All pieces, sorted by name; their files are there until the context ends.

        Raises
        ------
        DataError
            The files are not on this machine; the text says how to get them.
        """
        ...


def stamp_of(files: Sequence[tuple[str, Path]]) -> Stamp:
    """The stamp of files, each with its name."""
    stamp = []
    for name, path in files:
        status = os.stat(path)  # noqa: PTH116 - three times as quick for a million files
        # a copy may keep the old time of writing, but not the old time of change
        stamp.append((name, status.st_size, max(status.st_mtime_ns, status.st_ctime_ns)))
    return stamp


def dealt(group: str) -> str:
    """The part of a group of pieces that must stay together: one in ten each for valid and test, by its name alone."""
    number = int.from_bytes(hashlib.sha256(group.encode("utf-8", "surrogatepass")).digest()[:8], "big") % 10
    return {0: "test", 1: "valid"}.get(number, "train")
