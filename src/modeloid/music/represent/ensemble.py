"""Which track of a piece belongs to which track of a multi-track roll: by name, by program, or drums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import RepresentationError, nearest
from .arguments import WHERE, check_whole

DRUMS = "drums"
_FAMILIES = (
    "piano",
    "chromatic percussion",
    "organ",
    "guitar",
    "bass",
    "strings",
    "ensemble",
    "brass",
    "reed",
    "pipe",
    "synth lead",
    "synth pad",
    "synth effects",
    "ethnic",
    "percussive",
    "sound effects",
)
ENSEMBLES: Mapping[str, list[Any]] = {
    "families": [DRUMS, *[[name, 8 * i, 8 * i + 7] for i, name in enumerate(_FAMILIES)]],
    "band": [DRUMS, ["keys", 0, 23], ["guitar", 24, 31], ["bass", 32, 39], ["others", 40, 127]],
    "one": [["all", 0, 127]],
}
"""Name -> tracks: the 16 families of General MIDI and drums; a band of five, and what else there is; all in one."""

_ADVICE = 'Name an ensemble, or list tracks: "drums", "MELODY" by name, ["bass", 32, 39] by program.'


@dataclass(frozen=True)
class Part:
    """A track of the roll.

    Parameters
    ----------
    name
        Its name; "drums" takes all drum tracks.
    programs
        The first and the last program it takes, or None: it takes the tracks of its name, upper or lower case alike.
    """

    name: str
    programs: tuple[int, int] | None

    @property
    def is_drum(self) -> bool:
        """Whether it takes drum tracks."""
        return self.programs is None and self.name == DRUMS

    def takes(self, name: str, program: int, is_drum: bool) -> bool:
        """Whether a track of a piece belongs here."""
        if is_drum or self.is_drum:
            return is_drum and self.is_drum
        if self.programs is None:
            return name.strip().lower() == self.name.lower()
        return self.programs[0] <= program <= self.programs[1]


def parts(given: Any) -> list[Part]:
    """The tracks that an argument ``tracks`` describes.

    Raises
    ------
    RepresentationError
        An unknown ensemble (the nearest known one is named), no track, a track twice, or a row that is none.
    """
    if isinstance(given, str):
        if given not in ENSEMBLES:
            raise RepresentationError(f"tracks={given!r} is unknown", WHERE, nearest(given, ENSEMBLES))
        given = ENSEMBLES[given]
    if not isinstance(given, Sequence) or not given:
        raise RepresentationError(f"tracks={given!r} is no list", WHERE, _ADVICE)
    found = [_part(row) for row in given]
    if len({part.name.lower() for part in found}) < len(found):
        raise RepresentationError("tracks names one twice", WHERE, _ADVICE)
    return found


def _part(row: Any) -> Part:
    if isinstance(row, str):
        return Part(row.lower() if row.lower() == DRUMS else row, None)
    if not isinstance(row, Sequence) or len(row) != 3 or not isinstance(row[0], str):
        raise RepresentationError(f"tracks has the row {row!r}", WHERE, _ADVICE)
    check_whole({"program": row[1]}, {"program": (0, 127)})
    check_whole({"program": row[2]}, {"program": (row[1], 127)})
    return Part(row[0], (row[1], row[2]))


def columns_of(tracks: Sequence[Sequence[Any]], known: Sequence[Part]) -> list[int]:
    """For each track of a piece ([name, program, is_drum]) the first of `known` that takes it, or -1."""
    return [next((i for i, part in enumerate(known) if part.takes(*track[:3])), -1) for track in tracks]
