"""The form of a piece in numbers, each moved by what it tells and by nothing else."""

import numpy as np
import pytest

from modeloid.models.inspired.form import FROM_END, NAMES, form
from modeloid.music.represent.parts import LENGTH, ONSET, PITCH, VELOCITY

from .small import a_song

DRUMS = (0,)
C_MAJOR = (60, 62, 64, 65, 67, 69, 71, 72)


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


def test_key_says_nothing_and_lengths_say_how_the_end_is_held():
    rows = a_song(2)
    other = rows.copy()
    other[:, PITCH] += 2 * (rows[:, 4] > 0)
    assert not moved(told(rows), told(other))
    other[:, LENGTH] = 1
    assert moved(told(rows), told(other)) <= {"held", "lead_rests", "bass_rests"}
    assert told(other)["held"] == 1


def sixteen_bars(lead, bass):
    """A scale in C over and over, and a last bar that holds two pitches."""
    scale = [[16 * bar + 2 * step, 2, pitch, 70, 1] for bar in range(15) for step, pitch in enumerate(C_MAJOR)]
    return np.array([*scale, [240, 15, bass, 70, 1], [240, 15, lead, 70, 1]])


@pytest.mark.parametrize(
    ("lead", "bass", "rests"), [(72, 48, (1, 1)), (74, 48, (0, 1)), (72, 43, (1, 0)), (69, 45, (1, 1))]
)
def test_an_end_rests_on_the_tonic_in_any_key(lead, bass, rests):
    for key in (0, 5):
        rows = sixteen_bars(lead, bass)
        rows[:, PITCH] += key
        found = told(rows, 16)
        assert (found["lead_rests"], found["bass_rests"], found["held"]) == (*rests, 4)


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
    assert {"last", "end"} < set(np.array(NAMES)[FROM_END])


def test_silence_and_what_lies_behind_do_no_harm():
    assert np.isfinite(form(np.zeros((0, 5), np.int64), 16)).all()
    assert np.array_equal(form(a_song(1), 16, DRUMS), form(a_song(1)[a_song(1)[:, ONSET] < 256], 16, DRUMS))
