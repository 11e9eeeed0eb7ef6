import numpy as np
import pytest

from modeloid.nets.features import NAMES, apart, features


def told(*notes, steps=16, pitches=10):
    roll = np.zeros((1, steps, pitches), np.uint8)
    for step, length, row in notes:
        roll[0, step : step + length, row] = 90
    return dict(zip(NAMES, features(roll)[0], strict=True))


def test_known_truths():
    found = told((0, 4, 2), (4, 4, 2 + 4), (12, 2, 2), (12, 2, 6))
    assert found["sounding"] == pytest.approx(np.log1p(12 / 16))
    assert found["beginning"] == pytest.approx(np.log1p(4 / 16))
    assert found["pitch"] == pytest.approx(0.45)
    assert found["spread"] == pytest.approx(0.2)
    assert found["silent"] == pytest.approx(6 / 16)
    assert found["on_fours"] == found["on_twos"] == 1
    assert found["chords"] == pytest.approx(1 / 3)
    off = told((1, 1, 0), (2, 1, 3), (4, 1, 0))
    assert (off["on_fours"], off["on_twos"]) == pytest.approx((1 / 3, 2 / 3))


def test_silence_has_features():
    assert all(np.isfinite(value) for value in told().values())


def test_a_group_lies_at_one_of_itself_and_others_further():
    generator = np.random.default_rng(0)
    group = features((generator.random((400, 16, 10)) < 0.1 + 0.2 * generator.random((400, 1, 1))).astype(np.uint8))
    known = (400, group.sum(axis=0), group.T @ group)
    assert 0.5 < apart(group, *known).mean() < 1.05
    dense = features((generator.random((50, 16, 10)) < 0.7).astype(np.uint8))
    assert apart(dense, *known).mean() > 3


def test_an_unknown_group_is_nowhere():
    assert apart(np.ones((3, 8)), 0, np.zeros(8), np.zeros((8, 8))).tolist() == [0, 0, 0]
