"""A piece as MusicXML 4.0, written by hand: nothing is left to the programs that read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from .grid import GRID, Gridded, Part, gridded
from .key import believable, estimated_key
from .meter import UNITS, bars
from .part import PartWriter
from .voices import are_hands

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">"""
_DRUM_CHANNEL = 10


def write_musicxml(
    piece: ScoreTick, path: Path, recipe: Mapping[str, Any] | None = None, quantise: bool = True
) -> Path:
    """Write a piece as a .musicxml file, see `to_musicxml`."""
    path.write_text(to_musicxml(piece, recipe, quantise), encoding="utf-8")
    return path


def to_musicxml(
    piece: ScoreTick, recipe: Mapping[str, Any] | None = None, quantise: bool = True, pickup_quarters: float = 0
) -> str:
    """Notate a piece.

    Each track is a part; a keyboard that plays high and low has two staves, a staff one or two voices. Keys are the
    piece's own, or else, or where they are a mere C major that does not fit, one that is estimated. Lost: velocities,
    controllers, bends, pedal, lyrics; lengths of drums; the second of two notes of one pitch and track that sound at
    once. What was quantised, estimated or lost is said in ``identification/miscellaneous``.

    Parameters
    ----------
    piece
        On the grid or not, see `grid.gridded`.
    recipe
        Plain data, kept in ``identification/miscellaneous``.
    quantise
        False to refuse a piece that is not on the grid.
    pickup_quarters
        How long the first bar is where it is a pickup; MIDI has no word for it. A first meter of a single short bar is
        taken for one too.

    Raises
    ------
    MusicError
        As `grid.gridded` does.
    """
    grid = gridded(piece, quantise)
    notes = [note for part in grid.parts if not part.is_drum for note in part.notes]
    keys = grid.keys if believable(grid.keys, notes) else ((0, *estimated_key(notes)),)
    time = bars(grid.meters, grid.end, round(pickup_quarters * UNITS))
    lines = [_HEAD, *_identification(grid, keys != grid.keys, recipe), "<part-list>"]
    lines += [_score_part(number, part) for number, part in enumerate(grid.parts, 1)]
    lines.append("</part-list>")
    hands = are_hands(grid.parts)
    for number, part in enumerate(grid.parts, 1):
        lines.append(f'<part id="P{number}">')
        lines += PartWriter(part, time, keys, grid.tempos if number == 1 else (), hands).measures()
        lines.append("</part>")
    return "\n".join([*lines, "</score-partwise>", ""])


def _identification(grid: Gridded, estimated: bool, recipe: Mapping[str, Any] | None) -> Iterator[str]:
    fields = {}
    if grid.moved_quarters is not None:
        fields["quantised"] = f"to {GRID}; onsets moved by {grid.moved_quarters:.4f} quarters in the mean"
    if estimated:
        fields["key"] = "estimated"
    if grid.united:
        fields["united"] = f"{grid.united} notes of a pitch that sounded already"
    if recipe is not None:
        fields["modeloid recipe"] = json.dumps(dict(recipe), allow_nan=False)
    yield "<identification><encoding><software>modeloid</software></encoding>"
    if fields:
        yield "<miscellaneous>"
        for name, text in fields.items():
            yield f"<miscellaneous-field name={quoteattr(name)}>{escape(text)}</miscellaneous-field>"
        yield "</miscellaneous>"
    yield "</identification>"


def _score_part(number: int, part: Part) -> str:
    # control characters may not stand in XML
    visible = "".join(letter for letter in part.name if letter.isprintable()).strip()
    name = escape(visible) or ("Drums" if part.is_drum else f"Track {number}")
    return (
        f'<score-part id="P{number}"><part-name>{name}</part-name>'
        f"{''.join(_instruments(number, part, name))}</score-part>"
    )


def _instruments(number: int, part: Part, name: str) -> Iterable[str]:
    program = f"<midi-program>{part.program + 1}</midi-program>"
    if not part.is_drum:
        channel = (number - 1) % 15 + 1
        channel += channel >= _DRUM_CHANNEL
        yield f'<score-instrument id="P{number}-I1"><instrument-name>{name}</instrument-name></score-instrument>'
        yield f'<midi-instrument id="P{number}-I1"><midi-channel>{channel}</midi-channel>{program}</midi-instrument>'
        return
    pitches = sorted({note.pitch for note in part.notes})
    for pitch in pitches:
        yield f'<score-instrument id="D{pitch}"><instrument-name>{pitch}</instrument-name></score-instrument>'
    for pitch in pitches:
        yield (
            f'<midi-instrument id="D{pitch}"><midi-channel>{_DRUM_CHANNEL}</midi-channel>{program}'
            f"<midi-unpitched>{pitch + 1}</midi-unpitched></midi-instrument>"
        )
