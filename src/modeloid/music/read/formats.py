"""Which reader takes which file, and what is done with what it returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..columns import Columns
from ..errors import ReadError
from .abc import abc
from .check import check
from .content import content
from .kern import kern
from .limits import Limits
from .midi import Parsed, columns_of, parse
from .musicxml import musicxml
from .sniff import SUFFIXES, form
from .tidy import tidy

Reader = Callable[[bytes, Path, Limits], "Columns | Parsed"]

FORMS: dict[str, Reader] = {"midi": parse, "musicxml": musicxml, "kern": kern, "abc": abc}
"""Form, see `sniff` -> what takes the bytes of a file of that form."""

READERS = SUFFIXES
"""Suffix in lower case -> form. What a file is, its first bytes decide where they tell."""

PACKAGES = {"musicxml": "verovio", "kern": "verovio"}
"""Form -> the package beyond our dependencies that reads it."""

VERSION = 3
"""Counts what changes the notes that the readers return; it is part of the key of every cached corpus."""


def begin(path: Path, limits: Limits) -> Columns | Parsed:
    """Read one file; what is quicker done for many at once is left to `finish`.

    Raises
    ------
    ReadError
        No reader takes it, the reader refused, or what it returned is not music.
    """
    data = content(path, limits)
    begun = FORMS[form(data, path)](data, path, limits)
    return begun if isinstance(begun, Parsed) else _checked(begun, path, limits)


def finish(parsed: Sequence[Parsed], limits: Limits) -> list[Columns | ReadError]:
    """Take the columns of what was begun, all at once; tidy and check them."""
    answers: list[Columns | ReadError] = []
    for one, (answer, sane) in zip(parsed, columns_of(parsed, limits), strict=True):
        try:
            answers.append(answer if isinstance(answer, ReadError) else _checked(answer, one.path, limits, sane))
        except ReadError as error:
            answers.append(error)
    return answers


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
    (answer,) = finish([begun], limits)
    if isinstance(answer, ReadError):
        raise answer
    return answer


def _checked(columns: Columns, path: Path, limits: Limits, sane: bool = False) -> Columns:
    tidied = tidy(columns, sane)
    check(tidied, str(path), limits, sane)
    return tidied


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
