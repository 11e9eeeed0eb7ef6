import numpy as np
import pytest

from modeloid.bench import content


def a_roll(*notes, steps=32, pitches=24):
    """Notes of (step, length, row)."""
    roll = np.zeros((1, steps, pitches), np.uint8)
    for step, length, row in notes:
        roll[0, step : step + length, row] = 1
    return roll


TUNE = [(4 * number, 4, 3 + (2 * number) % 7) for number in range(8)]


def test_the_same_phrase_keeps_everything():
    roll = a_roll(*TUNE)
    for measure in (content.cells, content.rhythm, content.pitch, content.contour):
        assert measure(roll, roll)[0] == pytest.approx(1.0)


def test_an_octave_keeps_pitch_classes_rhythm_and_contour_but_no_cell():
    roll, higher = a_roll(*TUNE), a_roll(*[(step, length, row + 12) for step, length, row in TUNE])
    assert content.cells(roll, higher)[0] == 0
    assert content.pitch(roll, higher)[0] == pytest.approx(1.0)
    assert content.rhythm(roll, higher)[0] == pytest.approx(1.0)
    assert content.contour(roll, higher)[0] == pytest.approx(1.0)


def test_an_inversion_turns_the_contour_round():
    roll, other = a_roll(*TUNE), a_roll(*[(step, length, 20 - row) for step, length, row in TUNE])
    assert content.contour(roll, other)[0] == pytest.approx(-1.0)


def test_rhythm_counts_beginnings():
    one, other = a_roll((0, 8, 5), (8, 8, 5 + 2)), a_roll((0, 2, 9), (4, 2, 9), (8, 1, 9))
    assert content.rhythm(one, other)[0] == pytest.approx(2 * 2 / 5)


def test_pitch_is_compared_bar_by_bar():
    one, other = a_roll((0, 16, 0), (16, 16, 4)), a_roll((0, 16, 4), (16, 16, 0))
    assert content.pitch(one, other)[0] == 0
    assert content.pitch(one, other, steps=32)[0] == pytest.approx(1.0)
    assert content.pitch(a_roll((0, 4, 0), (4, 12, 2)), a_roll((0, 12, 0), (12, 4, 2)))[0] == pytest.approx(0.5)


def test_silence():
    silent, roll = a_roll(), a_roll(*TUNE)
    assert content.cells(silent, silent)[0] == 1
    assert content.cells(silent, roll)[0] == 0
    assert content.pitch(silent, roll)[0] == 0
    assert np.isnan(content.contour(silent, roll)[0])
    assert np.isnan(content.contour(a_roll((0, 32, 5)), roll)[0])


def test_variety():
    rng = np.random.default_rng(0)
    assert content.variety(np.repeat(a_roll(*TUNE), 5, axis=0), rng) == 0
    apart = np.concatenate([a_roll((0, 32, row)) for row in range(6)])
    assert content.variety(apart, rng) == 1
