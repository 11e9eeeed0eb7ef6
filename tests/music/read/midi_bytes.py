"""MIDI files written byte by byte, right or wrong as asked, and readers that need no file."""

from __future__ import annotations

import struct
from pathlib import Path

from modeloid.music.columns import Columns
from modeloid.music.read.block import unpack
from modeloid.music.read.formats import FORMS
from modeloid.music.read.limits import Limits
from modeloid.music.read.midi import Parsed
from modeloid.music.read.settle import settle

END = b"\0\xff\x2f\0"


def note(pitch=60, velocity=64, length=96, channel=0):
    """A note that starts at once."""
    return bytes([0, 0x90 | channel, pitch, velocity, length, 0x80 | channel, pitch, 0])


def track(body, length=None, name=b"MTrk"):
    return name + struct.pack(">I", len(body) if length is None else length) + body


def smf(*chunks, tpq=480, kind=1, count=None, header=b""):
    """A file of whole chunks."""
    fields = struct.pack(">IHHH", 6 + len(header), kind, len(chunks) if count is None else count, tpq)
    return b"MThd" + fields + header + b"".join(chunks)


def read(data, limits=None, form="midi"):
    """The bytes of a file through a reader, tidied and checked, in this process."""
    bounds = limits or Limits()
    begun = FORMS[form](data, Path("x"), bounds)
    if isinstance(begun, Columns):
        return begun
    assert isinstance(begun, Parsed)
    block, errors = settle([begun], [()], bounds)
    if errors:
        raise errors[0]
    return unpack(block)[0]


def rows(columns):
    names = ("onset", "duration", "pitch", "velocity")
    return list(zip(*(columns.notes[name].tolist() for name in names), strict=True))
