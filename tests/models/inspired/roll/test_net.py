"""The net's maps are music, each row by itself; its threshold keeps to how often notes begin."""

from __future__ import annotations

import numpy as np
import torch

from modeloid.models.inspired.roll.net import BAR_NOISE, Noise, NoiseReader
from modeloid.models.inspired.roll.rolls import BEGIN, HOLD, LOUD, rolls_of, rows_of

from .small import DRUMS, PARTS, a_net, random_maps, some_ideas, some_noise


def test_shapes_and_every_decided_map_is_one_that_rows_have():
    net = a_net()
    logits = net(some_noise(2, 5), some_ideas(2, 5))
    assert logits.shape == (2, 5, PARTS, 3, 16, 64)
    maps = net.decided(logits).detach().numpy()
    assert set(np.unique(maps[:, :, :, BEGIN])) == {0, 1} == set(np.unique(maps[:, :, :, HOLD]))
    again = rolls_of(rows_of(maps), 5, PARTS, DRUMS)
    assert np.array_equal(again[:, :, :, :LOUD], maps[:, :, :, :LOUD])
    assert np.abs(again - maps).max() <= 0.5 / 127 + 1e-6


def test_a_note_goes_on_only_where_it_sounded_before():
    net = a_net()
    logits = torch.full((1, 2, PARTS, 3, 16, 64), -9.0)
    logits[:, :, :, HOLD] = 9.0
    assert float(net.decided(logits).sum()) == 0
    logits[0, 0, 1, BEGIN, 14, 7] = 9.0
    logits[0, 1, 1, HOLD, 3, 7] = -9.0
    held = net.decided(logits)[0, :, :, HOLD]
    assert torch.nonzero(held).tolist() == [[0, 1, 15, 7], [1, 1, 0, 7], [1, 1, 1, 7], [1, 1, 2, 7]]


def test_rows_do_not_look_at_one_another():
    net = a_net().train()
    noise, ideas = some_noise(3, 4), some_ideas(3, 4)
    other = Noise(torch.randn_like(noise.piece), torch.randn_like(noise.bars))
    other.piece[1], other.bars[1] = noise.piece[1], noise.bars[1]
    here, there = net(noise, ideas), net(other, ideas)
    assert torch.equal(here[1], there[1])
    assert not torch.equal(here[0], there[0])


def test_the_noise_and_the_idea_of_a_bar_move_what_follows_and_not_what_was_before():
    net, noise, ideas = a_net(), some_noise(1, 4), some_ideas(1, 4)
    moved = noise.bars.clone()
    moved[:, 2] += 1
    before, after = net(noise, ideas), net(Noise(noise.piece, moved), ideas)
    same = [torch.equal(before[:, bar], after[:, bar]) for bar in range(4)]
    assert same == [True, True, False, False]


def test_unknown_ideas_are_no_ideas():
    net, noise, ideas = a_net(), some_noise(2, 4), some_ideas(2, 4)
    some = net(noise, ideas, torch.tensor([True, False]))
    assert torch.equal(some[0], net(noise, ideas)[0])
    assert torch.equal(some[1], net(noise, None)[1])
    assert not torch.equal(some[0], net(noise, None)[0])


def test_what_is_made_first_is_as_dense_as_what_is_real():
    net, real = a_net(), torch.from_numpy(random_maps(4))
    real[:, :, 1] = 0
    net.threshold.zero_()
    off = float(net.decided(net(some_noise(4, 8), None)).detach()[:, :, :, BEGIN].mean())
    net.calibrate(real)
    logits = net(some_noise(4, 8), some_ideas(4, 8))
    net.remember(logits.flatten(0, 1), real.flatten(0, 1))
    made = net.decided(net(some_noise(4, 8, seed=1), some_ideas(4, 8, seed=5))).detach()
    shares = [maps[:, :, :, BEGIN].mean((0, 1, 3, 4)) for maps in (made, real)]
    assert torch.allclose(shares[0][[0, 2]], shares[1][[0, 2]], rtol=0.3)
    assert float(shares[0][1]) < 0.001
    assert abs(off - 0.02) > 0.1
    means = [float(maps[:, :, 2, LOUD].sum() / maps[:, :, 2, BEGIN].sum()) for maps in (made, real)]
    assert abs(means[0] - means[1]) < 0.1


def test_gradients_go_through_the_decisions_to_the_noise():
    net, noise = a_net(), some_noise(1, 2)
    noise.bars.requires_grad_()
    net.decided(net(noise, None)).sum().backward()
    assert float(noise.bars.grad.abs().sum()) > 0


def test_noise_read_from_maps_is_the_same_for_pieces_that_are_longer_or_not():
    torch.manual_seed(0)
    reader, maps = NoiseReader(PARTS, 8), torch.from_numpy(random_maps(2))
    counts = torch.ones(2, 8)
    counts[1, 5:] = 0
    noise, nats = reader(maps, counts, draw=False)
    alone, alone_nats = reader(maps[1:, :5], torch.ones(1, 5), draw=False)
    assert torch.allclose(noise.piece[1], alone.piece[0], atol=1e-5)
    assert torch.allclose(nats[1], alone_nats[0], atol=1e-4)
    assert noise.bars.shape == (2, 8, BAR_NOISE)
    assert not torch.equal(reader(maps, counts, draw=True)[0].bars, noise.bars)
    assert (nats > 0).all()
