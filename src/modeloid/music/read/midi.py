"""MIDI files through symusic: quickly where the form of a file is faultless, carefully where it is not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ..errors import ReadError
from .limits import Limits
from .mend import mend
from .smf import marked
from .state import State, state_of

SIGN = b"MThd"
"""How a MIDI file begins that nothing is wrapped around."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file whose columns are not yet taken: that is quicker for many at once, see `settle`."""

    path: str | Path
    data: bytes
    score: State
    repairs: tuple[str, ...] | None = None
    """None where the file was read quickly, with marks."""


def parse(data: bytes, path: str | Path, limits: Limits) -> Parsed:  # noqa: ARG001 - every reader takes limits
    """Parse the bytes of a MIDI file, with or without a RIFF wrapper.

    Raises
    ------
    ReadError
        It is not MIDI, or is broken beyond repair.
    """
    from symusic import core

    quick = marked(_unwrapped(data))
    if quick is None:
        return carefully(data, path)
    try:
        return Parsed(path, data, state_of(core.ScoreTick.from_midi(quick)))
    except (RuntimeError, ValueError, IndexError):
        return carefully(data, path)


def carefully(data: bytes, path: str | Path) -> Parsed:
    """Parse the bytes of a MIDI file that is damaged or unusual.

    Raises
    ------
    ReadError
        It is not MIDI, or is broken beyond repair.
    """
    from symusic import core

    mended, repairs = mend(_unwrapped(data), path)
    try:
        return Parsed(path, data, state_of(core.ScoreTick.from_midi(mended)), tuple(repairs))
    except (RuntimeError, ValueError, IndexError) as error:
        raise ReadError(f"is not MIDI that symusic can read ({error})", path) from error


def info(parsed: Parsed, messages: Sequence[str]) -> str:
    """What is said of the path of a file, in JSON: the reader, the repeats, the repairs, and what was printed."""
    return _info(parsed.repairs or (), tuple(messages))


@lru_cache(maxsize=16)
def _info(repairs: tuple[str, ...], messages: tuple[str, ...]) -> str:
    about = {"reader": _reader(), "repeats": "as in the file", "repairs": repairs, "messages": messages}
    return json.dumps(about, sort_keys=True)


@cache
def _reader() -> str:
    import symusic

    return f"symusic {symusic.__version__}"


def _unwrapped(data: bytes) -> bytes:
    """What lies in the "data" chunk of a RIFF file of form RMID (MMA RP-29); all else as it is."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return data
    place = 12
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] == b"data":
            return data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
    return data
