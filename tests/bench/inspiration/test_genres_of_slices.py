import numpy as np
import pytest

from modeloid.bench.inspiration.genres import Genres, cuttings, foreign_songs
from modeloid.music.represent.parts import LENGTH, ONSET, PART

from .bands import DRUMS, songs


def own(first):
    return cuttings(songs(12, first=first))


def other(first):
    """The same music, but each note on a quarter and long: another genre to whoever hears rhythm."""
    found = []
    for rows in own(first):
        changed = rows.copy()
        changed[:, ONSET] = rows[:, ONSET] // 4 * 4
        changed[:, LENGTH] = 8
        found.append(changed)
    return found


def test_slices_of_each_piece_lie_within_it_and_are_the_same_again():
    cut = cuttings(songs(3), each=2)
    assert len(cut) == 6
    assert all(rows[:, ONSET].max() < 128 for rows in cut)
    assert all(np.array_equal(one, two) for one, two in zip(cut, cuttings(songs(3), each=2), strict=True))


def test_genres_are_told_apart_on_music_that_was_not_shown():
    known = Genres([own(0), other(20)], DRUMS, turns=40)
    assert known.own(own(40)) > 0.9
    assert known.own(other(60)) < 0.1


def test_genres_that_do_not_differ_are_not_told_apart():
    known = Genres([own(0), own(20)], DRUMS, turns=10)
    assert 0.2 < known.own([*own(40), *own(60)]) < 0.8


def test_a_set_that_is_not_here_has_no_songs(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(tmp_path))
    monkeypatch.setenv("MODELOID_CACHE", str(tmp_path))
    assert foreign_songs("folder:" + str(tmp_path / "nowhere"), DRUMS) == []


def test_foreign_notes_are_in_a_part_that_is_heard():
    pieces = foreign_songs("nottingham", (0,), most=5)
    if not pieces:
        pytest.skip("nottingham is not on this machine")
    assert all((song.rows[:, PART] == 1).all() for song in pieces)
