"""The order of items, batches made ahead, and the share of each process."""

import threading
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.cycle.feed import Feed
from modeloid.cycle.order import Order, batches, shard
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from toys import Meeting, Points, Thread

sizes = st.integers(1, 60)


@given(sizes, sizes, st.integers(0, 3))
def test_every_item_is_seen_at_least_once_an_epoch_and_none_too_often(size, batch, epoch):
    order = Order(Rng(1), size, batch)
    turns = [order.indices(epoch * order.turns_per_epoch + turn) for turn in range(order.turns_per_epoch)]
    assert all(turn.shape == (batch,) for turn in turns)
    counts = Counter(np.concatenate(turns).tolist())
    assert set(counts) == set(range(size))
    assert max(counts.values()) - min(counts.values()) <= 1
    assert order.turns_per_epoch == -(-size // batch)


@given(sizes, sizes, st.lists(st.integers(0, 200), min_size=1, max_size=8))
def test_a_position_is_one_integer(size, batch, steps):
    running = Order(Rng(2), size, batch)
    for step in steps:
        assert np.array_equal(running.indices(step), Order(Rng(2), size, batch).indices(step))


def test_another_permutation_each_epoch_and_seed():
    def epoch(seed, number):
        order = Order(Rng(seed), 50, 10)
        return tuple(np.concatenate([order.indices(number * 5 + turn) for turn in range(5)]).tolist())

    assert len({epoch(seed, number) for seed in range(3) for number in range(10)}) == 30


def test_positions_are_spread_evenly():
    order = Order(Rng(0), 8, 8)
    where = np.array([np.argsort(order.indices(epoch)) for epoch in range(4000)])
    assert np.abs(where.mean(0) - 3.5).max() < 5 * np.sqrt(63 / 12 / 4000)


@given(sizes, st.integers(1, 7))
def test_shares_are_disjoint_and_whole(size, processes):
    indices = np.arange(size)[::-1]
    shares = [shard(indices, rank, processes) for rank in range(processes)]
    assert np.array_equal(np.concatenate(shares), indices)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@given(st.integers(0, 60), sizes)
def test_batches_for_measuring_hold_each_item_once(size, batch):
    parts = batches(size, batch)
    assert np.array_equal(np.concatenate([np.empty(0, int), *parts]), np.arange(size))
    assert all(len(part) == batch for part in parts[:-1])


@pytest.mark.parametrize("ahead", [1, 2, 7])
def test_batches_made_ahead_are_the_same(ahead):
    domain, world = Points(), Alone()

    def points(number):
        with Feed(domain, Order(Rng(0), 40, 8), Rng(0), world, number) as feed:
            return [feed.batch(step)[0] for step in range(3, 15)]

    assert all(np.array_equal(a, b) for a, b in zip(points(0), points(ahead), strict=True))


def test_batches_are_made_in_another_thread_only_when_asked():
    seen = set()

    class Watching(Points):
        def batch(self, part, indices, rng):
            seen.add(threading.current_thread().name.split("_")[0])
            return super().batch(part, indices, rng)

    for ahead, name in ((0, "MainThread"), (2, "feed")):
        seen.clear()
        with Feed(Watching(), Order(Rng(0), 40, 8), Rng(0), Alone(), ahead) as feed:
            feed.batch(0)
        assert seen == {name}


def test_an_error_in_the_thread_is_raised_at_its_turn():
    class Broken(Points):
        calls = 0

        def batch(self, part, indices, rng):
            self.calls += 1
            if self.calls == 3:
                raise KeyError("pitch")
            return super().batch(part, indices, rng)

    with Feed(Broken(), Order(Rng(0), 40, 8), Rng(0), Alone(), 2) as feed:
        feed.batch(0)
        feed.batch(1)
        with pytest.raises(KeyError, match="pitch"):
            feed.batch(2)


def test_augmentation_follows_the_item_not_the_batch():
    """The same item in the same epoch gets the same noise, whatever batch size and process it falls to."""
    found = {}
    for batch, world in ((8, Alone()), (10, Alone()), (8, Thread(1, Meeting(2)))):
        order = Order(Rng(0), 40, batch)
        with Feed(Points(), order, Rng(0), world, 0) as feed:
            for step in range(order.turns_per_epoch):
                indices = shard(order.indices(step), world.rank, world.size)
                for index, point in zip(indices.tolist(), feed.batch(step)[0], strict=True):
                    assert np.array_equal(found.setdefault(index, point), point)
    assert len(found) == 40


def test_augmentation_is_fresh_each_epoch():
    with Feed(Points(train=8), Order(Rng(0), 8, 8), Rng(0), Alone(), 0) as feed:
        first, second = ({tuple(np.round(point, 9)) for point in feed.batch(epoch)[0]} for epoch in (0, 1))
    assert not first & second
