"""Small machines, cards and exact sums over all their states, for the tests of the RBM."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.world import Alone
from modeloid.models import rbm
from modeloid.models.rbm.machine import Machine, Shape

FAST = {"hidden": [6], "chains": 8, "group": 4, "gibbs_steps": 5, "ais_steps": 50, "ais_chains": 8, "layer_turns": []}


def rolls(shape, dtype=np.uint8, value=1):
    """A domain whose items have a shape, as far as `make` looks at one."""
    return SimpleNamespace(shape=shape, batch=lambda part, indices, rng: np.full((len(indices), *shape), value, dtype))


def a_machine(shape, seed=0, scale=0.8):
    generator = np.random.default_rng(seed)
    return Machine(shape, *(generator.normal(0, scale, size) for size in shape.sizes.values()))


def all_states(*shape):
    return np.array(list(itertools.product([0.0, 1.0], repeat=int(np.prod(shape))))).reshape(-1, *shape)


def exact_log_z(machine):
    """Sum over visible and hidden units, from the energy alone."""
    shape, total = machine.shape, []
    for v in all_states(*shape.visible):
        x = wired(machine) @ v.ravel() + machine.c.ravel()
        for h in all_states(shape.positions, shape.hidden):
            total.append(machine.b.ravel() @ v.ravel() + h.ravel() @ x)
    return float(np.logaddexp.reduce(total))


def wired(machine):
    """The full weight matrix (hidden units, visible units), copy by copy, by the definition of the kernel."""
    shape = machine.shape
    full = np.zeros((shape.positions, shape.hidden, shape.frames, shape.pitches))
    W = machine.W.reshape(shape.kernel, shape.pitches, shape.hidden)
    first = shape.stride - shape.kernel
    for position in range(shape.positions):
        for inside in range(shape.kernel):
            frame = first + position * shape.stride + inside
            if 0 <= frame < shape.frames:
                full[position, :, frame] = W[inside].T
    return full.reshape(shape.positions * shape.hidden, -1)


def log_p(machine, v):
    states = all_states(*machine.shape.visible)
    return -machine.free_energy(v) - np.logaddexp.reduce(-machine.free_energy(states))


def a_card(shape=(8, 5), seed=0, data=None, **parameters):
    model = rbm.make(rolls(shape), {**FAST, **parameters})
    return Card(Path(), "id", "small", ("a",), "doc", model, data or {"domain": "toy"}, {"seed": seed})


def a_modeloid(shape=(8, 5), state=None, **parameters):
    return rbm.load_model(a_card(shape, **parameters), state, Alone())


def a_batch(n=16, shape=(8, 5), seed=0):
    """Rolls with held notes: a cell is on where a slow random walk is high."""
    walk = np.random.default_rng(seed).normal(size=(n, *shape)).cumsum(1)
    return (walk > 1.0).astype(np.uint8)


PLAIN = Shape(frames=2, pitches=4, hidden=3, kernel=2, stride=2)
SHARED = Shape(frames=4, pitches=2, hidden=2, kernel=2, stride=1)
