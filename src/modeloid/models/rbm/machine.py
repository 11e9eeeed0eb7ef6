"""The machine itself: a visible roll, a hidden layer, the weights between them and what follows from its energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Shape:
    """Sizes of a machine whose weights may be shared along time.

    A hidden unit sees `kernel` frames; its copies lie every `stride` frames and hang over both edges (silence
    outside), so that each frame is seen by ``kernel / stride`` copies. With ``kernel == stride == frames`` there is one
    copy: the plain restricted Boltzmann machine.
    """

    frames: int
    pitches: int
    hidden: int
    kernel: int
    stride: int

    @property
    def reach(self) -> int:
        """How many copies see one frame."""
        return self.kernel // self.stride

    @property
    def positions(self) -> int:
        """How many copies of each hidden unit there are."""
        return self.frames // self.stride + self.reach - 1

    @property
    def visible(self) -> tuple[int, int]:
        """Frames and pitches."""
        return self.frames, self.pitches

    @property
    def sizes(self) -> dict[str, tuple[int, ...]]:
        """Parameter -> shape of its array."""
        weights = (self.kernel * self.pitches, self.hidden)
        return {"W": weights, "b": self.visible, "c": (self.positions, self.hidden)}


@dataclass(frozen=True)
class Machine:
    """Energy ``E(v, h) = -sum b v - sum c h - sum over copies of (patch of v) W h``; v and h are 0 or 1.

    Smolensky 1986; the shared weights after Lee, Grosse, Ranganath, Ng 2009, equation 1.

    Parameters
    ----------
    shape
        The sizes.
    W
        Weights (kernel * pitches, hidden).
    b
        Visible biases (frames, pitches).
    c
        Hidden biases (positions, hidden).
    """

    shape: Shape
    W: Array
    b: Array
    c: Array

    @property
    def arrays(self) -> dict[str, Array]:
        """The parameters by name."""
        return {"W": self.W, "b": self.b, "c": self.c}

    def astype(self, dtype: DTypeLike) -> Machine:
        """The same machine in another precision."""
        return Machine(self.shape, self.W.astype(dtype), self.b.astype(dtype), self.c.astype(dtype))

    def hidden_input(self, v: Array) -> Array:
        """What the hidden units get, (n, positions, hidden): their log-odds given `v` (n, frames, pitches)."""
        return gather(self.shape, v, self.W) + self.c

    def visible_input(self, h: Array) -> Array:
        """What the visible units get, (n, frames, pitches): their log-odds given `h` (n, positions, hidden)."""
        return spread(self.shape, h, self.W) + self.b

    def free_energy(self, v: Array) -> NDArray[np.float64]:
        """``F(v) = -log sum_h exp(-E(v, h)) = -b v - sum_j log(1 + exp(x_j))``, nats, one for each of `v`."""
        fields = softplus(self.hidden_input(v)).sum((1, 2), dtype=np.float64)
        return np.asarray(-(v * self.b).sum((1, 2), dtype=np.float64) - fields)


def patches(shape: Shape, v: Array) -> Array:
    """What each copy sees: `v` (n, frames, pitches) -> (n, positions, kernel * pitches), zeros outside the window."""
    n, width = len(v), shape.stride * shape.pitches
    if shape.reach == 1:
        return v.reshape(n, shape.positions, width)
    edge = shape.reach - 1
    blocks = np.zeros((n, shape.positions + edge, width), v.dtype)
    blocks[:, edge:-edge] = v.reshape(n, -1, width)
    views = np.lib.stride_tricks.sliding_window_view(blocks, shape.reach, axis=1)
    return views.transpose(0, 1, 3, 2).reshape(n, shape.positions, -1)


def gather(shape: Shape, v: Array, W: Array) -> Array:
    """The linear map up, without biases: (n, frames, pitches) -> (n, positions, hidden)."""
    seen = patches(shape, v).reshape(len(v) * shape.positions, -1)
    return np.asarray(seen @ W).reshape(len(v), shape.positions, -1)


def spread(shape: Shape, h: Array, W: Array) -> Array:
    """The linear map down, the transpose of `gather`: (n, positions, hidden) -> (n, frames, pitches)."""
    n, reach, width = len(h), shape.reach, shape.stride * shape.pitches
    seen = (h.reshape(n * shape.positions, -1) @ W.T).reshape(n, shape.positions, reach, width)
    if reach == 1:
        return np.asarray(seen).reshape(n, *shape.visible)
    inside = shape.frames // shape.stride
    total = np.zeros((n, inside, width), seen.dtype)
    for offset in range(reach):
        first = reach - 1 - offset
        total += seen[:, first : first + inside, offset]
    return total.reshape(n, *shape.visible)


def sigmoid(x: Array) -> Array:
    """``1 / (1 + exp(-x))`` in the precision of `x`, without overflow."""
    half = x.dtype.type(0.5)
    return np.asarray(half * np.tanh(half * x) + half)


def softplus(x: Array) -> Array:
    """``log(1 + exp(x))`` in the precision of `x`, without overflow."""
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def switch(log_odds: Array, uniforms: Array) -> Array:
    """Bernoulli units: 1 where the uniform number lies below the probability, in the precision of the log-odds."""
    return (uniforms < sigmoid(log_odds)).astype(log_odds.dtype)


def gibbs(machine: Machine, v: Array, steps: int, generator: np.random.Generator) -> Array:
    """Block Gibbs sampling of the visible units: `steps` times hidden given visible, visible given hidden."""
    kind = machine.W.dtype
    for _ in range(steps):
        x = machine.hidden_input(v)
        h = switch(x, generator.random(x.shape, dtype=kind))
        y = machine.visible_input(h)
        v = switch(y, generator.random(y.shape, dtype=kind))
    return v
