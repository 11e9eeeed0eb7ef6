"""What a file is, by its first bytes where they tell, else by its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..errors import ReadError

HEAD_BYTES = 4096

SUFFIXES = {
    ".mid": "midi",
    ".midi": "midi",
    ".kar": "midi",
    ".rmi": "midi",
    ".mxl": "musicxml",
    ".musicxml": "musicxml",
    ".xml": "musicxml",
    ".krn": "kern",
    ".abc": "abc",
}
"""Suffix in lower case -> form."""

QUICK = frozenset(suffix for suffix, name in SUFFIXES.items() if name == "midi")
"""Suffixes of files that are read in well under a millisecond."""


def suffix_of(path: Path) -> str:
    """As `Path.suffix` or `os.path.splitext`, of which the one takes twice and the other three times as long."""
    text = str(path)
    dot = text.rfind(".")
    name = text.rfind(os.sep) + 1
    return text[dot:] if dot > name and text[name] != "." else os.path.splitext(text)[1]  # noqa: PTH122


_SIGNS = (
    (re.compile(rb"MThd|RIFF....RMID", re.DOTALL), "midi"),
    (re.compile(rb"PK\x03\x04"), "musicxml"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml.{0,2000}?<score-(?:partwise|timewise)\b", re.DOTALL), "musicxml"),
    (re.compile(rb"(?:\xff\xfe|\xfe\xff)?\x00?<\x00?\?\x00?x\x00?m\x00?l"), "musicxml"),
    (re.compile(rb"(?:!!.*[\r\n]+)*\*\*(?:kern|dynam|text|silbe)\b"), "kern"),
    (re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|%.*[\r\n]|[A-Z]:.*[\r\n])*X:\s*\d"), "abc"),
)

_STRANGERS = (
    (b"\x1f\x8b", "is compressed with gzip", "Unpack it first."),
    (b"version https://git-lfs", "is a git LFS pointer and not the file", "Fetch it with 'git lfs pull'."),
    (b"<!doctype html", "is a web page", ""),
    (b"<html", "is a web page", ""),
    (b"SMF2CLIP", "is a clip of MIDI 2.0", "Convert it to a standard MIDI file."),
    (b"\x00\x05\x16\x07", "is a macOS resource fork and not the file", ""),
    (b"RIFF", "is a RIFF file without MIDI and not MIDI", ""),
    (b"%PDF", "is a PDF", ""),
    (b"ID3", "is sound and not notes", ""),
    (b"fLaC", "is sound and not notes", ""),
    (b"OggS", "is sound and not notes", ""),
)


def form(head: bytes, path: Path) -> str:
    """Name the form of a file: "midi", "musicxml", "kern" or "abc".

    Parameters
    ----------
    head
        Its first bytes, at most `HEAD_BYTES` are looked at.
    path
        Where it lies; its suffix counts, in any case, where the bytes do not tell.

    Raises
    ------
    ReadError
        It is something else; where the first bytes tell, it is named.
    """
    if head.startswith(b"MThd"):
        return "midi"
    head, suffix = head[:HEAD_BYTES], path.suffix.lower()
    for start, what, advice in _STRANGERS:
        if head[: len(start)].lower() == start.lower() and head[8:12] != b"RMID":
            raise ReadError(what, path, advice)
    for sign, name in _SIGNS:
        if sign.match(head):
            return name
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    raise ReadError(
        f"no reader takes {path.suffix or 'a file without suffix'!r}, and its first bytes tell nothing", path
    )
