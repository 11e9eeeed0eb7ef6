import copy

import numpy as np
import pytest
import torch

from modeloid.cycle.rng import Rng
from modeloid.models.inspired.idea.contrast import correlation, found, info_nce
from modeloid.models.inspired.idea.encoder import Encoder
from modeloid.models.inspired.idea.ensemble import Class, Ensemble, Member
from modeloid.models.inspired.idea.learner import Learner, Lessons
from modeloid.models.inspired.idea.pairs import low_copy
from modeloid.models.inspired.idea.slices import taken
from modeloid.models.inspired.idea.views import heard

from .made import DRUMS, a_batch

SMALL = Member(8, 16, 0.2)


def taught(steps, batch):
    torch.manual_seed(0)
    learner = Learner(Encoder(*SMALL), DRUMS, Lessons(planned_turns=steps))
    for turn in range(steps):
        numbers = learner.step([batch], Rng(0, (turn,)), turn)
    return learner, numbers


def found_of(encoder, batch):
    """Share of songs whose one slice finds the other by code."""
    pairs = low_copy(batch, np.random.default_rng(0), DRUMS)
    codes = [
        encoder.codes(heard(taken(batch.rows, batch.edges, pairs.which, first), DRUMS))
        for first in (pairs.left, pairs.right)
    ]
    return found(*codes, torch.from_numpy(pairs.which))


def test_it_learns_to_find_slices_of_songs_it_never_heard():
    untaught, _ = taught(1, a_batch(range(24)))
    learner, numbers = taught(25, a_batch(range(24)))
    unheard = a_batch(range(1000, 1024))
    before, after = found_of(untaught.encoder, unheard), found_of(learner.encoder, unheard)
    assert set(numbers) == {"idea/loss", "idea/found"}
    assert after >= 0.5
    assert after > before + 0.1


def test_a_step_is_the_same_again_and_another_address_is_not():
    batch = a_batch(range(6))
    first, _ = taught(2, batch)
    again, _ = taught(2, batch)
    mine, theirs = first.encoder.state_dict(), again.encoder.state_dict()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    other = copy.deepcopy(first)
    assert first.step([batch], Rng(0, (7,)), 2) != other.step([batch], Rng(0, (8,)), 2)


def test_loss_changes_nothing_and_adds_up():
    batch = a_batch(range(6))
    learner, _ = taught(3, batch)
    before = copy.deepcopy(learner.encoder.state_dict())
    numbers = learner.loss([batch], Rng(1))
    assert numbers == learner.loss([batch], Rng(1))
    assert numbers["idea/loss"][1] == 6
    assert 0 <= numbers["idea/found"][0] <= 6
    after = learner.encoder.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert learner.encoder.training


def test_batches_of_several_genres_are_learned_from_together():
    learner, _ = taught(1, a_batch(range(4)))
    numbers = learner.loss([a_batch(range(4)), a_batch(range(10, 13))], Rng(0))
    assert numbers["idea/loss"][1] == 7


@pytest.mark.parametrize("batch", [a_batch(range(4), bars=12), a_batch([0])])
def test_what_has_no_two_pairs_teaches_nothing(batch):
    learner, _ = taught(1, a_batch(range(4)))
    before = copy.deepcopy(learner.encoder.state_dict())
    assert learner.step([batch], Rng(0), 1) == {}
    assert learner.loss([batch], Rng(0)) == {}
    assert all(torch.equal(before[name], value) for name, value in learner.encoder.state_dict().items())


def test_a_class_teaches_each_member_its_own_pairs():
    torch.manual_seed(0)
    ensemble = Ensemble([SMALL, SMALL, SMALL])
    school = Class(ensemble, DRUMS, Lessons(planned_turns=4))
    before = [copy.deepcopy(member.state_dict()) for member in ensemble]
    numbers = school.step([a_batch(range(5))], Rng(0), 0)
    assert set(numbers) == {"idea/loss", "idea/found"}
    for member, old in zip(ensemble, before, strict=True):
        assert any(not torch.equal(old[name], value) for name, value in member.state_dict().items())
    assert list(school.optimisers()) == ["idea_0", "idea_1", "idea_2"]
    assert list(school.modules()) == ["contrast_0", "contrast_1", "contrast_2"]
    assert school.loss([a_batch(range(5))], Rng(0))["idea/loss"][1] == 5


def test_contrast_is_least_for_partners():
    left, sharp, owners = torch.eye(5), torch.tensor(10.0), torch.arange(5)
    assert float(info_nce(left, left, sharp, owners)) < 0.01
    assert float(info_nce(left, left.roll(1, 0), sharp, owners)) > 5
    assert float(info_nce(torch.ones(5, 5), torch.ones(5, 5), sharp, owners)) == pytest.approx(np.log(5))
    assert found(left, left, owners) == 1
    assert found(left, left.roll(1, 0), owners) == 0


def test_two_pairs_of_one_piece_are_not_told_apart():
    left, right = torch.eye(4), torch.eye(4)[[1, 0, 2, 3]]
    sharp = torch.tensor(10.0)
    apart, same = torch.arange(4), torch.tensor([0, 0, 1, 2])
    assert found(left, right, apart) == 0.5
    assert found(left, right, same) == 1
    assert float(info_nce(left, right, sharp, same)) < float(info_nce(left, right, sharp, apart))


def test_correlation_counts_symbols_that_say_the_same():
    one = torch.randn(2000, 1, generator=torch.Generator().manual_seed(0))
    other = torch.randn(2000, 1, generator=torch.Generator().manual_seed(1))
    assert float(correlation(torch.cat([one, one], 1))) == pytest.approx(1, abs=0.1)
    assert float(correlation(torch.cat([one, other], 1))) < 0.02
