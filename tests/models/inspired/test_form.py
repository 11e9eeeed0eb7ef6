"""The form of a piece in numbers, each moved by what it tells and by nothing else."""

import numpy as np
import pytest

from modeloid.models.inspired.form import FROM_END, form
from modeloid.music.represent.parts import LENGTH, ONSET, PITCH, VELOCITY

from .small import a_song

DRUMS = (0,)
NAMES = ("near", "far", "parts", "changes", "notes", "spread", "loud", "first", "last", "beginning", "end")


def told(rows, bars=32):
    return dict(zip(NAMES, form(rows, bars, DRUMS), strict=True))


def moved(one, other):
    return {name for name in NAMES if one[name] != pytest.approx(other[name], abs=1e-9)}


def bar_again(rows, times):
    """The first bar, over and over."""
    bar = rows[rows[:, ONSET] < 16]
    copies = [bar + np.array([16 * time, 0, 0, 0, 0]) for time in range(times)]
    return np.concatenate(copies)


def test_a_bar_that_always_returns_returns_wholly_and_nothing_else_changes():
    found = told(bar_again(a_song(1), 32))
    assert found["near"] == found["far"] == pytest.approx(1)
    assert found["changes"] == found["spread"] == found["loud"] == 0
    assert all(found[name] == pytest.approx(0) for name in ("first", "last", "beginning", "end"))


def test_key_and_lengths_say_nothing():
    rows = a_song(2)
    other = rows.copy()
    other[:, PITCH] += 2 * (rows[:, 4] > 0)
    other[:, LENGTH] = 1
    assert not moved(told(rows), told(other))


def test_a_louder_middle_is_heard_in_loudness_alone():
    rows = a_song(2)
    other = rows.copy()
    other[(rows[:, ONSET] >= 256) & (rows[:, ONSET] < 320), VELOCITY] += 20
    assert moved(told(rows), told(other)) == {"loud"}


def test_an_end_that_thins_out_is_heard_as_an_end():
    rows = a_song(2)
    other = rows[(rows[:, ONSET] < 31 * 16) | (rows[:, ONSET] == 31 * 16)]
    before, after = told(rows), told(other)
    assert after["last"] < before["last"] - 0.3 and after["end"] < before["end"]
    assert set(np.array(NAMES)[FROM_END]) == {"last", "end"}


def test_silence_and_what_lies_behind_do_no_harm():
    assert np.isfinite(form(np.zeros((0, 5), np.int64), 16)).all()
    assert np.array_equal(form(a_song(1), 16, DRUMS), form(a_song(1)[a_song(1)[:, ONSET] < 256], 16, DRUMS))
