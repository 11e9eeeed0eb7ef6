"""A piece that was written anew in part: what was given of it, every note as it was, and what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .apart import apart, trimmed
from .filling import Filling
from .given import Given

if TYPE_CHECKING:
    from modeloid.music.represent.events import Events

_VELOCITY = 80


def joined(given: Given, walk: Filling, coder: Events) -> Any:
    """The piece: what was given of it, every note as it was, and what the walk wrote.

    What is written keeps to the steps, what is given need not: where they meet in a track and pitch, what is written is
    cut, or left out.
    """
    from modeloid.music.columns import NOTE_COLUMNS, Columns, to_score

    known, columns = coder.known, given.columns
    tpq = columns.about["tpq"]
    tracks = [list(track) for track in columns.about["tracks"]]
    rows: dict[str, list[int]] = {name: [] for name in NOTE_COLUMNS}
    velocity = int(np.median(columns.notes["velocity"][given.kept])) if given.kept.any() else 80
    places: dict[int, int] = {}
    for step, program, tokens in walk.written:
        note = _note(tokens, coder, velocity)
        number = program if program >= 0 else -1 - note["drum"]
        if number not in places:
            places[number] = _place(tracks, number, given.numbers, coder)
        onset = round(step * tpq / known.steps_per_beat)
        end = round((step + note["steps"]) * tpq / known.steps_per_beat)
        values = {"onset": onset, "duration": max(1, end - onset), "track": places[number]}
        for name in rows:
            rows[name].append({**values, **note}[name])
    kept = {name: values[given.kept] for name, values in columns.notes.items()}
    written = trimmed(apart({name: np.array(values, np.int64) for name, values in rows.items()}), kept)
    notes = {name: np.concatenate([kept[name], written[name]]).astype(kind) for name, kind in NOTE_COLUMNS.items()}
    order = np.lexsort([notes[name] for name in ("duration", "pitch", "onset", "track")])
    made = {name: values[order] for name, values in notes.items()}
    return to_score(Columns(made, {**columns.about, "tracks": tracks}, columns.beside))


def _note(tokens: list[int], coder: Events, velocity: int) -> dict[str, int]:
    known = coder.known
    drum = tokens[0] >= known["Drum"].first
    pitch = tokens[0] - (known["Drum"].first - known.drum_low if drum else known["Pitch"].first - known.low)
    if known["Velocity"].size:
        velocity = int(known.velocities[tokens[1] - known["Velocity"].first])
    steps = int(known.durations[tokens[-1] - known["Duration"].first])
    return {"pitch": pitch, "velocity": velocity, "steps": steps, "drum": int(drum)}


def _place(tracks: list[list[Any]], number: int, numbers: Sequence[int], coder: Events) -> int:
    """The track that takes the notes of a number of Program; a new one where the piece has none.

    Where no tracks are told apart (-1, of drums -2), the only track of its kind; where there are several, a new one.
    """
    if number >= 0:
        found = [place for place, one in enumerate(numbers) if one == number]
        new = list(coder.known.tracks[number])
    else:
        found = [place for place, track in enumerate(tracks) if bool(track[2]) == (number < -1)]
        found = found if len(found) == 1 else []
        new = ["written", tracks[0][1] if tracks else 0, False] if number == -1 else ["drums", 0, True]
    if found:
        return found[0]
    tracks.append(new)
    return len(tracks) - 1
