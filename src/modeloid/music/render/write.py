"""A piece to files, by format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import MusicError, nearest
from ..score.engrave import write_score_svg
from ..score.musicxml import write_musicxml
from .midi import write_midi
from .roll_png import write_png
from .roll_svg import write_svg
from .wav import write_flac, write_mp3, write_ogg, write_wav

if TYPE_CHECKING:
    from symusic.core import ScoreTick

Recipe = Mapping[str, Any] | None
Writer = Callable[["ScoreTick", Path, Recipe], object]

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "mid": write_midi,
        "wav": lambda piece, path, _: write_wav(piece, path),
        "flac": lambda piece, path, _: write_flac(piece, path),
        "ogg": lambda piece, path, _: write_ogg(piece, path),
        "mp3": lambda piece, path, _: write_mp3(piece, path),
        "musicxml": write_musicxml,
        "svg": lambda piece, path, _: write_svg(piece, path),
        "png": lambda piece, path, _: write_png(piece, path),
        "score.svg": lambda piece, path, _: write_score_svg(piece, path),
    }
)
"""Format -> what writes it; the format is the suffix too. "svg" and "png" are piano rolls."""


def write(piece: ScoreTick, stem: Path, formats: Sequence[str] = (), recipe: Recipe = None) -> list[Path]:
    """Write a piece to ``stem`` with a suffix for each format; "mid" where none is named.

    Parameters
    ----------
    piece
        Left as it is.
    stem
        Folder and name without suffix; the folder is made.
    formats
        Of `WRITERS`.
    recipe
        What the piece was made from, carried by MIDI (see `midi.write_midi`) and MusicXML.

    Raises
    ------
    NoSoundfont
        Sound was asked for and there is no soundfont; formats named before it are written.
    MusicError
        An unknown format (the nearest known one is named; nothing is written); what a format cannot take, such as a
        piece without notes as sound or score; or a format's package is not installed.
    """
    for name in formats:
        if name not in WRITERS:
            raise MusicError(f"unknown format {name!r}", stem, nearest(name, WRITERS))
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for name in formats or ("mid",):
        # with_suffix would cut a stem such as "bwv1.6"
        path = stem.with_name(f"{stem.name}.{name}")
        WRITERS[name](piece, path, recipe)
        written.append(path)
    return written
