"""MIDI files through symusic: quickly where the form of a file is faultless, carefully where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..columns import Columns
from ..errors import ReadError
from .check import all_sane
from .limits import Limits
from .mend import mend
from .smf import MARK_TICK, marked
from .state import take

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_STRANGE = "\ufffd"
"""What symusic makes of a text that is not UTF-8."""


@dataclass(frozen=True)
class Parsed:
    """A score whose columns are not yet taken: that is quicker for many at once, see `columns_of`."""

    path: Path
    data: bytes
    score: ScoreTick
    repairs: tuple[str, ...] | None = None
    """None where the file was read quickly, with marks."""


def parse(data: bytes, path: Path, limits: Limits) -> Parsed:  # noqa: ARG001 - every reader takes limits
    """Parse the bytes of a MIDI file, with or without a RIFF wrapper.

    Raises
    ------
    ReadError
        It is not MIDI, or is broken beyond repair.
    """
    from symusic import core

    bare = _unwrapped(data)
    quick = marked(bare)
    if quick is None:
        return _carefully(bare, path)
    try:
        return Parsed(path, bare, core.ScoreTick.from_midi(quick))
    except (RuntimeError, ValueError, IndexError):
        return _carefully(bare, path)


def columns_of(parsed: Sequence[Parsed], limits: Limits) -> list[tuple[Columns | ReadError, bool]]:
    """The columns of many parsed files; those that turn out to be damaged are read again with care.

    Returns
    -------
    With each, whether its notes are known to be sane and its length to be within the limit.
    """
    batch = take([one.score for one in parsed], [_about(one) for one in parsed])
    sane = all_sane(batch, limits)
    return [
        (_again(one), False) if one.repairs is None and not _fit(piece, sane) else (piece, sane)
        for one, piece in zip(parsed, batch.pieces, strict=True)
    ]


def _again(parsed: Parsed) -> Columns | ReadError:
    try:
        careful = _carefully(parsed.data, parsed.path)
    except ReadError as error:
        return error
    return take([careful.score], [_about(careful)]).pieces[0]


def _fit(columns: Columns, sane: bool) -> bool:
    return not _illegible(columns) and (sane or _whole(columns))


def _whole(columns: Columns) -> bool:
    """Whether no note reaches the marks and no value lies above 127."""
    notes, beside = columns.notes, columns.beside
    highest = max(notes["pitch"].max(initial=0), notes["velocity"].max(initial=0))
    if "controls" in beside:
        highest = max(highest, beside["controls"][:, 2:].max())
    return bool(highest <= 127 and columns.end_tick < MARK_TICK)


def _illegible(columns: Columns) -> bool:
    """Whether a text was not UTF-8, or a program lies above 127."""
    about = columns.about
    for name, program, _ in about["tracks"]:
        if program > 127 or _STRANGE in name:
            return True
    return any(_STRANGE in row[-1] for name in ("lyrics", "markers") for row in about.get(name, ()))


def _carefully(data: bytes, path: Path) -> Parsed:
    from symusic import core

    mended, repairs = mend(data, path)
    try:
        return Parsed(path, data, core.ScoreTick.from_midi(mended), tuple(repairs))
    except (RuntimeError, ValueError, IndexError) as error:
        raise ReadError(f"is not MIDI that symusic can read ({error})", path) from error


def _about(parsed: Parsed) -> dict[str, Any]:
    return {"reader": _reader(), "repeats": "as in the file", "repairs": list(parsed.repairs or ())}


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
