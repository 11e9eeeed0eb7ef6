"""Means of scores by hand, and beside the cycle's own."""

from types import SimpleNamespace

import numpy as np
import pytest

from modeloid.bench.score import means
from modeloid.cycle.rng import Rng
from modeloid.cycle.stages import likelihood
from modeloid.cycle.world import Alone


def test_means_by_hand():
    value, error, pieces = means([-8.0, -3.0], [4, 1])
    assert value == pytest.approx(11 / 5) and pieces == pytest.approx((2 + 3) / 2)
    assert error == pytest.approx(np.sqrt((0.8**2 + 0.8**2) * 2) / 5)
    assert means([-8.0], [4]) == (2.0, 0.0, 2.0)


def test_they_are_the_cycles():
    drawn = np.random.default_rng(0)
    nats, lengths = -drawn.gamma(2, 30, 17), drawn.integers(5, 90, 17)
    modeloid = SimpleNamespace(log_likelihood=lambda indices: (nats[indices], lengths[indices]))
    domain = SimpleNamespace(size=lambda part: 17, batch=lambda part, indices, rng: indices)
    found = likelihood(modeloid, domain, "test", 5, Alone(), Rng(0))
    names = ("nll_per_step", "nll_per_step_se", "nll_per_step_mean_of_items")
    assert means(nats, lengths) == pytest.approx([found[name] for name in names], rel=1e-9)
