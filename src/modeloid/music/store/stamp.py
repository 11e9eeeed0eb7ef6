"""How a store is found again: by when its files were last touched, quickly, and by what they hold, surely."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..columns import NOTE_COLUMNS, Columns
from ..datasets.entry import Entry
from ..errors import ReadError
from ..read.content import content
from ..read.formats import VERSION as READERS_VERSION
from ..read.formats import parsers
from ..read.limits import Limits
from ..read.refusal import Refusal
from ..read.sniff import suffix_of
from .cache import home
from .schema import VERSION

_SETTLED_NS = 2_000_000_000
"""A file that was touched within the clock's resolution of being read may change again and look the same."""


Source = Sequence[str]
"""Name, part and digest of a file, or of a piece that was made from a table."""


def content_key(entries: Sequence[Entry], limits: Limits) -> str:
    """What the store depends on: the files by name and content, the readers, the limits, the schema."""
    return key_of(([entry.name, entry.part, digest_of(entry, limits)] for entry in entries), limits)


def key_of(sources: Iterable[Source], limits: Limits) -> str:
    """As `content_key`, where the digests are known."""
    digest = hashlib.sha256(workplace(limits).encode())
    for source in sources:
        # no name holds a zero byte
        digest.update("\0".join(source).encode("utf-8", "surrogatepass") + b"\0\0")
    return digest.hexdigest()[:24]


def workplace(limits: Limits) -> str:
    """Names what a store depends on beside its files."""
    return _hash(_circumstances(limits))


def digest_of(entry: Entry, limits: Limits, known: str = "") -> str:
    """Names what an entry holds; `known` is the SHA-256 of its file, if somebody has read that already."""
    if isinstance(entry.source, Columns):
        return _digest(entry.source)
    if isinstance(entry.source, Refusal):
        return f"refused: {entry.source.reason}"
    suffix = suffix_of(entry.source)
    try:
        return suffix + (known or hashlib.sha256(content(entry.source, limits)).hexdigest())
    except ReadError as error:
        # the reader will refuse it; the store is another one when it can be read
        return f"{suffix}: {str(error).removeprefix(str(entry.source))}"


def recall(name: str, stamp: Sequence[Any], limits: Limits) -> str | None:
    """The key of the store that was built when the files looked as they look now."""
    if not stamp:
        return None
    try:
        return str(json.loads(_note(name, stamp, limits).read_text())["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(name: str, stamp: Sequence[Any], limits: Limits, key: str) -> None:
    """Note which store belongs to how the files look now; not while they are so fresh that they may yet change."""
    touched = max((entry[-1] for entry in stamp), default=time.time_ns())
    if time.time_ns() - touched < _SETTLED_NS:
        return
    note = _note(name, stamp, limits)
    note.parent.mkdir(parents=True, exist_ok=True)
    fresh = note.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps({"name": name, "key": key}))
    fresh.replace(note)


def _note(name: str, stamp: Sequence[Any], limits: Limits) -> Path:
    return home() / "stamps" / f"{_hash({'name': name, 'stamp': list(stamp), **_circumstances(limits)})}.json"


def _circumstances(limits: Limits) -> dict[str, Any]:
    return {"readers": [READERS_VERSION, parsers()], "limits": limits.plain(), "schema": VERSION}


def _digest(piece: Columns) -> str:
    digest = hashlib.sha256(json.dumps(piece.about, sort_keys=True).encode())
    for name in NOTE_COLUMNS:
        digest.update(piece.notes[name].tobytes())
    return digest.hexdigest()


def _hash(seed: object) -> str:
    return hashlib.sha256(json.dumps(seed, sort_keys=True).encode()).hexdigest()[:24]
