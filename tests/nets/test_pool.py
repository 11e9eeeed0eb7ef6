import numpy as np
import torch

from modeloid.nets.pool import Pool


def numbers(first, count):
    return torch.arange(first, first + count, dtype=torch.float32)[:, None]


def test_it_fills_and_shows_what_it_was_given():
    pool = Pool(4, (1,))
    generator = np.random.default_rng(0)
    assert pool.exchanged(numbers(1, 3), generator)[:, 0].tolist() == [1, 2, 3]
    assert int(pool.held) == 3
    assert pool.items[:, 0].tolist() == [1, 2, 3, 0]


def test_a_full_one_exchanges_about_half():
    pool, generator = Pool(50, (1,)), np.random.default_rng(0)
    pool.exchanged(numbers(0, 50), generator)
    old = 0
    for turn in range(1, 101):
        fresh = numbers(1000 * turn, 8)
        shown = pool.exchanged(fresh, generator)
        old += int((shown != fresh).sum())
        every = torch.cat([shown, pool.items])[:, 0]
        assert set(fresh[:, 0].tolist()) <= set(every.tolist())
    assert 0.42 < old / 800 < 0.58


def test_the_given_fakes_stay_as_they_are_and_carry_no_gradient():
    pool, generator = Pool(2, (1,)), np.random.default_rng(0)
    fresh = numbers(1, 6).requires_grad_()
    before = fresh.detach().clone()
    shown = pool.exchanged(fresh, generator)
    assert torch.equal(fresh.detach(), before)
    assert not shown.requires_grad


def test_without_room_nothing_is_kept():
    pool, fresh = Pool(0, (1,)), numbers(1, 3)
    assert pool.exchanged(fresh, np.random.default_rng(0)) is fresh


def test_it_comes_back_with_its_module():
    one, other = Pool(4, (1,)), Pool(4, (1,))
    one.exchanged(numbers(1, 4), np.random.default_rng(0))
    other.load_state_dict(one.state_dict())
    shown = [pool.exchanged(numbers(9, 8), np.random.default_rng(1)) for pool in (one, other)]
    assert torch.equal(*shown)
