"""Bars become codes and come back; what is decided is music, each row by itself; thresholds keep to what is real."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modeloid.models.inspired.idea.levels import symbols_of
from modeloid.models.inspired.roll.coder import SYMBOLS, BarCoder
from modeloid.models.inspired.roll.net import imitation
from modeloid.models.inspired.roll.rolls import BEGIN, HOLD, LOUD, rolls_of, rows_of

from .small import DRUMS, PARTS, a_net, levels, random_maps


def bars(n=3, seed=0):
    return torch.from_numpy(random_maps(1, n, seed=seed))[0]


def test_shapes_and_every_decided_map_is_one_that_rows_have():
    coder = a_net().coder
    logits = coder(levels(10, 4, SYMBOLS))
    assert logits.shape == (10, PARTS, 3, 16, 64)
    maps = coder.decided(logits.view(2, 5, PARTS, 3, 16, 64)).detach().numpy()
    assert set(np.unique(maps[:, :, :, BEGIN])) == {0, 1} == set(np.unique(maps[:, :, :, HOLD]))
    again = rolls_of(rows_of(maps), 5, PARTS, DRUMS)
    assert np.array_equal(again[:, :, :, :LOUD], maps[:, :, :, :LOUD])
    assert np.abs(again - maps).max() <= 0.5 / 127 + 1e-6


def test_codes_use_all_levels_and_are_those_of_each_bar_alone():
    coder, maps = a_net().coder, bars(8)
    codes = coder.codes(maps)
    assert codes.shape == (8, 4, SYMBOLS)
    assert np.bincount(symbols_of(codes).flatten()).min() > 20
    assert torch.equal(coder.codes(maps[3:5]), codes[3:5])
    assert not torch.equal(codes[3], codes[4])


def test_codes_are_blurred_in_training_alone():
    coder, maps = a_net().coder, bars(8)
    still = coder.codes(maps)
    moved = coder.train().codes(maps)
    assert torch.equal(coder.eval().codes(maps), coder.codes(maps))
    assert 0.02 < float((moved != still).float().mean()) < 0.6


def test_bars_come_back_better_from_their_own_codes_than_from_others_after_some_steps():
    torch.manual_seed(0)
    coder, maps = BarCoder(PARTS, 8), bars(8)
    coder.calibrate(maps)
    before = torch.zeros_like(maps[:, :, BEGIN])
    optimiser = torch.optim.AdamW(coder.parameters(), lr=0.01)
    for _ in range(40):
        optimiser.zero_grad()
        imitation(coder(coder.codes(maps)), maps, before).mean().backward()
        optimiser.step()
    codes = coder.eval().codes(maps)
    with torch.no_grad():
        own, crossed = (float(imitation(coder(one), maps, before).mean()) for one in (codes, codes.roll(1, 0)))
    assert own < 0.7 * crossed


def test_a_note_goes_on_only_where_it_sounded_before():
    coder = a_net().coder
    coder.threshold.zero_()
    logits = torch.full((1, 2, PARTS, 3, 16, 64), -9.0)
    logits[:, :, :, HOLD] = 9.0
    assert float(coder.decided(logits).sum()) == 0
    logits[0, 0, 1, BEGIN, 14, 7] = 9.0
    logits[0, 1, 1, HOLD, 3, 7] = -9.0
    held = coder.decided(logits)[0, :, :, HOLD]
    assert torch.nonzero(held).tolist() == [[0, 1, 15, 7], [1, 1, 0, 7], [1, 1, 1, 7], [1, 1, 2, 7]]


def test_where_real_notes_sound_alone_the_likeliest_begins_and_ends_others():
    coder = a_net().coder
    coder.threshold.zero_()
    coder.together.copy_(torch.tensor([0.0, 1.0, 1.0]))
    logits = torch.full((1, 1, PARTS, 3, 16, 64), -9.0)
    logits[:, :, :, HOLD] = 9.0
    logits[:, :, :, BEGIN, 2, [10, 20]] = torch.tensor([1.0, 3.0])
    logits[:, :, :, BEGIN, 5, 30] = 1.0
    maps = coder.decided(logits)[0, 0]
    assert torch.nonzero(maps[0, BEGIN]).tolist() == [[2, 20], [5, 30]]
    assert torch.nonzero(maps[1, BEGIN]).tolist() == [[2, 10], [2, 20], [5, 30]]
    assert (maps[:, :2].sum(1)[:, 8] > 0).sum(1).tolist() == [1, 3, 3]
    # what is spread over several pitches speaks for one of them
    spread = torch.full((1, 1, PARTS, 3, 16, 64), -9.0)
    spread[:, :, :, BEGIN, 4, 40:46] = -1.0
    assert coder.decided(spread)[0, 0, :, BEGIN].sum((1, 2)).tolist() == [1, 0, 0]


def test_what_is_made_is_as_dense_and_as_loud_as_what_is_real():
    torch.manual_seed(0)
    coder, real = BarCoder(PARTS, 8), torch.from_numpy(random_maps(4)).flatten(0, 1)
    real[:, 1] = 0
    codes = levels(len(real), 4, SYMBOLS)
    off = float(coder.decided(coder(codes)[None]).detach()[:, :, :, BEGIN].mean())
    coder.calibrate(real)
    coder.remember(coder(codes).detach(), real)
    made = coder.decided(coder(levels(len(real), 4, SYMBOLS, seed=1))[None]).detach()[0]
    shares = [maps[:, :, BEGIN].mean((0, 2, 3)) for maps in (made, real)]
    assert torch.allclose(shares[0][[0, 2]], shares[1][[0, 2]], rtol=0.3)
    assert float(shares[0][1]) < 0.001
    assert abs(off - 0.02) > 0.1
    means = [float(maps[:, 2, LOUD].sum() / maps[:, 2, BEGIN].sum()) for maps in (made, real)]
    assert abs(means[0] - means[1]) < 0.1


def test_how_often_notes_sound_together_is_remembered():
    coder, real = BarCoder(PARTS, 8), torch.zeros(4, PARTS, 3, 16, 64)
    real[:, 0, BEGIN, ::4, 30] = 1
    real[:, 1, BEGIN, ::4, [30, 34]] = 1
    real[:, 2, BEGIN, ::4, 30] = 1
    real[:, 2, BEGIN, 0, 34] = 1
    coder.remember(coder(levels(4, 4, SYMBOLS)).detach(), real)
    assert coder.together.tolist() == pytest.approx([0, 1, 0.25])


def test_gradients_go_through_the_decisions_to_the_codes():
    coder, codes = a_net().coder, levels(2, 4, SYMBOLS)
    codes.requires_grad_()
    coder.decided(coder(codes)[None]).sum().backward()
    assert float(codes.grad.abs().sum()) > 0


def test_imitation_costs_what_is_there():
    real = bars(4)
    before = torch.rand(4, PARTS, 16, 64).round()
    sure = torch.where(real > 0, 20.0, -20.0)
    sure[:, :, LOUD] = real[:, :, LOUD].clamp(1e-4, 1 - 1e-4).logit()
    assert float(imitation(sure, real, before).sum()) < 1
    assert float(imitation(-sure, real, before).min()) > 1e4
    wrong = sure.clone()
    wrong[:, :, HOLD] *= -1
    everywhere, behind, nowhere = (
        float(imitation(wrong, real, mask, elsewhere).sum())
        for mask, elsewhere in ((before, 0.5), (before, 0.0), (0 * before, 0.0))
    )
    assert everywhere > behind > nowhere
    assert nowhere < 1


def test_made_notes_get_as_long_as_real_ones():
    coder = a_net().coder
    coder.together.fill_(1)
    real, codes = bars(8), levels(8, 4, SYMBOLS)
    real[:, 1, HOLD] = 0

    def made():
        return coder.decided(coder(codes)[None]).detach()[0]

    def lengths(maps):
        return (maps[:, :, HOLD].sum((0, 2, 3)) / maps[:, :, BEGIN].sum((0, 2, 3))).tolist()

    with torch.no_grad():
        coder.usual[:, HOLD] += torch.tensor([-2.0, 1.0, 2.0])[:, None, None]
    off = lengths(made())
    for _ in range(60):
        coder.lengthen(made(), real)
    found, wanted = lengths(made()), lengths(real)
    assert max(abs(one - other) for one, other in zip(off, wanted, strict=True)) > 0.5
    assert found == pytest.approx(wanted, abs=0.15)
