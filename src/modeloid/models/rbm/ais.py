"""How large the partition function is: annealed importance sampling from the data's base rates to the machine.

The path (Salakhutdinov, Murray 2008, equations 14 to 17, the base model without hidden units): between the base rates
``p_A(v)`` proportional to ``exp(a v)`` and the machine lie, for beta from 0 to 1,

    log f_beta(v) = (1 - beta) a v + beta b v + sum_j log(1 + exp(beta x_j(v))),    x(v) = hidden input,

with ``log Z_0 = units_hidden log 2 + sum_i log(1 + exp(a_i))`` known. A chain v_1 ... v_K with v_k = T_k(v_(k-1)) has

    log w = sum_k log f_(beta_k)(v_(k-1)) - log f_(beta_(k-1))(v_(k-1)),    E[w] = Z_1 / Z_0.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng

from .machine import Array, Machine, softplus, switch

Floats = NDArray[np.float64]
_SMALL_ENOUGH = 5e-3


@dataclass(frozen=True)
class Annealing:
    """The distributions between the base rates and a machine; everything in float64.

    Parameters
    ----------
    machine
        Where the path ends.
    base
        Log-odds `a` of the base rates (frames, pitches): where it begins.
    """

    machine: Machine
    base: Floats

    @property
    def log_z0(self) -> float:
        """Log of the base model's partition function, nats."""
        shape = self.machine.shape
        return shape.positions * shape.hidden * float(np.log(2)) + float(softplus(self.base).sum())

    def begin(self, n: int, generator: np.random.Generator) -> Floats:
        """`n` independent draws from the base model (n, frames, pitches)."""
        return switch(self.base, generator.random((n, *self.base.shape)))

    def log_f(self, beta: float, v: Array, x: Array) -> Floats:
        """Log of the unnormalised probability at `beta`, one for each of `v`; `x` is its hidden input."""
        bias = (1 - beta) * self.base + beta * self.machine.b
        return np.asarray((v * bias).sum((1, 2)) + softplus(beta * x).sum((1, 2)))

    def move(self, beta: float, x: Array, generator: np.random.Generator) -> Floats:
        """One Gibbs step that leaves the distribution at `beta` as it is; reversible in `v`; `x`: the hidden input."""
        h = switch(beta * x, generator.random(x.shape))
        y = beta * self.machine.visible_input(h) + (1 - beta) * self.base
        return switch(y, generator.random(y.shape))


def path_to(machine: Machine, rates: Array) -> Annealing:
    """The path from base rates (frames, pitches, each in (0, 1)) to a machine."""
    kept = np.clip(rates.astype(np.float64), _SMALL_ENOUGH, 1 - _SMALL_ENOUGH)
    return Annealing(machine.astype(np.float64), np.log(kept) - np.log1p(-kept))


def temperatures(steps: int) -> Floats:
    """`steps` + 1 values of beta from 0 to 1, closer together towards 1, where the machine freezes."""
    even = np.linspace(0, 1, steps + 1)
    return np.asarray(1 - (1 - even) ** 1.5)


def log_partition(path: Annealing, steps: int, chains: int, rng: Rng) -> float:
    """Estimate ``log Z`` in nats as ``log Z_0 + log mean w`` over `chains` chains of `steps` temperatures.

    ``E[w]`` is exact, so its logarithm is on average too small: the log-likelihoods made with it too large.
    """
    generator = rng.generator()
    v = path.begin(chains, generator)
    log_w = np.zeros(chains)
    betas = temperatures(steps)
    for before, beta in pairwise(betas):
        x = path.machine.hidden_input(v)
        log_w += path.log_f(beta, v, x) - path.log_f(before, v, x)
        v = path.move(beta, x, generator)
    return path.log_z0 + log_mean_exp(log_w)


def log_mean_exp(x: Floats) -> float:
    """``log mean exp(x)`` without overflow."""
    top = x.max()
    return float(top + np.log(np.mean(np.exp(x - top))))
