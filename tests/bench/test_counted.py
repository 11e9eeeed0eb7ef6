"""Baselines that count: chosen on the validation part, whatever the test part would have liked."""

import numpy as np
import pytest

from modeloid.bench import counted


def walks(seed, frames=300):
    """A pitch is what it was two frames before, nearly always."""
    drawn = np.random.default_rng(seed).random((2, frames, 3))
    roll = (drawn[0] < 0.5).astype(np.uint8)
    for at in range(2, frames):
        roll[at] = np.where(drawn[1, at] < 0.9, roll[at - 2], roll[at])
    return [roll]


@pytest.mark.parametrize("model", list(counted.KINDS))
def test_scores_are_of_the_choice_that_valid_likes_best(model):
    train, valid, test = walks(0), walks(1), walks(2)
    score = counted.scored("jsb", model, train, valid, test)
    assert score.frames == 300 and score.kind == "exact" and score.model == model
    if model == "marginals":
        assert score.tried == {} and score.test == pytest.approx(3 * np.log(2), rel=0.15)
    else:
        assert score.valid == min(score.tried.values())


def test_two_frames_are_enough_and_the_test_part_has_no_say():
    train, valid, noise = walks(0), walks(1), [np.random.default_rng(3).integers(0, 2, (300, 3)).astype(np.uint8)]
    one, other = (counted.scored("jsb", "history", train, valid, test) for test in (walks(2), noise))
    assert one.tried == other.tried and one.detail == other.detail
    assert one.tried["frames=2"] < 0.7 * one.tried["frames=1"]
    assert other.test > 1.5 * one.test
