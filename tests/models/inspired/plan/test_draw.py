"""Drawn plans come as often as the network says, each from its own numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modeloid.models.inspired.plan import layout
from modeloid.models.inspired.plan.draw import draw
from modeloid.models.inspired.plan.net import Ideas, Within

from .small import PARTS, TINY, a_net, generators, some_ideas
from .test_net import EVERY, alike

MANY = 6000


def counted(plans: np.ndarray) -> np.ndarray:
    """How often each of `EVERY` was drawn, as a share."""
    place = {tuple(plan.ravel()): number for number, plan in enumerate(EVERY.numpy())}
    found = np.bincount([place[tuple(plan.ravel())] for plan in plans], minlength=len(EVERY))
    return found / len(plans)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Total variation."""
    return float(np.abs(one - other).sum() / 2)


@pytest.mark.parametrize("inspired", [False, True])
def test_plans_come_as_often_as_the_network_says(inspired):
    net, idea = a_net(TINY), some_ideas(1, 3)
    ideas = alike(idea, MANY) if inspired else None
    shares = counted(draw(net, generators(MANY), 3, ideas))
    lengths = torch.full((len(EVERY),), 3)
    right, wrong = (
        net.log_likelihood(EVERY, alike(given, len(EVERY)) if given else None, lengths).detach().exp().numpy()
        for given in ((idea, None) if inspired else (None, idea))
    )
    # what this many draws scatter by themselves
    noise = np.sqrt(2 / np.pi * right * (1 - right) / MANY).sum() / 2
    assert distance(shares, right) < 1.5 * noise
    assert distance(shares, wrong) > 3 * noise


@pytest.mark.parametrize(("strength", "moved"), [(0.5, 0.5), (1.5, 1.0), (4.0, 2.0)])
def test_guidance_goes_in_logits_from_no_idea_through_the_idea_and_beyond(strength, moved):
    net, idea = a_net(TINY, seed=2), some_ideas(1, 1, seed=3)
    on, one = torch.tensor([[[0, 1, 1]]]), torch.ones(1, dtype=torch.int64)
    sides = [float(net.log_probabilities(on, given, one).detach()[0, 0, 1].exp()) for given in (None, idea)]
    odds = [np.log(share / (1 - share)) for share in sides]
    assert abs(odds[1] - odds[0]) > 0.5
    wanted = 1 / (1 + np.exp(-odds[0] - moved * (odds[1] - odds[0])))
    share = (draw(net, generators(MANY), 1, alike(idea, MANY), strength)[:, 0, 1] == 1).mean()
    assert 0.02 < wanted < 0.98
    assert share == pytest.approx(wanted, abs=3 * np.sqrt(wanted * (1 - wanted) / MANY))


def test_strength_0_is_bit_equal_to_no_idea_and_1_is_not():
    net = a_net(layout(PARTS))
    ideas = some_ideas(6, 9)
    without = draw(net, generators(6), 9)
    assert np.array_equal(draw(net, generators(6), 9, ideas, strength=0), without)
    assert not np.array_equal(draw(net, generators(6), 9, ideas, strength=1), without)


def test_a_row_depends_on_its_own_numbers_and_idea_alone():
    net, ideas = a_net(layout(PARTS)), some_ideas(4, 9)
    here = draw(net, generators(4), 9, ideas, 2.0)
    others = generators(4, seed=1)
    others[2] = generators(4)[2]
    bars, piece = torch.randn_like(ideas.bars), torch.randn_like(ideas.piece)
    bars[2], piece[2] = ideas.bars[2], ideas.piece[2]
    there = draw(net, others, 9, Ideas(bars, piece), 2.0)
    assert np.array_equal(here[2], there[2])
    assert not any(np.array_equal(here[row], there[row]) for row in (0, 1, 3))


def test_a_generator_moves_by_the_fields_of_all_bars():
    used, counted_by_hand = generators(1)[0], generators(1)[0]
    draw(a_net(TINY), [used], 4)
    counted_by_hand.random(4 * len(TINY))
    assert used.random() == counted_by_hand.random()


def test_plans_keep_the_rules_of_the_layout():
    fields = layout(PARTS)
    plans = draw(a_net(fields), generators(8), 12, some_ideas(8, 12), 3.0, temperature=1.5)
    assert plans.shape == (8, 12, len(fields))
    assert (plans >= 0).all()
    assert (plans < fields.sizes).all()
    assert (np.array(fields.lags)[plans[..., 0]] <= np.arange(12)).all()
    for part in PARTS:
        off = plans[..., fields.place(f"level.{part.name}")] == 0
        assert np.array_equal(plans[..., fields.place(f"loud.{part.name}")] == 0, off)


def test_low_temperature_takes_what_is_likeliest():
    net = a_net(TINY)
    cold = draw(net, generators(40), 1, temperature=1e-3)
    assert len(np.unique(cold, axis=0)) == 1
    assert len(np.unique(draw(net, generators(40), 1), axis=0)) > 1


def test_whole_pieces_begin_and_end_and_others_come_from_somewhere():
    net = a_net(layout(PARTS))
    somewhere, piece = draw(net, generators(40), 4), draw(net, generators(40), 4, whole=True)
    assert not np.array_equal(somewhere, piece)
    assert np.array_equal(piece, draw(net, generators(40), 4, whole=True))


def test_somebody_plays_in_the_first_bar_of_a_piece():
    net = a_net(layout(PARTS))
    columns = list(net.fields.places("level"))
    with torch.no_grad():
        net.head.bias[columns, 0] += 3
    some, whole = (draw(net, generators(60), 2, whole=one)[:, :, columns] > 0 for one in (False, True))
    assert whole[:, 0].any(1).all()
    assert not some[:, 0].any(1).all() and not whole[:, 1].any(1).all()


def odds_of_loudness(net, within=None):
    """Log odds of the louder of two loudnesses in a first bar in which the part plays, as the network has them."""
    one = torch.ones(1, dtype=torch.int64)
    sides = [net.log_probabilities(torch.tensor([[[0, 1, loud]]]), None, one, within)[0, 0, 2] for loud in (2, 1)]
    return float((sides[0] - sides[1]).detach())


@pytest.mark.parametrize("inspired", [False, True])
def test_the_last_bar_of_a_piece_is_told_to_end_half_as_much_again_and_by_no_idea(inspired):
    net = a_net(TINY, seed=4)
    ends = odds_of_loudness(net, Within(torch.zeros(1, dtype=torch.int64), torch.ones(1, dtype=torch.int64)))
    goes_on = odds_of_loudness(net)
    assert abs(ends - goes_on) > 0.5
    wanted = 1 / (1 + np.exp(-goes_on - 1.5 * (ends - goes_on)))
    ideas = alike(some_ideas(1, 1, seed=3), MANY) if inspired else None
    share = (draw(net, generators(MANY), 1, ideas, 5.0, whole=True)[:, 0, 2] == 2).mean()
    assert share == pytest.approx(wanted, abs=3 * np.sqrt(wanted * (1 - wanted) / MANY))
    # out of the middle of a piece a bar is moved by the idea, and not told to end
    plans = draw(net, generators(MANY), 1, ideas, 5.0)
    share = (plans[plans[:, 0, 1] == 1][:, 0, 2] == 2).mean()
    assert abs(share - wanted) > 0.05


def test_the_middle_of_a_long_piece_is_told_by_the_idea():
    net = a_net(TINY, seed=2)
    ideas = alike(some_ideas(1, 20, seed=3), 400)
    with_idea, without = (draw(net, generators(400), 20, given, 4.0, whole=True) for given in (ideas, None))
    assert (with_idea != without)[:, 2:12].mean() > 0.2


def test_repeating_is_favoured_by_as_much_as_is_said_and_no_repeat_over_another():
    net = a_net(layout(PARTS))
    plain, favoured = (draw(net, generators(400), 5, again_gain=gain)[:, 4, 0] for gain in (0.0, 1.0))
    odds = [(again > 0).mean() / (again == 0).mean() for again in (plain, favoured)]
    assert 1.8 < odds[1] / odds[0] < 4
    assert np.array_equal(draw(net, generators(4), 5), draw(net, generators(4), 5, again_gain=0.0))
