"""Writing notes: event after event, row beside row, each from its own generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeloid.music.represent.parts import LENGTH, ONSET, PART, PITCH, VELOCITY, Rows
from modeloid.nets.ready import ready

from . import columns
from .batch import Given
from .known import Known
from .sheet import sheet
from .stepping import Stepping
from .stream import LINE
from .velocities import velocities
from .walk import Walk

if TYPE_CHECKING:
    from .net import NoteNet

Ints = NDArray[np.int64]
_DRAWS = 4


@dataclass(frozen=True)
class Manner:
    """How surely things are drawn.

    Parameters
    ----------
    temperature
        Logits of steps, parts, pitches and lengths are divided by it; greater than 0.
    again_warmth
        How many times as high that is in bars that repeat another; below 1, and they repeat it more exactly.
    begins
        Whether something sounds in the first bar.
    velocity_temperature
        Those of velocities; 0: the expected velocity.
    top_p
        Only the likeliest classes that are needed to reach this share (Holtzman and others 2020, equation 2); 1: all.
    crowd
        Most notes of a bar: then it ends.
    """

    temperature: float = 1.0
    again_warmth: float = 1.0
    begins: bool = False
    velocity_temperature: float = 1.0
    top_p: float = 1.0
    crowd: int = 160


def write(
    net: NoteNet,
    generators: Sequence[np.random.Generator],
    plans: Sequence[Ints],
    ideas: Tensor | None = None,
    strength: float | NDArray[np.float64] = 1.0,
    manner: Manner | None = None,
    first_bar: int = 0,
) -> list[Rows]:
    """Notes that follow plans.

    Parameters
    ----------
    net
        In evaluation mode.
    generators
        One a row. What a row is depends on its own alone, and on how many rows go side by side (to the last bit).
    plans
        Of each row, shape (bars, fields).
    ideas
        Shape (rows, bars of the longest, idea_dims); None: no idea.
    strength
        How much the idea counts, in all rows or in each: 0 not at all (exactly as without one), 1 as learned, more:
        beyond.
    manner
        How surely things are drawn.
    first_bar
        Which bar of its piece each row begins with.

    Returns
    -------
    The notes of each row, in order; a note ends at the latest where its part strikes its pitch again.
    """
    manner = manner or Manner()
    with torch.inference_mode():
        walk = Walk(sheet(plans, net.fields, [first_bar] * len(plans)), net.drums)
        doses = np.array(np.broadcast_to(strength, len(plans)), np.float64)
        pen = _Pen(net, walk, ideas, doses, manner)
        while walk.going.any():
            pen.event(_uniforms(generators, walk.going))
    rows = [ended(walk.written(row)) for row in range(len(plans))]
    played = velocities(net, rows, plans, generators, manner.velocity_temperature)
    for notes, found in zip(rows, played, strict=True):
        notes[:, VELOCITY] = found
    return rows


def ended(rows: Rows) -> Rows:
    """The notes, each ending at the latest where its part strikes its pitch again: a piano has one key for both."""
    order = np.lexsort([rows[:, ONSET], rows[:, PITCH], rows[:, PART]])
    this, after = rows[order[:-1]], rows[order[1:]]
    again = (this[:, [PART, PITCH]] == after[:, [PART, PITCH]]).all(1)
    gap = np.where(again, after[:, ONSET] - this[:, ONSET], this[:, LENGTH])
    found = rows.copy()
    found[order[:-1], LENGTH] = np.minimum(this[:, LENGTH], gap)
    return found


def _uniforms(generators: Sequence[np.random.Generator], going: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Numbers for one event, shape (4, rows); a row that has ended takes none."""
    drawn = [one.random(_DRAWS) if on else np.zeros(_DRAWS) for one, on in zip(generators, going, strict=True)]
    return np.stack(drawn, 1)


class _Pen:
    """Writes one event a row at a time; with an idea beyond or below what was learned, every row is read twice."""

    def __init__(
        self, net: NoteNet, walk: Walk, ideas: Tensor | None, doses: NDArray[np.float64], manner: Manner
    ) -> None:
        self._walk, self._doses, self._manner = walk, doses, manner
        rows = len(walk.sheet.bars)
        symbols = torch.from_numpy(walk.sheet.symbols)
        null = net.barred(symbols, None)
        known = None
        if ideas is not None and (doses != 0).any():
            known = net.barred(symbols, ideas[torch.from_numpy(walk.sheet.owner), torch.from_numpy(walk.sheet.bar)])
        self._bars = [one for one in (known, null) if one is not None]
        if known is not None and (doses == 1).all():
            self._bars = [known]
        self._times = len(self._bars)
        self._net = ready(net, self._times * rows, torch.float32)
        self._steps = Stepping(net.voice.lstm, self._times * rows)

    def event(self, uniforms: NDArray[np.float64]) -> None:
        """Draw and write the next event of each row."""
        net, walk = self._net, self._walk
        known = walk.known()
        warmth = np.where(walk.sheet.lag[known.slot] > 0, self._manner.again_warmth, 1.0)
        self._temperature = self._manner.temperature * warmth[:, None]
        state = self._tensor(columns.state_columns(known, walk.sheet))
        bars = torch.cat([one[torch.from_numpy(known.slot)] for one in self._bars])
        read = net.voice.read(bars, state)
        features = torch.cat([self._steps.step(read), read], 1)
        given = Given(
            state, *(self._tensor(one) for one in (walk.sheet.kinds[known.slot], known.at, known.part, known.pitch))
        )
        logits = net.when_logits(features, given)
        if self._manner.begins:
            logits[self._tensor(walk.unbegun), LINE] = float("-inf")
        when = self._drawn(logits, uniforms[0])
        when = np.where(walk.crowd >= self._manner.crowd, LINE, when)
        note = np.minimum(when, LINE - 1)
        part, pitch, length = self._note(features, given, known, note, uniforms)
        walk.add(when, part, pitch, length)

    def _note(
        self, features: Tensor, given: Given, known: Known, when: Ints, uniforms: NDArray[np.float64]
    ) -> tuple[Ints, Ints, Ints]:
        """Part, pitch and length of a note at a step; where a bar line was drawn they say nothing."""
        net, walk, sheet = self._net, self._walk, self._walk.sheet
        when = np.maximum(when, known.at)  # of a row whose line was drawn: any step that can be
        told = columns.part_columns(known, sheet, when, walk.at_step(known, when))
        part = self._drawn(net.part_logits(features, given, self._tensor(when), self._tensor(told)), uniforms[1])
        together = columns.is_together(known, when, part)
        refs = walk.at_part(known, together, when, part)
        told = columns.pitch_columns(known, sheet, when, part, refs)
        anchors = columns.anchors(known, sheet, when, part, refs)
        above = self._tensor(np.where(together, known.pitch, 0))
        logits = net.pitch_logits(features, self._tensor(told), self._tensor(anchors), above)
        pitch = self._drawn(logits, uniforms[2])
        told = columns.length_columns(known, sheet, when, part, pitch, refs)
        return part, pitch, self._drawn(net.length_logits(features, self._tensor(told)), uniforms[3])

    def _tensor(self, values: Ints | NDArray[np.bool_]) -> Tensor:
        found = torch.from_numpy(values)
        return found if self._times == 1 else torch.cat([found] * self._times)

    def _drawn(self, logits: Tensor, uniforms: NDArray[np.float64]) -> Ints:
        found = logits.double().numpy()
        if self._times > 1:
            known, null = np.split(found, 2)
            # what cannot be is -inf in both, and stays it
            gained = np.subtract(known, null, out=np.zeros_like(null), where=np.isfinite(null))
            found = null + self._doses[:, None] * gained
        return drawn(found / self._temperature, uniforms, self._manner.top_p)


def drawn(logits: NDArray[np.float64], uniforms: NDArray[np.float64], top_p: float) -> Ints:
    """The class that a uniform number falls on, one a row; a row without any gives class 0."""
    shares = np.exp(logits - np.maximum(logits.max(-1, keepdims=True), -1e300))
    if top_p < 1:
        order = np.argsort(-shares, -1, kind="stable")
        ranked = np.take_along_axis(shares, order, -1)
        before = np.cumsum(ranked, -1) - ranked
        np.put_along_axis(shares, order, ranked * (before < top_p * ranked.sum(-1, keepdims=True)), -1)
    edges = np.cumsum(shares, -1)
    return np.asarray((edges > uniforms[:, None] * edges[:, -1:]).argmax(-1), np.int64)
