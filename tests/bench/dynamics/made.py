"""Performances made by rule: the higher a note, the louder."""

from __future__ import annotations

import numpy as np

from modeloid.bench.dynamics.performances import Performance
from modeloid.music.align import UNPLAYED
from modeloid.music.columns import NOTE_COLUMNS, Columns


def a_performance(seed=0, piece="a", notes=120, level=60):
    draw = np.random.default_rng(seed)
    pitch = draw.integers(45, 85, notes)
    raw = {
        "onset": 240 * np.arange(notes),
        "duration": np.full(notes, 200),
        "pitch": pitch,
        "velocity": np.clip(level + pitch - 65 + draw.integers(-2, 3, notes), 1, 127),
        "track": np.zeros(notes),
    }
    columns = {name: raw[name].astype(kind) for name, kind in NOTE_COLUMNS.items()}
    about = {"tpq": 480, "tracks": [["", 0, False]], "tempos": [[0, 600_000]], "meters": [[0, 3, 4]], "keys": []}
    is_played = np.arange(notes) != 7
    return Performance(f"{piece}{seed}", piece, Columns(columns, about | {UNPLAYED: [7]}), is_played)
