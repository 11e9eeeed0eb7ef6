from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.columns import to_score
from modeloid.music.errors import MusicError
from modeloid.music.score.grid import GRID, Note, gridded

from ..pieces import piece


def starts_and_ends(notes, **options):
    grid = gridded(to_score(piece(notes)), **options)
    return [note[:2] for part in grid.parts for note in part.notes], grid


def test_what_is_on_the_grid_stays_there():
    notes = [(0, 1 / 4, 60), (1, 1 / 3, 62), (4 / 3, 1 / 6, 64), (2, 1 / 16, 65), (3 + 1 / 24, 1 / 24, 67)]
    made = piece([(round(o * 480) / 480, round(d * 480) / 480, p) for o, d, p in notes], tpq=480)
    grid = gridded(to_score(made), quantise=False)
    assert [note[:2] for note in grid.parts[0].notes] == [(0, 12), (48, 64), (64, 72), (96, 99), (146, 148)]
    assert grid.moved_quarters is None


def test_a_performance_is_quantised_or_refused():
    rng = np.random.default_rng(0)
    straight = [(place / 4, 0.25, 60 + place % 5) for place in range(16)]
    swung = [(4 + place / 3, 1 / 3, 72 + place % 5) for place in range(12)]
    shaken = [
        (max(0, onset + rng.uniform(-0.03, 0.03)), length * 0.9, pitch) for onset, length, pitch in straight + swung
    ]
    found, grid = starts_and_ends(shaken)
    wanted = [(12 * place, 12 * place + 12) for place in range(16)] + [
        (192 + 16 * place, 208 + 16 * place) for place in range(12)
    ]
    assert found == wanted
    assert 0.005 < grid.moved_quarters < 0.03
    with pytest.raises(MusicError, match=f"lie on no grid.*{GRID[:8]}"):
        starts_and_ends(shaken, quantise=False)


def test_64ths_and_triplets_in_one_beat_are_on_no_grid():
    with pytest.raises(MusicError, match="no grid"):
        starts_and_ends([(1 / 16, 1 / 16, 60), (1 / 3, 1 / 3, 62)], quantise=False)


def test_one_pitch_sounds_once_at_a_time_and_what_is_lost_is_counted():
    found, grid = starts_and_ends([(0, 2, 60), (0, 1, 60), (1, 2, 60), (0, 4, 64)])
    assert grid.united == 2
    assert sorted(grid.parts[0].notes) == [Note(0, 48, 60), Note(0, 192, 64), Note(48, 144, 60)]
    assert len(found) == 3


def test_meters_keys_and_tempos_are_kept_and_no_notes_refused():
    song = piece([(0, 1, 60)])
    song.about["meters"] = [[0, 3, 4], [1440, 3, 4], [2880, 6, 8]]
    song.about["keys"] = [[0, -3, 1]]
    grid = gridded(to_score(song))
    assert grid.meters == ((0, 3, 4), (288, 6, 8))
    assert grid.keys == ((0, -3, 1),)
    assert grid.tempos == ((0, 120.0),)
    with pytest.raises(MusicError, match="without notes makes no score"):
        gridded(to_score(piece([])))
    song.about["meters"] = [[0, 4, 3]]
    with pytest.raises(MusicError):
        gridded(to_score(song))
