"""Small pieces with several tracks and drums, on a grid of four ticks a quarter, that muspy has measured too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from modeloid.music.columns import NOTE_COLUMNS, Columns

Row = tuple[int, int, int, int, int]
"""Onset, duration, pitch, velocity, track."""


def rows_piece(
    rows: Sequence[Row],
    tracks: Sequence[tuple[int, bool]],
    tpq: int = 4,
    meters: Sequence[Sequence[int]] = ((0, 4, 4),),
) -> Columns:
    """Columns of rows in ticks; a program and whether it is drums for each track."""
    table = np.array(sorted(rows, key=lambda row: (row[4], row[0], row[2], row[1])), np.int64).reshape(-1, 5)
    about = {
        "tpq": tpq,
        "tracks": [[f"t{number}", program, drum] for number, (program, drum) in enumerate(tracks)],
        "tempos": [],
        "meters": [list(row) for row in meters],
        "keys": [],
    }
    return Columns({name: table[:, at].astype(kind) for at, (name, kind) in enumerate(NOTE_COLUMNS.items())}, about)


def _random(seed: int, end: int, tracks: Sequence[tuple[int, bool]]) -> Columns:
    random = np.random.default_rng(seed)
    rows = [
        (int(onset), int(min(random.integers(1, 9), end - onset)), int(36 + random.integers(0, 40)), 80, track)
        for track in range(len(tracks))
        for onset in np.sort(random.choice(end, end // 3, replace=False))
    ]
    return rows_piece(rows, tracks)


def small_pieces() -> Mapping[str, Columns]:
    """Name -> piece. ``within`` pieces end inside a bar, ``on_line`` pieces with one."""
    keys, drums = (0, False), (0, True)
    gap = [(0, 4, 60, 80, 0), (4, 2, 62, 80, 0), (66, 4, 64, 80, 0)]
    return {
        "within_one_track": _random(1, 75, [keys]),
        "within_three_tracks": _random(2, 91, [keys, (33, False), drums]),
        "within_gap": rows_piece(gap, [keys]),
        "on_line_two_tracks": _random(3, 64, [keys, (40, False)]),
        "on_line_unison": rows_piece([(0, 16, 60, 80, 0), (0, 16, 60, 80, 1), (4, 12, 64, 80, 1)], [keys, keys]),
    }
