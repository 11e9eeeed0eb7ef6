"""Pieces out of a machine or a stack: block Gibbs sampling, cooled at the end, window after window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from modeloid.backends.numpy import uniforms

from .machine import Array, Machine, switch
from .wishes import Wishes

COOLING = 0.25
"""The share of the Gibbs steps, at the end, in which the temperature falls."""


@dataclass(frozen=True)
class Sampler:
    """Draws rolls; a row uses its own generator alone.

    Parameters
    ----------
    machines
        The layers from below, float32.
    rates
        Base rates of the visible units (frames, pitches): where the chains start.
    coldest
        Where the temperature falls to at the end, as a share of the wished one; with 1 the samples follow the machine.
    """

    machines: Sequence[Machine]
    rates: Array
    coldest: float

    def rolls(self, wishes: Wishes, generators: Sequence[np.random.Generator]) -> Array:
        """One roll a generator, (n, wishes.frames, pitches), of zeros and ones.

        The window slides by half of itself: what it shares with the last one stays as it is.
        """
        frames = len(self.rates)
        kept = frames // 2
        rows = len(generators)
        clamp = None if wishes.start is None else np.repeat(wishes.start[None], rows, axis=0)
        roll = self._window(wishes, generators, clamp)
        while roll.shape[1] < wishes.frames:
            clamp = roll[:, roll.shape[1] - kept :]
            roll = np.concatenate([roll, self._window(wishes, generators, clamp)[:, kept:]], axis=1)
        return roll[:, : wishes.frames]

    def _window(self, wishes: Wishes, generators: Sequence[np.random.Generator], clamp: Array | None) -> Array:
        """Sample in the top machine, then down once; what is held below is told to the top at every step."""
        still = self.machines[:-1] if clamp is None else []
        moving = self.machines[len(still) :]
        v = (uniforms(generators, self.rates.shape) < self.rates).astype(self.rates.dtype)
        v = _up(still, v, 1.0, generators)
        temperature = wishes.temperature
        for temperature in cooling(wishes.steps, wishes.temperature, self.coldest):
            h = _up(moving, _held(v, clamp), temperature, generators)
            v = _down(moving, h, temperature, generators)
        return _held(_down(still, v, temperature, generators), clamp)


def cooling(steps: int, temperature: float, coldest: float) -> Iterator[float]:
    """Temperature of each Gibbs step: constant, then over the last `COOLING` of them down to `coldest` times it."""
    fall = round(steps * COOLING)
    yield from [temperature] * (steps - fall)
    for index in range(1, fall + 1):
        yield temperature * coldest ** (index / fall)


def _up(machines: Sequence[Machine], v: Array, temperature: float, generators: Sequence[np.random.Generator]) -> Array:
    for machine in machines:
        x = machine.hidden_input(v) * v.dtype.type(1 / temperature)
        v = switch(x, uniforms(generators, x.shape[1:]))
    return v


def _down(
    machines: Sequence[Machine], h: Array, temperature: float, generators: Sequence[np.random.Generator]
) -> Array:
    for machine in reversed(machines):
        y = machine.visible_input(h) * h.dtype.type(1 / temperature)
        h = switch(y, uniforms(generators, y.shape[1:]))
    return h


def _held(v: Array, clamp: Array | None) -> Array:
    if clamp is None:
        return v
    return np.concatenate([clamp, v[:, clamp.shape[1] :]], axis=1)
