"""The conservative side of a likelihood: the reverse AIS estimator (RAISE; Burda, Grosse, Salakhutdinov 2015).

The annealing path of `ais.py`, run forwards from the base model, is a directed model with a normalised likelihood
``p_raise(v)``, close to the machine's own. Run backwards from a test item v = v_K, with v_(k-1) = T_k(v_k),

    log w = log f_K(v) - log Z_0 - sum_k log f_k(v_(k-1)) - log f_(k-1)(v_(k-1)),    E[w] = p_raise(v)

(their equation 15 and algorithm 2, for steps T_k that are reversible). So ``E[log w] <= log p_raise(v)``: where AIS
flatters the machine, RAISE slights it, and the truth lies between them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from modeloid.cycle.rng import Rng

from .ais import Annealing, Floats, temperatures
from .machine import Array


def raise_bound(path: Annealing, v: Array, steps: int, rng: Rng) -> Floats:
    """Estimate from below the log-likelihood of each of `v` (n, frames, pitches), nats, by one chain each.

    Parameters
    ----------
    path
        From the base rates to the machine.
    v
        Items of zeros and ones.
    steps
        Temperatures, at least 1; more of them bring the bound closer.
    rng
        Where its random numbers come from.
    """
    generator = rng.generator()
    betas = temperatures(steps)
    now = v.astype(np.float64)
    x = path.machine.hidden_input(now)
    bound = path.log_f(1.0, now, x) - path.log_z0
    for beta, before in pairwise(betas[::-1]):
        now = path.move(beta, x, generator)
        x = path.machine.hidden_input(now)
        bound -= path.log_f(beta, now, x) - path.log_f(before, now, x)
    return np.asarray(bound)
