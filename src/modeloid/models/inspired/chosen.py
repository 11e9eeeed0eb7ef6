"""Which of the pieces that were written are given: none that copies, and of the others the best.

That is the one heard as nearest to its inspirers that keeps the own voice and shares no more than strangers do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from modeloid.music.kinship import Grams, Heard, barcopy_mean, gates, heard
from modeloid.music.kinship.gates import limit, table_of
from modeloid.music.kinship.lines import shape_of
from modeloid.music.represent.parts import BAR_STEPS, ONSET, VELOCITY, Rows

from .idea.ensemble import Ensemble
from .idea.views import Views, views
from .inspirer import Inspirer
from .keyboard import EVERY, keyboard
from .memory import Memory
from .settings import SECTION_BARS
from .voice import Voice
from .witness import Witness, sections_in
from .writer import WHOLE_BARS, sections_of

Floats = NDArray[np.float64]

SILENCE = "silence"
"""What a candidate without a note fails by, beside the gates."""
_STRANGERS = 128
_VOICES = 600
"""Slices of training pieces that say what the own voice is."""
_WARMTH = 0.1


class Costs(NamedTuple):
    """What nearness is weighed against, in nats of it at strength 1.

    Parameters
    ----------
    voice
        Of a unit of strangeness of the slices of eight bars.
    copy
        Of `barcopy` above that of strangers.
    form
        Of a unit of strangeness of the form of a whole piece.
    """

    voice: float = 0.0
    copy: float = 0.0
    form: float = 0.0


_FREE = Costs()


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
    def witness(self) -> Witness:
        """Says how near a piece comes, by the encoder that nothing is chosen by."""
        return Witness(self._ensemble.watched, list(self._pieces.values()), self.drums)

    @cached_property
    def grams(self) -> Grams:
        """Of the training pieces, called by their numbers."""
        names = [str(number) for number in self._pieces]
        return Grams(list(self._pieces.values()), self.drums, names)

    def keyboard(self, generator: np.random.Generator) -> NDArray[np.int64]:
        """The velocities of some training piece's keyboard, see `keyboard.keyboard`; all where none was seen."""
        number = int(generator.random() * len(self._pieces))
        return keyboard(list(self._pieces.values())[number][:, VELOCITY], self._velocities) if self._pieces else EVERY

    @cached_property
    def _velocities(self) -> NDArray[np.int64]:
        return np.sort(np.concatenate([rows[:, VELOCITY] for rows in self._pieces.values()]))

    def strangers(self, most: int) -> Views:
        """At most so many slices of training pieces, spread over all; silence before any was seen."""
        return views(self._slices(most) or [np.zeros((0, 5), np.int64)], self.drums)

    def _slices(self, most: int) -> list[Rows]:
        slices = [one for rows in self._pieces.values() for one in sections_in(rows, _bars(rows))]
        chosen = np.unique(np.linspace(0, len(slices) - 1, min(most, len(slices))).round().astype(int))
        return [slices[index] for index in chosen]

    @cached_property
    def _voice(self) -> Voice | None:
        known = [rows for rows in self._slices(_VOICES) if len(rows)]
        whole = [(rows, _bars(rows)) for rows in self._pieces.values()]
        return Voice(known, whole, self.drums) if known else None

    @cached_property
    def _strangers(self) -> Views:
        return self.strangers(_STRANGERS)

    def chosen(
        self,
        candidates: Sequence[Rows],
        bars: int,
        inspirers: Sequence[Inspirer],
        strength: float = 1.0,
        costs: Costs = _FREE,
    ) -> Choice:
        """The best of those that fail no gate; where all do, of those that fail fewest.

        Parameters
        ----------
        candidates
            In C.
        bars
            Of each.
        inspirers
            None: only the form is looked at.
        strength
            0 to 1: how much nearness counts beside the costs.
        costs
            Of all that speaks against a candidate.
        """
        sources = [heard(one.rows, self.drums) for one in inspirers]
        made = [heard(rows, self.drums) for rows in candidates]
        failed = [self._failed(y, sources) for y in made]
        score = np.zeros(len(candidates))
        if inspirers:
            score = strength * self._near(candidates, bars, inspirers)
            score -= costs.voice * self._strangeness(candidates, bars) + costs.copy * self._copied(made, sources)
        if len(candidates) > 1:
            score -= costs.form * self._form_strangeness(candidates, bars)
        counts = np.array([len(names) for names in failed])
        order = np.lexsort([np.arange(len(candidates)), -score, counts])
        return Choice(int(order[0]), failed)

    def _strangeness(self, candidates: Sequence[Rows], bars: int) -> Floats:
        """The mean over the sections of each."""
        if self._voice is None or bars < SECTION_BARS:
            # what is usual is known of eight bars: of fewer everything would be strange
            return np.zeros(len(candidates))
        slices = [one for rows in candidates for one in sections_in(rows, bars)]
        found: Floats = self._voice.strangeness(slices).reshape(len(candidates), -1).mean(1)
        return found

    def _form_strangeness(self, candidates: Sequence[Rows], bars: int) -> Floats:
        if self._voice is None or bars < WHOLE_BARS:
            return np.zeros(len(candidates))
        return self._voice.form_strangeness(candidates, bars)

    def _copied(self, made: Sequence[Heard], sources: Sequence[Heard]) -> Floats:
        """How far `barcopy` lies above the mean of real strangers, of the slice and the inspirer where it does most."""
        if not self.lines:
            return np.zeros(len(made))
        return np.array([max(0.0, *(self._above(y, x) for x in sources)) for y in made])

    def _above(self, y: Heard, x: Heard) -> float:
        usual = table_of(self.lines, "strangers", shape_of(y, x))["barcopy"]["mean"]
        return max((barcopy_mean(part, x) for part in y.slices), default=0.0) - float(usual)

    def _failed(self, y: Heard, sources: Sequence[Heard]) -> list[str]:
        if not self.lines or not len(y):
            return [] if len(y) else [SILENCE]
        found = [gate.name for x in sources for gate in gates(y, x, self.lines, self.grams, self.drums)]
        if not sources:
            training = table_of(self.lines, "training", "slice" if y.bars <= _SLICE_UP_TO else "window")
            copied = self.grams.copying(y)
            found = [name for name, value in copied.items() if value > limit(name, training[name])]
        return sorted(set(found))

    @torch.no_grad()
    def _near(self, candidates: Sequence[Rows], bars: int, inspirers: Sequence[Inspirer]) -> Floats:
        """How surely the choosers would name the inspirers among strangers, nats; mean over sections and choosers."""
        count = sections_of(bars)
        mine = views([one for rows in candidates for one in sections_in(rows, bars)], self.drums)
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
