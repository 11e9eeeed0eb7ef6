import numpy as np
import pytest

from modeloid.models.rbm.gradient import contrast, direction
from modeloid.models.rbm.machine import Machine, sigmoid

from .small import PLAIN, SHARED, a_machine, all_states, log_p

NO_MEANS = {shape: (np.zeros(shape.sizes["b"]), np.zeros(shape.sizes["c"])) for shape in (PLAIN, SHARED)}


def exact(machine, data, means, scale=1.0):
    """The direction whose fantasies are all states, each as likely as the machine has it."""
    states = all_states(*machine.shape.visible)
    units = np.concatenate([data, states])
    shares = np.concatenate([np.full(len(data), 1 / len(data)), -np.exp(log_p(machine, states))])
    return direction(machine.shape, units, sigmoid(machine.hidden_input(units)), shares, means, scale)


def finite_difference(machine, data, name, step=1e-6):
    slope = np.zeros_like(machine.arrays[name])
    for index in np.ndindex(slope.shape):
        for sign in (1, -1):
            moved = {key: array.copy() for key, array in machine.arrays.items()}
            moved[name][index] += sign * step
            slope[index] += sign * log_p(Machine(machine.shape, **moved), data).mean() / (2 * step)
    return slope


@pytest.mark.parametrize("shape", [PLAIN, SHARED])
@pytest.mark.parametrize("name", ["W", "b", "c"])
def test_without_means_it_is_the_gradient_of_the_exact_likelihood(shape, name):
    machine = a_machine(shape)
    data = all_states(*shape.visible)[[3, 77, 200, 255, 255]]
    found = getattr(exact(machine, data, NO_MEANS[shape]), name)
    np.testing.assert_allclose(found, finite_difference(machine, data, name), atol=1e-8)


@pytest.mark.parametrize("shape", [PLAIN, SHARED])
def test_centred_it_is_the_gradient_of_the_centred_machine(shape):
    """Written with b' = b + W mean_h and c' = c + mean_v W, plain ascent on (W, b', c') moves (W, b, c) so."""
    machine, generator = a_machine(shape), np.random.default_rng(1)
    data = all_states(*shape.visible)[[3, 77, 200]]
    means = generator.random(shape.sizes["b"]), generator.random(shape.sizes["c"])
    plain, moved = exact(machine, data, NO_MEANS[shape]), exact(machine, data, means)
    rise = sum(float((getattr(plain, name) * getattr(moved, name)).sum()) for name in "Wbc")
    through_w = float((moved.W**2).sum())
    assert rise == pytest.approx(through_w + float((plain.b**2).sum()) + float((plain.c**2).sum()))
    assert not np.allclose(plain.W, moved.W)


def test_shares_of_data_and_fantasies():
    shares = contrast(4, 2)
    assert shares.tolist() == pytest.approx([0.25] * 4 + [-0.5] * 2)
