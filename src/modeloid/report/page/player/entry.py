"""One generated piece as the page holds it: music as notes and its file, anything else as text or picture."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modeloid.report.record import Piece, numbers, plain

from . import notes

_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_TEXTS = ("txt", "json", "csv", "abc", "md")
_LONGEST_TEXT = 20_000
_LARGEST_PICTURE = 200_000
_LARGEST_MIDI = 200_000
_LONGEST_WISH = 80


@dataclass
class Entry:
    """What the page's script gets of a piece.

    Parameters
    ----------
    about
        Plain data for JSON; ``kind`` is "music", "text", "picture" or "other".
    parts
        Name -> bytes that stand beside it: "midi", later "score".
    piece
        As recorded.
    """

    about: dict[str, Any]
    piece: Piece
    parts: dict[str, bytes] = field(default_factory=dict)


def entry(piece: Piece) -> Entry:
    """A piece for the page; never fails for what a file holds."""
    return Entry(_facts(piece) | _shown(piece), piece, _parts(piece))


def _facts(piece: Piece) -> dict[str, Any]:
    metrics = piece.annotation.get("metrics")
    found: dict[str, Any] = {
        "number": piece.number,
        "seed": piece.seed,
        "wishes": [[str(name), plain(value)[:_LONGEST_WISH]] for name, value in piece.wishes.items()],
        "metrics": [[name, f"{value:.4g}"] for name, value in numbers(metrics).items()]
        if isinstance(metrics, Mapping)
        else [],
    }
    return found | {"originality": told} if (told := _originality(piece)) else found


def _originality(piece: Piece) -> str:
    """In words, "" where it was not measured."""
    found = piece.annotation.get("originality")
    if not isinstance(found, Mapping):
        return ""
    said = []
    known = numbers(found)
    if "longest_run" in known:
        said.append(f"{known['longest_run']:.0f} notes in a row as in a training piece")
    if "copied" in known:
        said.append(f"{100 * known['copied']:.1f} % of its short phrases copied")
    if found.get("nearest"):
        share = f" ({100 * known['nearest_share']:.1f} % shared)" if "nearest_share" in known else ""
        said.append(f"nearest: {found['nearest']}{share}")
    return "; ".join(said)


def _shown(piece: Piece) -> dict[str, Any]:
    if "mid" in piece.files:
        path = piece.files["mid"]
        if _size(path) > _LARGEST_MIDI:
            return {"kind": "other", "text": f"{path.name} is too large to be shown here."}
        found = notes.read(path)
        return {"kind": "other", "text": f"{path.name} cannot be read as MIDI."} if found is None else found | _music
    for suffix, path in sorted(piece.files.items()):
        found = _drawn(suffix, path)
        if found is not None:
            return found
    names = ", ".join(sorted(path.name for path in piece.files.values()))
    return {"kind": "other", "text": f"Its files cannot be shown here: {names}." if names else "It has no file."}


_music = {"kind": "music"}


def _parts(piece: Piece) -> dict[str, bytes]:
    path = piece.files.get("mid")
    if path is None or not 0 < _size(path) <= _LARGEST_MIDI:
        return {}
    return {"midi": path.read_bytes()}


def _drawn(suffix: str, path: Path) -> dict[str, Any] | None:
    if suffix in _TEXTS and _size(path) >= 0:
        text = path.read_bytes()[: _LONGEST_TEXT + 1].decode("utf-8", errors="replace")
        more = " …" if len(text) > _LONGEST_TEXT else ""
        return {"kind": "text", "text": text[:_LONGEST_TEXT] + more}
    if suffix in _PICTURES and 0 < _size(path) <= _LARGEST_PICTURE:
        return _picture(_PICTURES[suffix], path.read_bytes())
    if suffix == "pgm" and 0 < _size(path) <= _LARGEST_PICTURE:
        data = _png_of_pgm(path.read_bytes())
        return None if data is None else _picture("image/png", data)
    return None


def _picture(kind: str, data: bytes) -> dict[str, Any]:
    return {"kind": "picture", "source": f"data:{kind};base64,{base64.b64encode(data).decode()}"}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _png_of_pgm(data: bytes) -> bytes | None:
    """A plain PGM (the "P2" of Netpbm) as PNG, which browsers show; None where it is damaged."""
    words = data.split()
    try:
        if words[:1] != [b"P2"]:
            return None
        width, height, most = (int(word) for word in words[1:4])
        shades = [int(word) for word in words[4:]]
    except ValueError:
        return None
    if min(width, height, most) < 1 or len(shades) != width * height or not 0 <= min(shades) <= max(shades) <= most:
        return None
    lines = [bytes(255 * shade // most for shade in shades[at : at + width]) for at in range(0, len(shades), width)]
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
