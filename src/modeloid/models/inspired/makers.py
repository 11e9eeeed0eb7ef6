"""The ways to make pieces of ideas: plans and the notes that follow them, notes alone, or rolls bar by bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from torch import nn, optim

from modeloid.music.represent.parts import Rows

from .idea.encoder import CODE_SIZE, PIECE_SIZE
from .items import Items
from .learner import Autocast, Generator, Studies
from .notes.net import NoteNet
from .notes.write import Manner
from .plan import Fields
from .plan.net import Ideas, PlanNet
from .roll.maker import RollGenerator, made
from .writer import WHOLE_BARS, Codes, written

_DIMS = (CODE_SIZE, PIECE_SIZE)
_LEAST_DOSE = 0.45
"""Of the candidate that follows least: a full dose of an idea from unknown music leads out of the own voice."""


class Maker(Protocol):
    """What learns to make pieces of ideas, and makes them."""

    sampled: tuple[str, ...]
    """The networks that make pieces: those whose averages are kept."""

    @property
    def nets(self) -> Mapping[str, nn.Module]:
        """All of them, by name."""
        ...

    @property
    def optimisers(self) -> Mapping[str, optim.Optimizer]:
        """By name."""
        ...

    def step(self, studies: Studies, ideas: Ideas, turn: int, autocast: Autocast) -> dict[str, float]:
        """One step; ``turn`` counts from the first that is not the encoders'."""
        ...

    def losses(self, studies: Studies, ideas: Ideas | None) -> dict[str, tuple[float, float]]:
        """Sums and counts, each item alone."""
        ...

    def write(
        self,
        generators: Sequence[np.random.Generator],
        bars: int,
        codes: Codes | None,
        strength: float,
        temperature: float,
    ) -> list[Rows]:
        """One piece a generator, in C."""
        ...


class Events(Generator):
    """Plans and notes, see `learner.Generator`; notes alone where the parameter ``generator`` is "notes".

    Parameters
    ----------
    model
        What ``card.model`` says.
    items, fields
        The parts, and what a plan says of a bar.
    """

    def __init__(self, model: Mapping[str, Any], items: Items, fields: Fields) -> None:
        plan = PlanNet(fields, _DIMS, model["plan_width"], forget=model["forget"])
        super().__init__(model, plan, NoteNet(items.parts, fields, sum(_DIMS), model["note_width"]))

    def write(
        self,
        generators: Sequence[np.random.Generator],
        bars: int,
        codes: Codes | None,
        strength: float,
        temperature: float,
    ) -> list[Rows]:
        """See `writer.written`; several pieces follow the idea from less than half as much to as much as is asked."""
        steps = strength * np.linspace(_LEAST_DOSE, 1, len(generators)) if len(generators) > 1 else np.array([strength])
        doses = (steps * self._model["dose"], steps * self._model["note_dose"])
        begins = bars >= WHOLE_BARS
        manner = Manner(temperature, self._model["again_warmth"], begins, top_p=self._model["top_p"])
        nets, gain = (self.plan, self.notes), self._model["again_gain"]
        return written(nets, generators, bars, codes, doses, manner, self.planned, gain)


class Rolls:
    """Rolls by a DCGAN over an LSTM, with a critic and listeners, see `roll.maker.RollGenerator`.

    Parameters
    ----------
    model
        What ``card.model`` says.
    items
        The parts.
    """

    sampled: tuple[str, ...] = ("roll",)

    def __init__(self, model: Mapping[str, Any], items: Items) -> None:
        self._model = model
        own = {**model, "weight_decay": model["note_weight_decay"]}
        self._learner = RollGenerator(own, len(items.parts), items.drums, _DIMS)
        self.nets, self.optimisers = self._learner.nets, self._learner.optimisers

    def step(self, studies: Studies, ideas: Ideas, turn: int, autocast: Autocast) -> dict[str, float]:  # noqa: ARG002 - one signature
        """See `roll.maker.RollGenerator.step`."""
        return self._learner.step(studies, ideas, turn)

    def losses(self, studies: Studies, ideas: Ideas | None) -> dict[str, tuple[float, float]]:
        """See `roll.maker.RollGenerator.losses`."""
        return self._learner.losses(studies, ideas)

    def write(
        self,
        generators: Sequence[np.random.Generator],
        bars: int,
        codes: Codes | None,
        strength: float,
        temperature: float,
    ) -> list[Rows]:
        """See `roll.maker.made`."""
        return made(self._learner.net, generators, bars, codes, strength * self._model["dose"], temperature)


def maker(model: Mapping[str, Any], items: Items, fields: Fields) -> Maker:
    """The one that the parameter ``generator`` names."""
    return Rolls(model, items) if model["generator"] == "roll" else Events(model, items, fields)
