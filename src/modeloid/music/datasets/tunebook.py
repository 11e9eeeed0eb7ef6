"""ABC files that hold many tunes, as one file a tune."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from ..errors import ReadError
from ..read.content import content
from ..read.limits import Limits
from ..store.cache import scratch
from .entry import Entry

_TUNE = re.compile(rb"^X:", re.MULTILINE)
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")


def tunes(book: bytes) -> list[bytes]:
    """The tunes of a book, each with the book's header.

    A tune begins with its ``X:`` line. What stands before the first, up to a blank line, is the header of the book and
    holds for every tune (ABC 2.1, section 2.2.2).
    """
    starts = [match.start() for match in _TUNE.finditer(book)]
    if len(starts) < 2:
        return [book]
    head = _BLANK.split(book[: starts[0]].lstrip(), maxsplit=1)[0].strip()
    header = head + b"\n\n" if head else b""
    edges = [*starts, len(book)]
    return [header + book[start:stop] for start, stop in pairwise(edges)]


@contextmanager
def opened(files: Sequence[tuple[str, Path]], parts: dict[str, str] | None = None) -> Iterator[list[Entry]]:
    """Entries of files, with every book of tunes as its tunes, named ``book#0001`` and so on.

    Parameters
    ----------
    files
        Name and path.
    parts
        Name -> part of the published split.
    """
    known = parts or {}
    with scratch() as place:
        entries = []
        for number, (name, path) in enumerate(files):
            book = _book(path)
            if len(book) < 2:
                entries.append(Entry(name, path, known.get(name, "")))
                continue
            for tune, text in enumerate(book, 1):
                single = place / f"{number}-{tune}.abc"
                single.write_bytes(text)
                entries.append(Entry(f"{name}#{tune:04}", single, known.get(name, "")))
        yield entries


def _book(path: Path) -> list[bytes]:
    if path.suffix.lower() != ".abc":
        return []
    try:
        return tunes(content(path, Limits()))
    except ReadError:
        # the reader refuses it again, and says why
        return []
