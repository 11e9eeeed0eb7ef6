"""Which of the pieces that were written are given: none that copies, and of the others the one heard as nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from modeloid.music.kinship import Grams, Heard, gates, heard
from modeloid.music.kinship.gates import limit, table_of
from modeloid.music.represent.parts import BAR_STEPS, ONSET, Rows, cut

from .idea.ensemble import Ensemble
from .idea.views import Views, views
from .inspirer import Inspirer
from .memory import Memory
from .settings import SECTION_BARS
from .writer import sections_of

_STRANGERS = 128
_WARMTH = 0.1


class Choice(NamedTuple):
    """What was chosen of some candidates.

    Parameters
    ----------
    number
        Which one.
    failed
        Of each candidate the names of the gates that it failed.
    """

    number: int
    failed: list[list[str]]

    @property
    def passed(self) -> bool:
        """Whether the chosen one failed no gate."""
        return not self.failed[self.number]


class Chooser:
    """Holds candidates against the training pieces, their inspirers, and what the choosing encoders hear.

    Parameters
    ----------
    ensemble
        Its choosers are asked, the watched one is not.
    memory
        The training pieces.
    lines
        What real pairs share, see `music.kinship.lines`; empty before they are known: then no gate is asked.
    drums
        The parts that are drums.
    """

    def __init__(self, ensemble: Ensemble, memory: Memory, lines: Mapping[str, Any], drums: tuple[int, ...]) -> None:
        self._ensemble, self.lines, self.drums = ensemble, lines, drums
        self._pieces = memory.pieces()

    @cached_property
    def grams(self) -> Grams:
        """Of the training pieces, called by their numbers."""
        names = [str(number) for number in self._pieces]
        return Grams(list(self._pieces.values()), self.drums, names)

    def strangers(self, most: int) -> Views:
        """At most so many slices of training pieces, spread over all; silence before any was seen."""
        slices = [one for rows in self._pieces.values() for one in _sections(rows, _bars(rows))]
        if not slices:
            return views([np.zeros((0, 5), np.int64)], self.drums)
        chosen = np.unique(np.linspace(0, len(slices) - 1, min(most, len(slices))).round().astype(int))
        return views([slices[index] for index in chosen], self.drums)

    @cached_property
    def _strangers(self) -> Views:
        return self.strangers(_STRANGERS)

    def chosen(self, candidates: Sequence[Rows], bars: int, inspirers: Sequence[Inspirer]) -> Choice:
        """The nearest of those that fail no gate; where all do, of those that fail fewest."""
        sources = [heard(one.rows, self.drums) for one in inspirers]
        failed = [self._failed(heard(rows, self.drums), sources) for rows in candidates]
        near = self._near(candidates, bars, inspirers) if inspirers else np.zeros(len(candidates))
        counts = np.array([len(names) for names in failed])
        order = np.lexsort([np.arange(len(candidates)), -near, counts])
        return Choice(int(order[0]), failed)

    def _failed(self, y: Heard, sources: Sequence[Heard]) -> list[str]:
        if not self.lines or not len(y):
            return [] if len(y) else ["silence"]
        found = [gate.name for x in sources for gate in gates(y, x, self.lines, self.grams, self.drums)]
        if not sources:
            training = table_of(self.lines, "training", "slice" if y.bars <= _SLICE_UP_TO else "window")
            copied = self.grams.copying(y)
            found = [name for name, value in copied.items() if value > limit(name, training[name])]
        return sorted(set(found))

    @torch.no_grad()
    def _near(self, candidates: Sequence[Rows], bars: int, inspirers: Sequence[Inspirer]) -> NDArray[np.float64]:
        """How surely the choosers would name the inspirers among strangers, nats; mean over sections and choosers."""
        count = sections_of(bars)
        mine = views([one for rows in candidates for one in _sections(rows, bars)], self.drums)
        strangers = self._ensemble.nearness(mine, self._strangers) / _WARMTH
        against = strangers.logsumexp(2)
        total = np.zeros(len(candidates))
        for inspirer in inspirers:
            theirs = views(inspirer.sections, self.drums)
            near = (self._ensemble.nearness(mine, theirs) / _WARMTH).amax(2)
            sure = near - torch.logaddexp(near, against)
            total += inspirer.weight * sure.mean(0).view(len(candidates), count).mean(1).double().numpy()
        return total


_SLICE_UP_TO = 12


def _bars(rows: Rows) -> int:
    return int(rows[:, ONSET].max(initial=0)) // BAR_STEPS + 1


def _sections(rows: Rows, bars: int) -> list[Rows]:
    """Slices of eight bars, the last ending with the piece."""
    last = max(0, bars - SECTION_BARS)
    return [cut(rows, min(section * SECTION_BARS, last), SECTION_BARS) for section in range(sections_of(bars))]
