"""The critic hears the order of bars and whether the idea goes with them, each piece by itself."""

from __future__ import annotations

import pytest
import torch

from modeloid.models.inspired.plan.net import Ideas
from modeloid.models.inspired.roll.critic import Critic, hinge

from .small import DIMS, PARTS, random_maps, some_ideas

EVERY, NONE = torch.tensor([True, True]), torch.tensor([False, False])


def a_critic():
    torch.manual_seed(0)
    critic = Critic(PARTS, DIMS, width=8, size=16)
    maps = torch.from_numpy(random_maps(2))
    for _ in range(20):  # the norms are found by and by
        critic(maps, torch.ones(2, 8), some_ideas(2, 8), EVERY)
    return critic.eval(), maps


def test_shuffled_bars_change_the_score_and_the_same_bars_do_not():
    critic, maps = a_critic()
    whole, idea = torch.ones(2, 8), some_ideas(2, 8)
    score = critic(maps, whole, idea, EVERY)
    order = torch.tensor([3, 0, 7, 1, 5, 2, 6, 4])
    assert (critic(maps[:, order], whole, idea, EVERY) - score).abs().min() > 1e-5
    alike = maps[:, :1].expand(-1, 8, -1, -1, -1, -1)
    same = (critic(alike[:, order], whole, idea, EVERY) - critic(alike, whole, idea, EVERY)).abs()
    assert same.max() == 0


def test_an_idea_moves_the_score_where_it_is_known_alone():
    critic, maps = a_critic()
    whole, one, other = torch.ones(2, 8), some_ideas(2, 8), some_ideas(2, 8, seed=5)
    assert not torch.equal(critic(maps, whole, one, EVERY), critic(maps, whole, other, EVERY))
    assert torch.equal(critic(maps, whole, one, NONE), critic(maps, whole, other, NONE))


def test_a_piece_is_scored_by_its_own_bars():
    critic, maps = a_critic()
    counts = torch.ones(2, 8)
    counts[1, 5:] = 0
    both, idea = critic(maps, counts, some_ideas(2, 8), EVERY), some_ideas(2, 8)
    alone = critic(maps[1:, :5], torch.ones(1, 5), Ideas(idea.bars[1:, :5], idea.piece[1:]), EVERY[:1])
    assert torch.allclose(both[1], alone[0], atol=1e-6)


def test_every_layer_is_held_to_slope_1():
    critic, _ = a_critic()
    held = [critic.over_bars.weight_ih, critic.over_bars.weight_hh, critic.plain.weight, critic.of_idea.weight]
    held += [layer.weight for layer in critic.bar.layers if hasattr(layer, "weight")]
    slopes = [float(torch.linalg.matrix_norm(one.detach().flatten(1), 2)) for one in held]
    assert len(slopes) == 8
    assert slopes == pytest.approx([1] * 8, abs=0.1)


def test_the_hinge_asks_no_more_than_one_apart_from_zero():
    real, made = torch.tensor([2.0, 0.5]), torch.tensor([-3.0, 0.0])
    assert float(hinge(real, made)) == pytest.approx(0.25 + 0.5)
    assert float(hinge(torch.tensor([1.0]), torch.tensor([-1.0]))) == 0
