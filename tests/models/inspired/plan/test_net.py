"""What the network says of plans is a probability, and comes from what lies before alone."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch

from modeloid.models.inspired.plan import layout
from modeloid.models.inspired.plan.allowed import allowed
from modeloid.models.inspired.plan.looks import COUNT, NONE, looked_at
from modeloid.models.inspired.plan.net import Ideas, Within

from .small import PARTS, TINY, a_net, some_ideas

BAR = [plan for plan in product(*(range(size) for size in TINY.sizes)) if (plan[1] == 0) == (plan[2] == 0)]
EVERY = torch.tensor([plan for plan in product(BAR, repeat=3) if plan[0][0] == 0])
"""All plans of three bars that can be."""


def alike(ideas: Ideas, rows: int) -> Ideas:
    return Ideas(ideas.bars.expand(rows, -1, -1), ideas.piece.expand(rows, -1))


@pytest.mark.parametrize("inspired", [False, True])
def test_the_probabilities_of_all_plans_sum_to_one(inspired):
    ideas = alike(some_ideas(1, 3), len(EVERY)) if inspired else None
    found = a_net(TINY).log_likelihood(EVERY, ideas, torch.full((len(EVERY),), 3))
    assert found.dtype == torch.float64
    assert float(found.detach().exp().sum()) == pytest.approx(1, abs=1e-5)
    assert float(found.detach().exp().max()) < 0.9


def test_what_cannot_be_has_no_probability():
    wrong = torch.tensor([[[1, 0, 0]], [[0, 1, 0]], [[0, 0, 2]], [[0, 0, 0]]])
    found = a_net(TINY).log_likelihood(wrong, None, torch.ones(4, dtype=torch.int64))
    assert torch.isinf(found).tolist() == [True, True, True, False]


def test_shorter_rows_sum_to_one_and_padding_never_counts():
    net, lengths = a_net(TINY), torch.full((len(EVERY),), 2)
    found = net.log_likelihood(EVERY, None, lengths)
    padded = EVERY.clone()
    padded[:, 2] = torch.tensor([0, 1, 0])
    assert torch.equal(found, net.log_likelihood(padded, None, lengths))
    assert torch.allclose(found, net.log_likelihood(EVERY[:, :2], None, lengths), atol=1e-5)
    different = EVERY[:, :2].unique(dim=0)
    some = net.log_likelihood(different, None, torch.full((len(different),), 2))
    assert float(some.detach().exp().sum()) == pytest.approx(1, abs=1e-5)


def test_padding_has_no_gradient():
    net = a_net(TINY)
    symbols = EVERY[-4:].clone()
    gradients = []
    for last in ([0, 1, 2], [1, 1, 0]):
        symbols[:, 2] = torch.tensor(last)
        net.zero_grad()
        net.log_likelihood(symbols, None, torch.full((4,), 2)).sum().backward()
        gradients.append([one.grad.clone() for one in net.parameters() if one.grad is not None])
    for one, two in zip(*gradients, strict=True):
        assert torch.isfinite(one).all()
        assert torch.allclose(one, two, atol=1e-6)


def test_nothing_is_told_from_what_comes_later():
    fields, net = layout(PARTS), a_net(layout(PARTS))
    rng = np.random.default_rng(0)
    symbols = torch.from_numpy(rng.integers(0, fields.sizes, (2, 5, len(fields))))
    ideas = some_ideas(2, 5)

    def logits(plans):
        idea = net.features(ideas, 2, 5)
        previous = torch.cat([torch.full_like(plans[:, :1], NONE), plans[:, :-1]], 1)
        context, _ = net.context(previous, 0, idea)
        return net.head(context, idea, plans, looked_at(plans, 0, fields.lags), slice(None))

    here = logits(symbols)
    for bar, field in ((2, 0), (3, 4), (4, len(fields) - 1)):
        other = symbols.clone()
        other[:, bar, field] = (other[:, bar, field] + 1) % fields.sizes[field]
        changed = (logits(other) != here).any(-1).any(0)
        assert not changed[:bar].any()
        assert not changed[bar, : field + 1].any()
        assert changed[bar, field + 1 :].all()
        assert changed[bar + 1 :].all()


def test_a_bar_looks_at_the_one_it_repeats():
    symbols = torch.arange(6 * 3).reshape(1, 6, 3)
    symbols[..., 0] = torch.tensor([0, 0, 0, 0, 1, 0])
    seen = looked_at(symbols, 0, (0, 3))
    assert seen.shape == (1, 6, COUNT, 3)
    assert seen[0, 4, -1].tolist() == [NONE, *symbols[0, 1, 1:].tolist()]
    assert (seen[0, 5, -1] == NONE).all()
    assert torch.equal(seen[0, 4, 0], symbols[0, 3])
    assert (seen[0, 0] == NONE).all()
    assert torch.equal(looked_at(symbols, 4, (0, 3)), seen[:, 4:])


def test_a_bar_cannot_repeat_what_was_not():
    can = allowed(torch.zeros(1, 3, 3, dtype=torch.int64), 0, TINY)
    assert can[0, :, 0].tolist() == [[True, False, False], [True, True, False], [True, True, False]]
    assert allowed(torch.zeros(1, 1, 3, dtype=torch.int64), 2, TINY)[0, 0, 0].tolist() == [True, True, False]


def test_in_training_some_ideas_are_forgotten_and_in_evaluation_none():
    net, ideas = a_net(TINY, forget=0.5, dropout=0.0, blank=0.0), some_ideas(200, 3)
    symbols, lengths = EVERY[:1].expand(200, -1, -1), torch.full((200,), 3)
    without = net.log_likelihood(symbols, None, lengths)
    assert (net.log_likelihood(symbols, ideas, lengths) != without).all()
    net.train()
    forgotten = float((net.log_likelihood(symbols, ideas, lengths) == without).double().mean())
    assert 0.35 < forgotten < 0.65


def test_an_idea_moves_its_own_row_alone():
    net, ideas, lengths = a_net(TINY), some_ideas(4, 3), torch.full((4,), 3)
    here = net.log_likelihood(EVERY[:4], ideas, lengths)
    other = Ideas(ideas.bars.clone(), ideas.piece.clone())
    other.bars[2, 0, 0] += 1
    moved = net.log_likelihood(EVERY[:4], other, lengths) != here
    assert moved.tolist() == [False, False, True, False]


def test_in_training_details_of_the_past_are_left_out_and_in_evaluation_none():
    net = a_net(TINY, seed=1, dropout=0.0, blank=0.5)
    symbols, lengths = EVERY[-1:].expand(100, -1, -1), torch.full((100,), 3)
    assert float(net.log_likelihood(symbols, None, lengths).detach().std()) < 1e-5
    net.train()
    scatter = net.log_probabilities(symbols, None, lengths).detach().std(0)
    assert float(scatter[0].max()) < 1e-5
    assert float(scatter[1:].amax(1).min()) > 1e-2


def test_it_matters_where_in_its_piece_a_plan_lies():
    net, lengths = a_net(TINY), torch.full((4,), 3)

    def likelihood(first, bars):
        return net.log_likelihood(EVERY[:4], None, lengths, Within(torch.full((4,), first), torch.full((4,), bars)))

    middle = net.log_likelihood(EVERY[:4], None, lengths)
    assert torch.equal(middle, likelihood(20, 60)) and torch.equal(middle, likelihood(30, 70))
    for first, bars in ((0, 60), (57, 60)):
        assert (likelihood(first, bars) != middle).all()
