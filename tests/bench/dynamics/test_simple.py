"""Simple ways learn what a rule says, and each knows what it may know."""

import numpy as np
import pytest

from modeloid.bench.dynamics import simple

from .made import a_performance

TRAIN = [a_performance(seed) for seed in range(6)]
LESSON = simple.lesson(TRAIN)


def _mae(tell, one):
    return np.abs(tell(one) - one.velocity).mean()


@pytest.mark.parametrize("learn", [simple.linear, lambda given: simple.linear(given, is_near=True), simple.trees])
def test_a_rule_is_learned(learn):
    if learn is simple.trees:
        pytest.importorskip("sklearn")
    one = a_performance(99)
    assert _mae(learn(LESSON), one) < 3 < 8 < _mae(simple.flat(LESSON), one)


def test_flat_is_the_mean_of_what_was_played():
    found = simple.flat(LESSON)(TRAIN[0])
    played = np.concatenate([one.velocity[one.is_played] for one in TRAIN])
    assert len(found) == 120 and (found == played.mean()).all()
    assert (simple.own_mean(TRAIN[1]) == TRAIN[1].velocity[TRAIN[1].is_played].mean()).all()


def test_columns_know_nothing_of_velocities():
    one = a_performance(3)
    rows, bars, tempo_bpm, number = one.on_grid()
    loud = rows.copy()
    loud[:, 3] = 127
    assert np.array_equal(simple.columns_of(rows, bars, tempo_bpm), simple.columns_of(loud, bars, tempo_bpm))
    assert len(number) == 120 and tempo_bpm == pytest.approx(100)
