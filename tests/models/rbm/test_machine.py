import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.models.rbm.machine import Machine, Shape, gather, gibbs, sigmoid, softplus, spread

from .small import PLAIN, SHARED, a_machine, all_states, exact_log_z, wired


@given(
    blocks=st.integers(1, 4),
    reach=st.integers(1, 4),
    stride=st.integers(1, 3),
    pitches=st.integers(1, 3),
    n=st.integers(1, 3),
)
def test_shared_weights_are_the_wired_matrix(blocks, reach, stride, pitches, n):
    shape = Shape(max(blocks, reach) * stride, pitches, 2, reach * stride, stride)
    machine, generator = a_machine(shape), np.random.default_rng(n)
    v, h = generator.normal(size=(n, *shape.visible)), generator.normal(size=(n, shape.positions, shape.hidden))
    full = wired(machine)
    np.testing.assert_allclose(gather(shape, v, machine.W).reshape(n, -1), v.reshape(n, -1) @ full.T, atol=1e-12)
    np.testing.assert_allclose(spread(shape, h, machine.W).reshape(n, -1), h.reshape(n, -1) @ full, atol=1e-12)


@pytest.mark.parametrize("shape", [PLAIN, SHARED])
def test_free_energy_sums_the_hidden_units_out(shape):
    machine = a_machine(shape)
    by_free_energy = np.logaddexp.reduce(-machine.free_energy(all_states(*shape.visible)))
    assert by_free_energy == pytest.approx(exact_log_z(machine), abs=1e-10)


def test_every_frame_is_seen_by_equally_many_copies():
    shape = Shape(frames=12, pitches=1, hidden=1, kernel=6, stride=2)
    seen = (wired(Machine(shape, np.ones((6, 1)), np.zeros((12, 1)), np.zeros((8, 1)))) > 0).sum(0)
    assert set(seen) == {shape.reach}


@pytest.mark.parametrize("shape", [PLAIN, SHARED])
def test_gibbs_sampling_follows_the_machine(shape):
    machine = a_machine(shape, scale=0.5)
    states = all_states(*shape.visible)
    p = np.exp(-machine.free_energy(states) - exact_log_z(machine))
    generator = np.random.default_rng(0)
    v = gibbs(machine, np.zeros((20_000, *shape.visible)), 30, generator)
    codes = v.reshape(len(v), -1) @ (2.0 ** np.arange(p.size.bit_length() - 1)[::-1])
    found = np.bincount(codes.astype(int), minlength=p.size) / len(v)
    assert np.abs(found - p).sum() / 2 < 0.06
    wrong = np.exp(machine.b * states).prod((1, 2))
    assert np.abs(found - wrong / wrong.sum()).sum() / 2 > 0.1


def test_no_overflow_far_from_zero():
    far = np.array([-1e4, 0.0, 1e4], np.float32)
    with np.errstate(all="raise", under="ignore"):
        assert softplus(far).tolist() == pytest.approx([0, np.log(2), 1e4])
        assert sigmoid(far).tolist() == [0, 0.5, 1]
    assert softplus(far).dtype == sigmoid(far).dtype == np.float32
