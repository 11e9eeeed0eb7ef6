"""Hands out the training batches of one process, made when asked for or ahead in a thread."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from .contract import Domain, World
from .order import Order, shard
from .rng import Rng


class Feed:
    """A context manager; addressed randomness makes a batch the same whenever and wherever it is made.

    Parameters
    ----------
    domain, order, rng, world
        Whose batches, in which order, from which addresses, and which share of each.
    ahead
        How many batches to make ahead in a thread; 0 for none.
    """

    def __init__(self, domain: Domain, order: Order, rng: Rng, world: World, ahead: int) -> None:
        self._domain, self._order, self._world, self._ahead = domain, order, world, ahead
        self._rng = rng
        self._epoch, self._items = -1, rng
        self._pool: ThreadPoolExecutor | None = None
        self._made: dict[int, Future[Any]] = {}

    def __enter__(self) -> Self:
        if self._ahead:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="feed")
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def batch(self, step: int) -> Any:
        """The batch of turn `step` (counted from 0); an error in the thread is raised here."""
        if self._pool is None:
            return self._make(step)
        for later in range(step, step + self._ahead + 1):
            if later not in self._made:
                self._made[later] = self._pool.submit(self._make, later)
        return self._made.pop(step).result()

    def _make(self, step: int) -> Any:
        indices = shard(self._order.indices(step), self._world.rank, self._world.size)
        epoch = self._order.epoch(step)
        if epoch != self._epoch:
            self._epoch, self._items = epoch, self._rng.at("item", epoch)
        return self._domain.batch("train", indices, self._items)
