"""The net that performs scores: velocities for notes that are given, from the whole piece and its tempo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from modeloid.music.represent.parts import Rows

from ..plan import Fields
from .around import NUMBERS, around
from .batch import TouchTensors, tensors
from .classes import CENTRES
from .perform import Performer
from .sheet import forgotten, sheet
from .stream import stream
from .touch import heard, touch
from .velocities import velocities

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_ALONE = 0.5
"""Share of items in whose lesson nothing is heard before a note."""
_WIDTH = float(CENTRES[1] - CENTRES[0])


class Parts(NamedTuple):
    """What is to be performed; of I items.

    Parameters
    ----------
    rows
        The notes of each, in C and in order; none begins behind the last bar.
    pitched
        The same with their pitches as they are.
    plans
        Of each, shape (bars, fields); the loudness in them is not looked at.
    tempos_bpm
        Shape (I,): quarters a minute.
    """

    rows: Sequence[Rows]
    pitched: Sequence[Rows]
    plans: Sequence[Ints]
    tempos_bpm: Sequence[float] | Floats


class Interpreter(nn.Module):
    """A `Performer` that is told what is around each note, and of no planned loudness.

    It learns to tell a velocity from the notes alone, and from the notes and the velocities before it.

    Parameters
    ----------
    fields, drums
        Of a plan; whether each part is drums.
    width, dropout
        As in `Performer`.
    """

    def __init__(self, fields: Fields, drums: Sequence[bool], width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.fields, self.drums = fields, tuple(drums)
        self.performer = Performer(len(self.drums), width, dropout, NUMBERS)

    def forward(self, parts: Parts, firsts: Sequence[int] | Ints | None = None) -> Tensor:
        """Nats a note, told from the notes alone; in training half of the items at random from velocities before, too.

        Parameters
        ----------
        parts
            With the velocities that are to be told.
        firsts
            Which bar of its piece each item begins with; None: the first.
        """
        told, owner = self._told(parts, firsts)
        is_heard = torch.zeros(len(parts.rows), dtype=torch.bool)
        if self.training:
            is_heard = torch.rand(len(parts.rows)) >= _ALONE
        logits = self.performer(_unheard(told, is_heard[torch.from_numpy(owner)]))
        return functional.cross_entropy(logits.float(), told.loud, reduction="sum") / max(len(told.loud), 1)

    def expected(self, parts: Parts) -> list[Floats]:
        """The median velocity of every note, from the notes alone; not rounded. The mean error is least with it."""
        told, owner = self._told(parts)
        with torch.inference_mode():
            shares = self.performer(_unheard(told, torch.zeros(len(owner), dtype=torch.bool))).double().softmax(-1)
        median = medians(shares.numpy())
        return [median[owner == number] for number in range(len(parts.rows))]

    def drawn(self, parts: Parts, generators: Sequence[np.random.Generator], temperature: float) -> list[Ints]:
        """Velocities that are drawn one after another, each item's from its own generator."""
        plans = [forgotten(plan, self.fields, "loud") for plan in parts.plans]
        return velocities(self, parts.rows, plans, generators, temperature, _around(parts))

    def _told(self, parts: Parts, firsts: Sequence[int] | Ints | None = None) -> tuple[TouchTensors, Ints]:
        page = sheet([forgotten(plan, self.fields, "loud") for plan in parts.plans], self.fields, firsts)
        notes = stream(parts.rows, page)
        found = touch(notes, page, self.drums)
        told = tensors(found, heard(found, found.loud))
        return told._replace(around=_around(parts)), notes.owner


def _around(parts: Parts) -> Tensor:
    """Of all notes, end to end."""
    told = [
        around(rows, len(plan), float(tempo))
        for rows, plan, tempo in zip(parts.pitched, parts.plans, parts.tempos_bpm, strict=True)
        if len(rows)
    ]
    return torch.from_numpy(np.concatenate([np.zeros((0, NUMBERS)), *told])).float()


def medians(shares: Floats) -> Floats:
    """Where half of each row's share is reached, a class's share lying evenly over its velocities: shape (rows,)."""
    reached = np.cumsum(shares, -1)
    which = (reached >= reached[:, -1:] / 2).argmax(-1)
    rows = np.arange(len(shares))
    before = reached[rows, which] - shares[rows, which]
    within = (reached[:, -1] / 2 - before) / np.maximum(shares[rows, which], 1e-300)
    return np.asarray(_WIDTH * (which + within) - 0.5)


def _unheard(told: TouchTensors, kept: Tensor) -> TouchTensors:
    """Nothing heard before the notes that are not kept; that the loudness is unknown stays."""
    before = told.heard.clone()
    before[:, :-1] *= kept[:, None]
    return told._replace(heard=before)
