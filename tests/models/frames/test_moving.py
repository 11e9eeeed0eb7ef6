"""Dynamic evaluation: weights that move along what was scored, and a likelihood that stays one."""

import numpy as np
import pytest
import torch

from modeloid.cycle.errors import ModeloidError
from modeloid.models.frames import moving
from modeloid.models.frames.moving import Rule, moved

from .small import a_modeloid, a_roll, stirred, trained
from .test_likelihood import every_roll

STEP = 3e-3


def nats(modeloid, roll, rule):
    """Sum over a roll."""
    return float(scored(modeloid, roll, rule)[0].double().sum())


def scored(modeloid, roll, rule):
    modeloid.nets[0].eval()
    squares = [torch.full_like(parameter, 1e-4) for parameter in modeloid.nets[0].parameters()]
    return moved(modeloid.nets[0], torch.from_numpy(roll).float(), squares, rule)


@pytest.mark.parametrize("parts", [{}, {"recurrent": 0}, {"within": "independent"}])
def test_the_probabilities_of_all_rolls_sum_to_one_while_the_weights_move(parts):
    modeloid, rolls = stirred(a_modeloid(shape=(3, 2), **parts)), every_roll(3, 2)
    still, moving_ = (np.array([nats(modeloid, roll, Rule(step, frames=1)) for roll in rolls]) for step in (0.0, STEP))
    assert np.exp(moving_).sum() == pytest.approx(1, abs=1e-5)
    assert np.abs(moving_ - still).max() > 0.05, "weights that do not move prove nothing"


def test_the_sum_is_not_one_where_a_frame_is_learnt_before_it_is_scored(monkeypatch):
    modeloid, rolls = stirred(a_modeloid(shape=(3, 2))), every_roll(3, 2)
    plain = type(modeloid.nets[0]).scored

    def peeking(net, roll, first=0, memory=None):
        if first == 0 and len(roll) < 3:
            gradients = torch.autograd.grad(-plain(net, roll)[0].sum(), list(net.parameters()), allow_unused=True)
            with torch.no_grad():
                for parameter, gradient in zip(net.parameters(), gradients, strict=True):
                    parameter -= 0 if gradient is None else 0.02 * gradient
        return plain(net, roll, first, memory)

    monkeypatch.setattr(type(modeloid.nets[0]), "scored", peeking)
    assert np.exp([nats(modeloid, roll, Rule(STEP, frames=1)) for roll in rolls]).sum() > 1.01


@pytest.mark.parametrize("parts", [{}, {"within": "independent"}])
def test_a_later_frame_changes_no_bit_of_an_earlier_term(parts):
    modeloid, roll = stirred(trained(4, **parts), scale=0.1), a_roll(60, 6)
    scores, frame = modeloid.moved_likelihoods(roll, STEP)
    for changed in (5, 16, 37, 59):
        other = roll.copy()
        other[changed] = 1 - other[changed]
        other[changed + 1 :] = a_roll(60, 6, seed=5)[changed + 1 :]
        again, its_frame = modeloid.moved_likelihoods(other, STEP)
        assert again[its_frame < changed].tobytes() == scores[frame < changed].tobytes()


def test_an_earlier_frame_moves_the_weights_of_later_ones():
    modeloid, roll = stirred(trained(4, recurrent=0, lags=[1], voices=0, repeats=False), scale=0.1), a_roll(60, 6)
    other = roll.copy()
    other[3] = 1 - other[3]

    def tail(likelihoods, which):
        return likelihoods(which)[0][-10:]

    still, moves = modeloid.decision_likelihoods, lambda which: modeloid.moved_likelihoods(which, STEP)
    assert (tail(still, roll) == tail(still, other)).all(), "nothing but the weights remembers so far back"
    assert (tail(moves, roll) != tail(moves, other)).any()


def test_the_weights_are_put_back_to_the_bit_whatever_happens(monkeypatch):
    modeloid, roll = trained(4), a_roll(60, 6)
    before = modeloid.decision_likelihoods(roll)[0].tobytes()
    modeloid.moved_likelihoods(roll, STEP)
    assert modeloid.decision_likelihoods(roll)[0].tobytes() == before
    monkeypatch.setattr(moving, "_move", broken(moving._move))
    with pytest.raises(KeyboardInterrupt):
        modeloid.moved_likelihoods(roll, STEP)
    assert modeloid.decision_likelihoods(roll)[0].tobytes() == before
    with modeloid.averaged():
        averaged = modeloid.decision_likelihoods(roll)[0]
        monkeypatch.undo()
        modeloid.moved_likelihoods(roll, STEP)
        assert modeloid.decision_likelihoods(roll)[0].tobytes() == averaged.tobytes() != before


def broken(function):
    def then_fails(*given):
        function(*given)
        raise KeyboardInterrupt

    return then_fails


def test_without_a_step_it_is_the_plain_likelihood():
    modeloid, roll = trained(4), a_roll(60, 6)
    plain, frame = modeloid.decision_likelihoods(roll)
    still, its_frame = modeloid.moved_likelihoods(roll, 0.0)
    assert (frame == its_frame).all()
    # rows of other blocks: the same sums in another order
    np.testing.assert_allclose(still, plain, atol=1e-4)


def test_a_piece_unlike_all_others_becomes_likelier():
    modeloid = trained(30)
    odd = np.tile(np.array([[1, 1, 1, 1, 1, 0], [0, 1, 0, 1, 1, 1], [1, 0, 0, 0, 0, 1]], np.uint8), (40, 1))
    plain, (scores, frame) = modeloid.frame_likelihoods(odd), modeloid.moved_likelihoods(odd, 1e-3)
    assert scores[frame >= 60].sum() > 0.8 * plain[60:].sum()
    assert scores.sum() > plain.sum()


def test_what_was_never_trained_has_no_usual_gradients():
    with pytest.raises(ModeloidError, match="never trained"):
        a_modeloid().moved_likelihoods(a_roll(20, 6), STEP)
