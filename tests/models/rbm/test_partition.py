import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.models.rbm.ais import log_mean_exp, log_partition, path_to, temperatures
from modeloid.models.rbm.machine import Shape, gibbs
from modeloid.models.rbm.raise_ import raise_bound

from .small import PLAIN, SHARED, a_machine, all_states, exact_log_z, log_p

TWENTY = Shape(frames=2, pitches=10, hidden=12, kernel=2, stride=2)


@pytest.mark.parametrize("shape", [PLAIN, SHARED])
def test_ais_agrees_with_the_sum_over_all_units(shape):
    machine = a_machine(shape, scale=1.0)
    path = path_to(machine, np.full(shape.visible, 0.3))
    found = log_partition(path, steps=500, chains=200, rng=Rng(1))
    assert found == pytest.approx(exact_log_z(machine), abs=0.02)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ais_agrees_with_the_sum_over_twenty_visible_units(seed):
    machine = a_machine(TWENTY, seed, scale=0.7)
    exact = np.logaddexp.reduce(-machine.free_energy(all_states(*TWENTY.visible)))
    path = path_to(machine, np.full(TWENTY.visible, 0.5))
    assert log_partition(path, 1000, 200, Rng(seed)) == pytest.approx(exact, abs=0.05)


def test_too_few_temperatures_are_seen():
    machine = a_machine(TWENTY, scale=2.5)
    exact = np.logaddexp.reduce(-machine.free_energy(all_states(*TWENTY.visible)))
    path = path_to(machine, np.full(TWENTY.visible, 0.5))
    assert log_partition(path, 2, 10, Rng(0)) < exact - 1


def test_the_base_model_alone_is_exact():
    machine = a_machine(PLAIN, scale=0.0)
    path = path_to(machine, np.full(PLAIN.visible, 0.5))
    assert log_partition(path, 1, 3, Rng(0)) == pytest.approx(11 * np.log(2))


def test_the_same_address_gives_the_same_estimate():
    path = path_to(a_machine(PLAIN), np.full(PLAIN.visible, 0.4))
    assert log_partition(path, 20, 5, Rng(3)) == log_partition(path, 20, 5, Rng(3))
    assert log_partition(path, 20, 5, Rng(3)) != log_partition(path, 20, 5, Rng(4))


def test_raise_is_conservative_and_closes_in():
    """Under the machine's own distribution, RAISE lies below in expectation; the more temperatures, the less."""
    machine = a_machine(PLAIN, scale=1.2)
    v = gibbs(machine, np.zeros((4000, *PLAIN.visible)), 200, np.random.default_rng(0))
    path, truth = path_to(machine, v.mean(0)), log_p(machine, v).mean()
    coarse, finer, finest = (raise_bound(path, v, steps, Rng(0)).mean() for steps in (3, 30, 1000))
    assert coarse < finer - 0.01 < finer < truth + 0.01
    assert finest == pytest.approx(truth, abs=0.02)


def test_raise_weights_are_a_normalised_distribution():
    """E[w] = p_raise(v), and p_raise adds up to 1 over all v, even where it is far from the machine."""
    shape = Shape(frames=1, pitches=4, hidden=3, kernel=1, stride=1)
    machine = a_machine(shape, scale=1.2)
    states = np.repeat(all_states(1, 4), 20_000, axis=0)
    log_w = raise_bound(path_to(machine, np.full((1, 4), 0.5)), states, 3, Rng(0)).reshape(16, -1)
    total = sum(np.exp(log_mean_exp(row)) for row in log_w)
    assert total == pytest.approx(1, abs=0.02)
    assert np.exp(log_mean_exp(log_w[0])) != pytest.approx(np.exp(log_p(machine, all_states(1, 4))[0]), rel=0.01)


def test_temperatures_run_from_zero_to_one_and_crowd_at_one():
    betas = temperatures(10)
    assert (betas[0], betas[-1], len(betas)) == (0, 1, 11)
    assert (np.diff(betas) > 0).all()
    assert (np.diff(betas, 2) < 0).all()
