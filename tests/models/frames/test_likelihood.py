import itertools

import numpy as np
import pytest
import torch

from modeloid.cycle.rng import Rng
from modeloid.models.frames.items import Batch
from modeloid.models.frames.net import BLOCK

from .small import a_batch, a_modeloid, a_roll, stirred, trained


def every_roll(steps, pitches):
    cells = itertools.product([0, 1], repeat=steps * pitches)
    return np.array(list(cells), np.uint8).reshape(-1, steps, pitches)


@pytest.mark.parametrize(("steps", "pitches"), [(1, 6), (2, 4), (4, 2), (7, 1)])
@pytest.mark.parametrize(
    "parts", [{}, {"repeats": False}, {"recurrent": 0}, {"voices": 0, "metre": []}, {"members": 3}]
)
def test_the_probabilities_of_all_rolls_sum_to_one(steps, pitches, parts):
    modeloid = stirred(a_modeloid(shape=(steps, pitches), **parts))
    nats, counts = modeloid.log_likelihood(every_roll(steps, pitches))
    assert np.exp(nats).sum() == pytest.approx(1, abs=1e-5)
    assert (counts == steps).all()
    assert nats.std() > 0.5, "a net that tells no rolls apart proves nothing"


def test_the_sum_is_not_one_where_a_choice_is_counted_twice(monkeypatch):
    from modeloid.models.frames import net

    modeloid = stirred(a_modeloid(shape=(2, 3)))
    plain = net.decisions

    def with_a_gap(frames):
        at, target = plain(frames)
        return at._replace(last=torch.full_like(at.last, frames.shape[1])), target

    monkeypatch.setattr(net, "decisions", with_a_gap)
    nats, _ = modeloid.log_likelihood(every_roll(2, 3))
    assert abs(np.exp(nats).sum() - 1) > 0.01


@pytest.mark.parametrize("members", [1, 3])
def test_samples_are_as_frequent_as_they_are_likely(members):
    modeloid = stirred(a_modeloid(shape=(3, 2), group=500, members=members), scale=0.3 + 0.05 * members)
    rolls = every_roll(3, 2)
    expected = np.exp(modeloid.log_likelihood(rolls)[0])
    n = 6000
    drawn = np.array(modeloid.sample(n, Rng(1)))
    code = drawn.reshape(n, -1) @ (1 << np.arange(6))[::-1]
    seen = np.bincount(code, minlength=64)
    chi_square = ((seen - n * expected) ** 2 / (n * expected)).sum()
    assert chi_square < 63 + 5 * np.sqrt(2 * 63)
    even = ((seen - n / 64) ** 2 / (n / 64)).sum()
    assert even > 1000, "rolls that are all as likely prove nothing"


@pytest.mark.parametrize(("turns", "members"), [(0, 1), (8, 1), (4, 2)])
def test_a_later_frame_changes_no_bit_of_an_earlier_term(turns, members):
    steps, pitches = 90, 6
    modeloid = stirred(trained(turns, shape=(8, pitches), members=members), scale=0.1)
    roll = a_roll(steps, pitches)
    before = modeloid.frame_likelihoods(roll)
    assert roll.sum() + steps > BLOCK / 2, "several blocks are wanted"
    for frame in (0, 1, 44, 71, 89):
        other = roll.copy()
        other[frame] = 1 - other[frame]
        other[frame + 1 :] = a_roll(steps, pitches, seed=5)[frame + 1 :]
        after = modeloid.frame_likelihoods(other)
        assert after[:frame].tobytes() == before[:frame].tobytes()
        assert after[frame] != before[frame]


def test_an_earlier_frame_does_change_later_terms():
    modeloid, roll = stirred(a_modeloid(), scale=0.1), a_roll(40, 6)
    other = roll.copy()
    other[3] = 1 - other[3]
    assert (modeloid.frame_likelihoods(roll)[4:20] != modeloid.frame_likelihoods(other)[4:20]).all()


@pytest.mark.parametrize("members", [1, 3])
def test_neither_order_nor_padding_nor_neighbours_change_a_bit(members):
    modeloid, batch = trained(members=members), a_batch()
    nats, counts = modeloid.log_likelihood(batch)
    turned, _ = modeloid.log_likelihood(Batch(*(field[::-1] for field in batch)))
    assert turned[::-1].tobytes() == nats.tobytes()
    padded = a_batch(longest=30)
    assert modeloid.log_likelihood(padded)[0].tobytes() == nats.tobytes()
    alone = [modeloid.log_likelihood(Batch(*(field[row : row + 1] for field in batch)))[0][0] for row in range(6)]
    assert np.array(alone).tobytes() == nats.tobytes()
    assert counts.tolist() == [8, 5, 7, 8, 1, 6]


def test_padding_does_not_count_in_training_either():
    short, padded = a_batch(), a_batch(longest=30)
    losses = [trained(2).train(batch, Rng(0))["loss"] for batch in (short, padded)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_training_and_scoring_see_the_same_likelihood():
    modeloid, batch = trained(), a_batch()
    modeloid.nets[0].eval()
    zeros = torch.zeros(6, dtype=torch.int64)
    with torch.no_grad():
        rolls, lengths = torch.from_numpy(batch.frames).float(), torch.from_numpy(batch.lengths)
        total = float(modeloid.nets[0](rolls, lengths, zeros, zeros))
    assert modeloid.log_likelihood(batch)[0].sum() == pytest.approx(total, rel=1e-5)


def made_constant(modeloid, share):
    """All weights 0 but the head's biases: every frame is then drawn from independent pitches of these shares.

    The next note below is q with probability ``share[q] * product over q < p < last of (1 - share[p])``: of this form
    are ``exp(bias[q])``, the product going up to the highest pitch; their sum over what is allowed cancels the rest.
    """
    free = np.log1p(-share)
    above = np.concatenate([np.cumsum(free[::-1])[::-1][1:], [0.0]])
    with torch.no_grad():
        for parameter in modeloid.nets[0].parameters():
            parameter.zero_()
        modeloid.nets[0].head.out.bias[:] = torch.tensor([*(np.log(share) + above), free.sum()])
    return modeloid


def test_a_constant_predictor_has_its_analytic_value():
    lengths = [30, 11, 1, 19]
    batch = a_batch(lengths, longest=64)
    frames = np.concatenate([frames[:length] for frames, length in zip(batch.frames, lengths, strict=True)])
    share = frames.mean(0).clip(0.02, 0.98)
    cells = -(frames * np.log(share) + (1 - frames) * np.log1p(-share)).sum(1)
    modeloid = made_constant(a_modeloid(), share)
    total, count = modeloid.loss(batch, Rng(0))["loss"]
    assert count == 61
    assert total / count == pytest.approx(cells.mean(), rel=1e-6)
    means = [part.mean() for part in np.split(cells, np.cumsum(lengths)[:-1])]
    total, count = modeloid.loss(batch, Rng(0))["by_piece"]
    assert total / count == pytest.approx(np.mean(means), rel=1e-6)
    padded = Batch(batch.frames, np.full(4, 64), batch.starts)
    total, count = modeloid.loss(padded, Rng(0))["loss"]
    assert abs(total / count - cells.mean()) > 0.1, "padding that counts shows"
