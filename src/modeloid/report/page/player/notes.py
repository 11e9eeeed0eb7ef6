"""A MIDI file as the plain numbers that the page draws and plays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from modeloid.music.columns import Columns, from_score
from modeloid.music.render.drums import drum_name

_VOICES = range(52, 55)
_FAMILIES = (
    "piano", "bells", "organ", "guitar", "bass", "strings", "strings", "brass",
    "reed", "pipe", "lead", "pad", "pad", "guitar", "bells", "pad",
)  # fmt: skip
"""General MIDI's sixteen families of eight programs -> the vendored instrument that stands for them."""


def read(path: Path) -> dict[str, Any] | None:
    """The notes of a MIDI file; None where it cannot be read.

    Returns
    -------
    ``tpq`` (ticks a quarter), ``onset`` (ticks since the note before), ``length`` (ticks), ``pitch``, ``velocity``,
    ``track`` (one number a note each, in the order of onset, track, pitch, length), ``tracks`` ([name, program, drum,
    instrument] each), ``tempos`` ([tick, microseconds a quarter]), ``meters`` ([tick, numerator, denominator]),
    ``pedals`` ([track, tick, ticks]) and ``drums`` (pitch -> name) of what is there.
    """
    from symusic import core

    try:
        columns = from_score(core.ScoreTick.from_midi(path.read_bytes()))
    except (OSError, RuntimeError, ValueError, IndexError):
        return None
    return plain(columns)


def plain(columns: Columns) -> dict[str, Any]:
    """Columns of notes as `read` gives them."""
    notes = {name: column.astype(np.int64) for name, column in columns.notes.items()}
    order = np.lexsort([notes[name] for name in ("duration", "pitch", "track", "onset")])
    notes = {name: column[order] for name, column in notes.items()}
    about = columns.about
    is_drum = np.array([drum for _, _, drum in about["tracks"]] + [False], bool)[notes["track"]]
    pedals = columns.beside.get("pedals")
    return {
        "tpq": about["tpq"],
        "onset": np.diff(notes["onset"], prepend=0).tolist(),
        "length": notes["duration"].tolist(),
        "pitch": notes["pitch"].tolist(),
        "velocity": notes["velocity"].tolist(),
        "track": notes["track"].tolist(),
        "tracks": [[name, program, drum, instrument(program, drum)] for name, program, drum in about["tracks"]],
        "tempos": about["tempos"],
        "meters": about["meters"],
        "pedals": [] if pedals is None else pedals.tolist(),
        "drums": {int(pitch): drum_name(int(pitch)) for pitch in np.unique(notes["pitch"][is_drum])},
    }


def instrument(program: int, drum: bool) -> str:
    """The vendored instrument that stands for a General MIDI program."""
    if drum:
        return "drums"
    return "voices" if program in _VOICES else _FAMILIES[program >> 3 & 15]
