"""Notes of one track and pitch, apart from each other: as a MIDI file can hold them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Notes = dict[str, NDArray[Any]]


def apart(notes: Notes) -> Notes:
    """Cut notes where the next one of their track and pitch begins; of those that begin together the longest stays.

    A MIDI file says no more of a note's end than its channel and pitch: read back, notes that overlap are others.

    Parameters
    ----------
    notes
        Columns as of `music.columns.Columns`, shape (notes,) each.

    Returns
    -------
    Notes, in the order of track, onset, pitch and duration; none is shorter than a tick, unless it was.
    """
    track, pitch, onset, duration = (notes[name].astype(np.int64) for name in ("track", "pitch", "onset", "duration"))
    order = np.lexsort([-duration, onset, pitch, track])
    rows = np.column_stack([track, pitch, onset])[order]
    longest = np.append(True, (rows[1:] != rows[:-1]).any(1))[: len(rows)]
    order, rows = order[longest], rows[longest]
    duration = duration[order]
    follows = (rows[1:, :2] == rows[:-1, :2]).all(1)
    duration[:-1][follows] = np.minimum(duration[:-1], np.diff(rows[:, 2]))[follows]
    made = {name: values[order] for name, values in notes.items()}
    made["duration"] = duration.astype(notes["duration"].dtype)
    order = np.lexsort([made[name] for name in ("duration", "pitch", "onset", "track")])
    return {name: values[order] for name, values in made.items()}


def trimmed(notes: Notes, kept: Notes) -> Notes:
    """Notes that leave alone those that are kept.

    Each begins no earlier than all kept notes of its track and pitch end that begin before or with it, and ends no
    later than the next of them begins; one of which nothing is left is left out.

    Parameters
    ----------
    notes, kept
        Columns as of `music.columns.Columns`, shape (notes,) each; times in the same ticks.
    """
    made = {name: values.copy() for name, values in notes.items()}
    fits = np.ones(len(notes["onset"]), np.bool_)
    begins = kept["onset"].astype(np.int64)
    ends = begins + kept["duration"]
    for row, (track, pitch, onset, duration) in enumerate(
        zip(*(notes[name].tolist() for name in ("track", "pitch", "onset", "duration")), strict=True)
    ):
        same = (kept["track"] == track) & (kept["pitch"] == pitch)
        before = begins <= onset
        begin = int(ends[same & before].max(initial=onset))
        end = int(begins[same & ~before].min(initial=onset + duration))
        made["onset"][row], made["duration"][row] = begin, max(1, end - begin)
        fits[row] = end > begin
    return {name: values[fits] for name, values in made.items()}
