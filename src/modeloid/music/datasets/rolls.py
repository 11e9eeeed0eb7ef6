"""Pieces from what is no file of music: rolls of pitches that sound, and voices on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import NOTE_COLUMNS, Columns

TPQ = 480
VELOCITY = 80


def from_roll(roll: NDArray[Any], low: int, step_ticks: int) -> Columns:
    """A piece of one track: each run of steps in which a pitch sounds is one note.

    Held and repeated notes are not told apart: a roll does not say.

    Parameters
    ----------
    roll
        Shape (steps, pitches), 0 or not.
    low
        The pitch of column 0.
    step_ticks
        How long a step is, `TPQ` ticks a quarter.
    """
    sounding = np.pad((roll != 0).T.astype(np.int8), [(0, 0), (1, 1)])
    change = np.diff(sounding, axis=1)
    pitch, start = np.nonzero(change > 0)
    _, stop = np.nonzero(change < 0)
    order = np.lexsort([pitch, start])
    notes = (start[order], stop[order], pitch[order] + low)
    return _piece([notes], [["Piano", 0, False]], step_ticks, len(roll))


def from_voices(voices: NDArray[np.int64], names: Sequence[str], step_ticks: int) -> Columns:
    """A piece of one track a voice: each run of steps with one pitch is one note.

    Parameters
    ----------
    voices
        Shape (steps, voices): a pitch, below 0 for silence.
    names
        Of the voices.
    step_ticks
        How long a step is.
    """
    tracks = [_runs(voices[:, voice]) for voice in range(voices.shape[1])]
    return _piece(tracks, [[name, 52, False] for name in names], step_ticks, len(voices))


def _runs(pitches: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    edges = np.flatnonzero(np.diff(pitches, prepend=-2, append=-2))
    start, stop = edges[:-1], edges[1:]
    sounding = pitches[start] >= 0
    return start[sounding], stop[sounding], pitches[start[sounding]]


def _piece(tracks: Sequence[tuple[NDArray[Any], ...]], about: list[Any], step_ticks: int, steps: int) -> Columns:
    start, stop, pitch = (np.concatenate([track[field] for track in tracks]) for field in range(3))
    raw = {
        "onset": start * step_ticks,
        "duration": (stop - start) * step_ticks,
        "pitch": pitch,
        "velocity": np.full(len(start), VELOCITY),
        "track": np.repeat(np.arange(len(tracks)), [len(track[0]) for track in tracks]),
    }
    frame = {"tpq": TPQ, "tracks": about, "tempos": [], "meters": [], "keys": []}
    said = {"reader": "modeloid", "repeats": "as in the set", "steps": steps, "step_ticks": step_ticks}
    return Columns({name: raw[name].astype(kind) for name, kind in NOTE_COLUMNS.items()}, frame | said)
