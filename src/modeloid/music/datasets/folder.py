"""A user's own folder of music files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ..errors import DataError
from ..read.formats import READERS
from .entry import Entry, Stamp, stamp_of
from .licence import Licence
from .tunebook import opened

UNREAD = frozenset([".syx", ".midi2", ".mscz", ".mscx", ".mei", ".ly", ".gp5", ".gpx", ".sib", ".mus", ".musx"])
"""Suffixes of music that no reader takes: such files get a verdict too."""


class Folder:
    """All files of music below a folder: by their suffix in any case, or MIDI by its first bytes without a suffix.

    Parameters
    ----------
    path
        The folder; ``~`` is the home directory.
    """

    doc = "your own folder"
    citation = ""
    url = ""
    licence = Licence("unknown", "your own files: their licences are yours to know")

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser()
        self.name = f"folder:{path}"

    def files(self) -> list[tuple[str, Path]]:
        """Every readable file below the folder, named by its path inside it.

        Raises
        ------
        DataError
            The folder is absent or holds no file that a reader takes.
        """
        if not self.path.is_dir():
            raise DataError("there is no such folder", self.path, "Name an existing one: folder:PATH.")
        files = sorted(music_below(self.path))
        if not files:
            raise DataError("no music files in this folder", self.path, f"Known suffixes: {', '.join(READERS)}.")
        return files

    def stamp(self) -> Stamp:
        """See `DataSet.stamp`."""
        return stamp_of(self.files())

    def entries(self) -> AbstractContextManager[Sequence[Entry]]:
        """See `DataSet.entries`."""
        return opened(self.files())


def music_below(folder: Path) -> list[tuple[str, Path]]:
    """Name and path of every file of music below a folder; hidden ones are left alone."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(place)
        prefix = "" if below == folder else f"{below.relative_to(folder).as_posix()}/"
        found += [(prefix + name, below / name) for name in names if _is_music(name, place)]
    return found


def _is_music(name: str, place: str) -> bool:
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a path each would take as long as the walk
    if name.startswith(".") or (suffix and suffix not in READERS and suffix not in UNREAD):
        return False
    path = os.path.join(place, name)  # noqa: PTH118 - as above
    return os.path.isfile(path) and bool(suffix or _is_midi(path))  # noqa: PTH113 - as above


def _is_midi(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"MThd" or (head[:4] == b"RIFF" and head[8:] == b"RMID")
