"""Known errors are told, level and spread are taken off, and intervals hold the mean."""

import numpy as np
import pytest

from modeloid.bench.dynamics.errors import Error, error, gained, means

TRUTH = np.array([40.0, 50, 60, 70, 80])


def test_what_is_told_exactly_has_no_error():
    found = error("a", TRUTH, TRUTH)
    assert found == Error("a", 0.0, 0.0, 0.0, pytest.approx(1.0), pytest.approx(1.0))


def test_another_level_and_another_spread_are_no_other_shape():
    found = error("a", TRUTH, 20 + TRUTH / 2)
    assert found.mae_level == pytest.approx(6.0) and found.mae_shape == pytest.approx(0.0)
    assert found.r == pytest.approx(1.0) and found.spread == pytest.approx(0.5)
    assert error("a", TRUTH, TRUTH + 7)[1:3] == pytest.approx((7.0, 0.0))
    assert error("a", TRUTH, TRUTH[::-1]).r == pytest.approx(-1.0)


def test_what_is_flat_has_no_correlation():
    found = error("a", TRUTH, np.full(5, 60.0))
    assert found.mae == found.mae_level == found.mae_shape == 12 and found.r == found.spread == 0


def test_a_piece_counts_once_however_many_play_it():
    errors = [error("a", TRUTH, TRUTH + 4)] * 9 + [error("b", TRUTH, TRUTH + 8)]
    found = means(errors)
    assert found["mae"] == pytest.approx(6.0) and found["pieces"] == 2 and found["performances"] == 10
    low, high = found["mae_interval"]
    assert low == 4 and high == 8


def test_what_is_gained_is_counted_piece_by_piece():
    names, draw = [str(number) for number in range(20)], np.random.default_rng(0)
    shifts = draw.uniform(5, 30, 20)
    far = {name: error(name, TRUTH, TRUTH + shift) for name, shift in zip(names, shifts, strict=True)}
    near = {name: one._replace(mae=one.mae - 2) for name, one in far.items()}
    assert gained(near, far) == pytest.approx([2, 2, 2])
    assert gained(far, far) == [0, 0, 0]
    assert gained({name: near[name] for name in names[:5]}, far) == pytest.approx([2, 2, 2])
    low, high = means(list(far.values()))["mae_interval"]
    assert high - low > 4
