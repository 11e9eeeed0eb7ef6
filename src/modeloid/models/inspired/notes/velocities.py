"""Playing: velocities for notes that are given."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeloid.music.represent.parts import Rows

from .batch import TouchTensors, tensors
from .classes import CENTRES, velocities_of
from .sheet import sheet
from .stream import stream
from .touch import HEARD_SIZES, Touch, heard, mean_class, touch

if TYPE_CHECKING:
    from .interpret import Interpreter
    from .net import NoteNet
    from .perform import Performer

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def velocities(
    net: NoteNet | Interpreter,
    items: Sequence[Rows],
    plans: Sequence[Ints],
    generators: Sequence[np.random.Generator] | None = None,
    temperature: float = 1.0,
    around: Tensor | None = None,
) -> list[Ints]:
    """Velocities for given notes, note after note, each from those before.

    Parameters
    ----------
    net
        In evaluation mode.
    items
        Notes in C and in order; the velocities they have are not looked at.
    plans
        Of each item, shape (bars, fields); where the loudness is not known, its field's size.
    generators
        One an item. None: every velocity is the expected one.
    temperature
        Logits are divided by it; 0: every velocity is the expected one.
    around
        Of the notes of all items, where the net is told of it.

    Returns
    -------
    MIDI velocities of each item's notes.
    """
    planned = sheet(plans, net.fields)
    told = stream(items, planned)
    found = touch(told, planned, net.drums)
    edges = np.append(told.first_note, len(told.rows))
    counts = np.diff(edges)
    is_drawn = generators is not None and temperature > 0
    uniforms = _uniforms(generators or (), counts) if is_drawn else None
    nothing = np.zeros((len(found.loud), len(HEARD_SIZES)), np.int64)
    with torch.inference_mode():
        player = _Player(net.performer, tensors(found, nothing)._replace(around=around), found, temperature)
        for step in range(int(counts.max(initial=0))):
            rows = np.flatnonzero(step < counts)
            player.play(told.first_note[rows] + step, None if uniforms is None else uniforms[rows, step])
    return [player.velocity[begin:end] for begin, end in pairwise(edges)]


def _uniforms(generators: Sequence[np.random.Generator], counts: Ints) -> Floats:
    """A number for each note of each item, shape (items, notes of the longest)."""
    found = np.zeros((len(counts), int(counts.max(initial=0))))
    for row, (generator, count) in enumerate(zip(generators, counts, strict=True)):
        found[row, :count] = generator.random(count)
    return found


def forced(net: NoteNet, items: Sequence[Rows], plans: Sequence[Ints]) -> list[Floats]:
    """The expected velocity of every note given the notes and all true velocities before it."""
    planned = sheet(plans, net.fields)
    told = stream(items, planned)
    found = touch(told, planned, net.drums)
    with torch.inference_mode():
        shares = net.performer(tensors(found, heard(found, found.loud))).double().softmax(-1).numpy()
    edges = np.append(told.first_note, len(told.rows))
    expected = shares @ CENTRES
    return [expected[begin:end] for begin, end in pairwise(edges)]


class _Player:
    """Notes whose velocities are told one after another: `velocity`, of all notes."""

    def __init__(self, net: Performer, notes: TouchTensors, found: Touch, temperature: float) -> None:
        self._net, self._touch, self._temperature = net, found, temperature
        self._read: Tensor = net.read(notes)
        self._heard = np.zeros(len(found.loud) + 1, np.int64)
        """1 and the class of each note's velocity; 0 behind the last, for "none"."""
        cells = int(found.cell.max(initial=0)) + 1
        self._sums, self._counts = np.zeros(cells, np.int64), np.zeros(cells, np.int64)
        self.velocity = np.zeros(len(found.loud), np.int64)

    def play(self, notes: Ints, uniforms: Floats | None) -> None:
        """Tell the velocities of some notes of different items; without numbers the expected ones."""
        cell = self._touch.cell[notes]
        mean = mean_class(self._sums[cell], self._counts[cell])
        before = np.column_stack([self._heard[self._touch.before[notes]], mean, self._touch.planned[notes]])
        logits = self._net.tell(self._read[torch.from_numpy(notes)], torch.from_numpy(before)).double().numpy()
        loud, self.velocity[notes] = self._chosen(logits, uniforms)
        self._heard[notes] = loud + 1
        self._sums[cell] += loud
        self._counts[cell] += 1

    def _chosen(self, logits: Floats, uniforms: Floats | None) -> tuple[Ints, Ints]:
        scaled = logits / self._temperature if uniforms is not None else logits
        shares = np.exp(scaled - scaled.max(-1, keepdims=True))
        if uniforms is None:
            expected = np.rint(shares @ CENTRES / shares.sum(-1)).astype(np.int64)
            return expected * len(CENTRES) // 128, expected
        edges = np.cumsum(shares, -1)
        drawn = uniforms * edges[:, -1]
        loud = np.asarray((edges > drawn[:, None]).argmax(-1), np.int64)
        rows = np.arange(len(loud))
        # how far the number lies within its class says which velocity of the class it is
        rest = (drawn - (edges[rows, loud] - shares[rows, loud])) / np.maximum(shares[rows, loud], 1e-300)
        return loud, velocities_of(loud, rest)
