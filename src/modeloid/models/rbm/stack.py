"""A stack of layers: each one's hidden units are the visible ones of the next (Hinton, Osindero, Teh 2006)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng

from .ais import Floats, log_mean_exp
from .machine import Array, Machine, Shape, sigmoid, softplus, switch


def shapes(model: Mapping[str, Any]) -> list[Shape]:
    """The layers' shapes, from below. Only the lowest may share weights in time; the others see all there is."""
    frames, *rest = model["shape"] if len(model["shape"]) > 1 else [1, *model["shape"]]
    pitches = math.prod(rest)
    layers = [Shape(frames, pitches, model["hidden"][0], model["kernel"], model["stride"])]
    for hidden in model["hidden"][1:]:
        frames, pitches = layers[-1].positions, layers[-1].hidden
        layers.append(Shape(frames, pitches, hidden, frames, frames))
    return layers


def learning_layer(layer_turns: Sequence[int], turn: int) -> int:
    """Which layer learns in a turn: each but the last for its number of turns, then the last."""
    ends = np.cumsum(np.asarray(layer_turns, dtype=np.int64))
    return int(np.searchsorted(ends, turn, side="right"))


def up(machines: Sequence[Machine], v: Array) -> Array:
    """Mean-field way up through all `machines`: probabilities of the last one's hidden units."""
    for machine in machines:
        v = sigmoid(machine.hidden_input(v))
    return v


def climb(machines: Sequence[Machine], v: Array, generator: np.random.Generator) -> Array:
    """Sampled way up through all `machines`: the last one's hidden units, 0 or 1."""
    for machine in machines:
        x = machine.hidden_input(v)
        v = switch(x, generator.random(x.shape, dtype=x.dtype))
    return v


def stack_bound(
    lower: Sequence[Machine], top: Callable[[Array], Floats], v: Array, samples: int, rng: Rng
) -> NDArray[np.float64]:
    """Bound from below the log-likelihood of each of `v` under a stack, nats.

    ``log p(v) = log E_q(h|v)[p(v | h) p(h) / q(h | v)]``, with the mean over `samples` draws inside the logarithm
    (Burda, Grosse, Salakhutdinov 2016, equation 8); with one draw the bound of Salakhutdinov, Murray 2008, equation 26.

    Parameters
    ----------
    lower
        The machines below the top one.
    top
        Log-likelihood of the top machine's visible units, nats, one an item.
    v
        Items (n, frames, pitches).
    samples
        Draws for each item, at least 1.
    rng
        Where they come from.
    """
    draws = np.stack([_one_draw(lower, top, v, rng.at(index)) for index in range(samples)])
    return np.asarray([log_mean_exp(column) for column in draws.T])


def _one_draw(lower: Sequence[Machine], top: Callable[[Array], Floats], v: Array, rng: Rng) -> Floats:
    generator = rng.generator()
    log_p = np.zeros(len(v))
    for machine in lower:
        x = machine.hidden_input(v)
        h = switch(x, generator.random(x.shape))
        log_p += _log_bernoulli(machine.visible_input(h), v) - _log_bernoulli(x, h)
        v = h
    return log_p + top(v)


def _log_bernoulli(log_odds: Array, units: Array) -> Floats:
    return np.asarray((units * log_odds - softplus(log_odds)).sum((1, 2), dtype=np.float64))
