import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.models.rbm.machine import Shape
from modeloid.models.rbm.score import UNITS, chosen_units, conditional, pseudo_loss, reconstruction_loss

from .small import PLAIN, SHARED, a_machine, all_states


@pytest.mark.parametrize("shape", [PLAIN, SHARED, Shape(6, 2, 3, 4, 2)])
def test_a_conditional_is_a_difference_of_free_energies(shape):
    machine = a_machine(shape)
    v = (np.random.default_rng(0).random((5, *shape.visible)) < 0.5).astype(float)
    for unit in np.ndindex(shape.visible):
        on, off = v.copy(), v.copy()
        on[(slice(None), *unit)], off[(slice(None), *unit)] = 1, 0
        expected = machine.free_energy(off) - machine.free_energy(on)
        np.testing.assert_allclose(conditional(machine, v, machine.hidden_input(v), unit), expected, atol=1e-10)


def test_independent_units_have_their_likelihood_as_pseudo_likelihood():
    machine = a_machine(PLAIN)
    machine.W[...] = 0
    v = all_states(*PLAIN.visible)[[1, 100]]
    exact = (np.logaddexp(0, machine.b) - v * machine.b).sum()
    assert pseudo_loss(machine, v, Rng(0)) == pytest.approx(exact)
    assert reconstruction_loss(machine, v) == pytest.approx(exact)


def test_the_units_of_a_large_machine_are_addressed():
    machine = a_machine(Shape(20, 10, 2, 20, 20))
    units = chosen_units(machine, Rng(0))
    assert len(set(units)) == UNITS
    assert units == chosen_units(machine, Rng(0))
    assert units != chosen_units(machine, Rng(1))


def test_addressed_units_estimate_all_of_them():
    machine = a_machine(Shape(20, 10, 2, 20, 20), scale=0.1)
    v = (np.random.default_rng(0).random((4, 20, 10)) < 0.3).astype(float)
    x = machine.hidden_input(v)
    odds = {unit: conditional(machine, v, x, unit) for unit in np.ndindex(20, 10)}
    exact = sum(float((np.logaddexp(0, y) - v[:, unit[0], unit[1]] * y).sum()) for unit, y in odds.items())
    estimates = [pseudo_loss(machine, v, Rng(seed)) for seed in range(40)]
    assert np.mean(estimates) == pytest.approx(exact, rel=0.01)
