"""What there is to say of single pieces: metrics, length, tracks, and what they share with the training set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .columns import Columns
from .measure.notes import BEAT, Notes, lay
from .measure.table import Table, measure_notes
from .originality import Index, Origin, Passage
from .plain import number
from .tempi import USUAL_MSPQ, seconds_of

LEAST_NOTES = 4
"""Notes that a shared run must have to be shown side by side: shorter ones are in everything."""
LEAST_PATTERNS = 2
"""The same for drums: single bars are in everything."""
MOST_NOTES = 48
"""Notes of a run that are shown at most."""


def annotate(pieces: Sequence[Columns], index: Index | None = None, drums: Index | None = None) -> list[dict[str, Any]]:
    """Say of each piece what there is to say.

    Parameters
    ----------
    pieces
        Made or real ones.
    index, drums
        Of the training set's melodies and drums; None where originality is not measured.

    Returns
    -------
    One dict a piece that JSON can hold; numbers are finite, to six digits, and what is undefined is left out.

    ``metrics``: ``notes``, ``bars``, ``length_beats`` and all of `measure.table.QUICK`. ``length_s``, to the end of
    the last note. ``tempo``: quarters a minute, the mean over that time. ``tracks``: name, program, drum, notes.
    ``originality``: ``longest_run`` (notes), ``copied``, ``nearest`` (a piece of train), ``nearest_share``, see
    `originality.Origin`, and ``passage``, the longest run side by side where it has four notes and more: ``length``
    (notes), ``made`` and ``trained`` with bar and beat from 1 and notes [onset_beat, length_beats, pitch] (at most 48),
    onsets from the beginning of that beat on; ``trained`` names its piece. Where the piece has drums, ``drums`` says
    the same of them, in bar patterns (repeats counted once), the passage being all drum notes of two patterns and more.
    """
    if not pieces:
        return []
    notes = lay(pieces)
    table, lengths_s = measure_notes(notes), [_length_s(piece) for piece in pieces]
    shared = [known.trace(notes) if known is not None else [] for known in (index, drums)]
    rows = []
    for row, piece in enumerate(pieces):
        said: dict[str, Any] = {
            "metrics": _metrics(len(piece), notes, table, row),
            "length_s": number(lengths_s[row]),
            "tempo": number(_tempo(piece, notes.length[row] / BEAT, lengths_s[row])),
            "tracks": _tracks(piece),
        }
        if index is not None:
            said["originality"] = _originality(*shared[0][row], index.names, LEAST_NOTES)
        if drums is not None and any(track["drum"] and track["notes"] for track in said["tracks"]):
            found = _originality(*shared[1][row], drums.names, LEAST_PATTERNS)
            said["originality"] = said.get("originality", {}) | {"drums": found}
        rows.append(said)
    return rows


def _metrics(count: int, notes: Notes, table: Table, row: int) -> dict[str, float]:
    values = zip(table.names, table.values[row], strict=True)
    return {
        "notes": count,
        "bars": int(notes.bars[row]),
        "length_beats": number(notes.length[row] / BEAT),
        **{name: number(value) for name, value in values if not np.isnan(value)},
    }


def _length_s(piece: Columns) -> float:
    """Up to the end of the last note."""
    return float(seconds_of(piece.end_tick, piece.about))


def _tempo(piece: Columns, beats: float, length_s: float) -> float:
    if length_s > 0:
        return 60 * beats / length_s
    tempos = dict(piece.about.get("tempos") or [[0, USUAL_MSPQ]])
    return 6e7 / float(tempos[min(tempos)])


def _tracks(piece: Columns) -> list[dict[str, Any]]:
    tracks = piece.about["tracks"]
    counts = np.bincount(piece.notes["track"], minlength=len(tracks)).tolist()
    return [
        {"name": name, "program": int(program), "drum": bool(drum), "notes": count}
        for (name, program, drum), count in zip(tracks, counts, strict=True)
    ]


def _originality(
    origin: Origin, sides: tuple[Passage, Passage] | None, names: Sequence[str], least: int
) -> dict[str, Any]:
    found: dict[str, Any] = {"longest_run": origin.longest_run}
    if origin.copied is not None:
        found["copied"] = number(origin.copied)
    if origin.nearest_piece is not None and origin.nearest_share is not None:
        found |= {"nearest": origin.nearest_piece, "nearest_share": number(origin.nearest_share)}
    if sides is None or origin.longest_run < least:
        return found
    made, trained = (side.plain(MOST_NOTES) for side in sides)
    both = {"made": made, "trained": {"piece": names[sides[1].piece], **trained}}
    return found | {"passage": {"length": origin.longest_run, **both}}
