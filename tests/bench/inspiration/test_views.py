import numpy as np
import pytest

from modeloid.bench.inspiration.views import LOW, SILENT, bars_of, home, slices_of, views
from modeloid.music.represent.parts import PART, PITCH, VELOCITY

from .bands import DRUMS, song

NOTES = np.array([[0, 4, 60, 80, 0], [0, 2, 48, 50, 1], [2, 40, 64, 90, 0], [4, 1, 36, 90, 2], [20, 1, 10, 80, 1]])


def test_notes_lie_where_they_begin_and_sound_to_the_end_of_their_bar():
    begins, sounds = bars_of([NOTES], DRUMS, bars=2)
    assert begins.shape == (2, 16, 88)
    assert set(zip(*(axis.tolist() for axis in np.nonzero(begins)), strict=True)) == {
        (0, 0, 60 - LOW),
        (0, 0, 48 - LOW),
        (0, 2, 64 - LOW),
        (1, 4, 22 - LOW),
    }
    assert sounds[0, :, 64 - LOW].tolist() == [0, 0] + [1] * 14
    assert not sounds[1, :, 64 - LOW].any()


def test_drums_are_not_heard_and_notes_behind_the_last_bar_neither():
    begins, _ = bars_of([NOTES], (), bars=1)
    assert begins[0, 4].sum() == 1
    begins, _ = bars_of([NOTES], DRUMS, bars=1)
    assert begins[0, 4].sum() == 0
    assert len(begins) == 1


def test_the_outer_lines():
    found = views(*bars_of([NOTES], DRUMS, bars=2))
    assert found["top"][0, :5].tolist() == [60 - LOW, 60 - LOW, 64 - LOW, 64 - LOW, 64 - LOW]
    assert found["low"][0, :5].tolist() == [48 - LOW, 48 - LOW, 60 - LOW, 60 - LOW, 64 - LOW]
    assert np.flatnonzero(found["lead"][0]).tolist() == [0, 2]
    assert np.flatnonzero(found["bass"][0]).tolist() == [0]
    assert found["top"][1, 0] == SILENT
    assert found["classes"][0].tolist() == [6, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0]


def test_several_slices_are_those_that_each_gives_alone():
    first, second = song(1).slice(0), song(2).slice(8)
    together = bars_of([first, second], DRUMS)
    for number, rows in enumerate((first, second)):
        for many, one in zip(together, bars_of([rows], DRUMS), strict=True):
            assert np.array_equal(many[8 * number : 8 * number + 8], one)


def test_home_is_the_scale_that_holds_the_music_and_moves_with_it():
    classes = np.zeros((12, 12))
    for key in range(12):
        classes[key, (np.array([0, 2, 4, 5, 7, 9, 11]) + key) % 12] = 1
    assert home(classes).tolist() == list(range(12))


@pytest.mark.parametrize("column", [VELOCITY, PART])
def test_neither_velocity_nor_part_is_heard(column):
    rows = song(3).slice(0)
    rows = rows[~np.isin(rows[:, PART], DRUMS)]
    changed = rows.copy()
    changed[:, column] = 1
    for one, other in zip(bars_of([rows], DRUMS), bars_of([changed], DRUMS), strict=True):
        assert np.array_equal(one, other)
    changed[:, PITCH] += 1
    assert not np.array_equal(bars_of([rows], DRUMS)[0], bars_of([changed], DRUMS)[0])


def test_silence_has_views():
    found = slices_of(views(*bars_of([NOTES[:0]], DRUMS)), np.array([0]))
    assert (found["top"] == SILENT).all()
    assert found["shift"].shape == (1,)
