"""Which reader takes which file, and what is done with what it returns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..columns import Columns
from .block import unpack
from .content import content
from .limits import Limits
from .midi import SIGN, Parsed, parse
from .settle import settle, sound
from .sniff import SUFFIXES, form

Reader = Callable[[bytes, Path, Limits], "Columns | Parsed"]


def _abc(data: bytes, path: Path, limits: Limits) -> Columns:
    from .abc import abc

    return abc(data, path, limits)


def _kern(data: bytes, path: Path, limits: Limits) -> Columns:
    from .kern import kern

    return kern(data, path, limits)


def _musicxml(data: bytes, path: Path, limits: Limits) -> Columns:
    from .musicxml import musicxml

    return musicxml(data, path, limits)


# imported when needed: starting the children is what a small import waits for
FORMS: dict[str, Reader] = {"midi": parse, "musicxml": _musicxml, "kern": _kern, "abc": _abc}
"""Form, see `sniff` -> what takes the bytes of a file of that form."""

READERS = SUFFIXES
"""Suffix in lower case -> form. What a file is, its first bytes decide where they tell."""

PACKAGES = {"musicxml": "verovio", "kern": "verovio"}
"""Form -> the package beyond our dependencies that reads it."""

VERSION = 3
"""Counts what changes the notes that the readers return; it is part of the key of every cached corpus."""


def begin(path: str | Path, limits: Limits) -> Columns | Parsed:
    """Read one file; what is quicker done for many at once is left to `settle`.

    Raises
    ------
    ReadError
        No reader takes it, the reader refused, or what it returned is not music.
    """
    data = content(path, limits)
    if data.startswith(SIGN):  # as `form` says, too, but a `Path` takes as long as opening the file
        return parse(data, path, limits)
    path = Path(path)
    begun = FORMS[form(data, path)](data, path, limits)
    return begun if isinstance(begun, Parsed) else sound(begun, path, limits)


def read_unguarded(path: Path, limits: Limits) -> Columns:
    """Read and check one file in this process, which the file may take down with it.

    Raises
    ------
    ReadError
        No reader takes it, the reader refused, or what it returned is not music.
    """
    begun = begin(path, limits)
    if isinstance(begun, Columns):
        return begun
    block, errors = settle([begun], [()], limits)
    if errors:
        raise errors[0]
    return unpack(block)[0]


def parsers() -> dict[str, str]:
    """Name -> installed version of the libraries that parse; "absent" where one is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in ("symusic", "verovio"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
