"""How well a machine does without its partition function: pseudo-likelihood and reconstruction."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng

from .machine import Array, Machine, sigmoid, softplus

UNITS = 128
"""Machines of at most so many visible units are scored on all of them, larger ones on so many addressed ones."""


def pseudo_loss(machine: Machine, v: Array, rng: Rng) -> float:
    """Negative log-pseudo-likelihood ``-sum_i log p(v_i | all other v)`` (Besag 1975), nats, summed over the batch.

    With more than `UNITS` visible units it is estimated, without bias, from units that `rng` chooses: one address, the
    same units.
    """
    units = chosen_units(machine, rng)
    x = machine.hidden_input(v)
    total = 0.0
    for unit in units:
        log_odds = conditional(machine, v, x, unit)
        there = v[(slice(None), *unit)]
        total += float((softplus(log_odds) - there * log_odds).sum(dtype=np.float64))
    return total * machine.b.size / len(units)


def chosen_units(machine: Machine, rng: Rng) -> list[tuple[int, int]]:
    """Visible units (frame, pitch) to score: all of a small machine, else `UNITS` different ones."""
    many = machine.b.size
    if many <= UNITS:
        flat: NDArray[np.int64] = np.arange(many)
    else:
        flat = np.argsort(rng.uniforms(np.arange(many))[:, 0])[:UNITS]
    return [divmod(int(index), machine.shape.pitches) for index in flat]


def conditional(machine: Machine, v: Array, x: Array, unit: tuple[int, int]) -> Array:
    """Log-odds that one visible unit is on, given all others; `x` is the hidden input of `v`. One for each of `v`."""
    there = v[(slice(None), *unit)][:, None]
    log_odds = np.full(len(v), machine.b[unit], x.dtype)
    for position, weights in _seen_by(machine, unit):
        without = x[:, position] - there * weights
        log_odds += (softplus(without + weights) - softplus(without)).sum(1)
    return log_odds


def _seen_by(machine: Machine, unit: tuple[int, int]) -> Iterator[tuple[int, Array]]:
    shape = machine.shape
    block, inside = divmod(unit[0], shape.stride)
    for offset in range(shape.reach):
        frame = (shape.reach - 1 - offset) * shape.stride + inside
        yield block + offset, machine.W[frame * shape.pitches + unit[1]]


def reconstruction_loss(machine: Machine, v: Array) -> float:
    """Cross-entropy of the data with its mean-field reconstruction ``sigmoid(W sigmoid(x) + b)``, nats, summed."""
    y = machine.visible_input(sigmoid(machine.hidden_input(v)))
    return float((softplus(y) - v * y).sum(dtype=np.float64))
