"""Texts in files that do not say how they are encoded."""

from __future__ import annotations

import re

_KANA = re.compile("[\u3040-\u30ff]")
_TEXT_KINDS = range(0x01, 0x10)


def decode(text: bytes) -> str:
    """As UTF-8 where it is that, as Shift-JIS where that gives kana, else as Windows-1252, letter by letter."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        pass
    try:
        if _KANA.search(japanese := text.decode("cp932")):
            return japanese
    except UnicodeDecodeError:
        pass
    return text.decode("cp1252", errors="replace")


def legible(body: bytes) -> bytes:
    """A MIDI event; if it is a text, in UTF-8, which is all that symusic takes."""
    if body[0] != 0xFF or body[1] not in _TEXT_KINDS or body.isascii():
        return body
    head = 3
    while body[head - 1] >= 0x80:
        head += 1
    text = decode(body[head:]).encode()
    return body if text == body[head:] else body[:2] + variable(len(text)) + text


def variable(number: int) -> bytes:
    """A number in the variable length of MIDI files."""
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))
