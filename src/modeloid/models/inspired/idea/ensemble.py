"""Encoders that hear alike but are not the same: one gives the codes, some choose, one is only watched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from modeloid.cycle.rng import Rng
from modeloid.music.represent.parts import Excerpts

from .encoder import Encoder
from .learner import Learner, Lessons
from .views import Views


class Member(NamedTuple):
    """How a member is built: the channels of its nets, the numbers of its embeddings, its dropout."""

    width: int
    size: int
    dropout: float


MEMBERS = (Member(48, 32, 0.3), Member(40, 48, 0.4), Member(64, 24, 0.5), Member(32, 40, 0.2))
"""The usual ones. The first gives the codes that a generator hears, the last is never used to choose."""


class Ensemble(nn.Module):
    """Encoders of different sizes, each taught by its own pairs.

    Parameters
    ----------
    members
        How each is built. Three or more, that one may give, others choose, and one be watched; of a single one, which
        trials make do with, all three are asked.

    Raises
    ------
    ValueError
        There is none.
    """

    def __init__(self, members: Sequence[Member] = MEMBERS) -> None:
        super().__init__()
        if not members:
            raise ValueError("an ensemble needs an encoder, three to be of use: one gives, one chooses, one is watched")
        self.members = nn.ModuleList(Encoder(*member) for member in members)

    def __iter__(self) -> Iterator[Encoder]:
        return iter(self.members)  # type: ignore[arg-type]

    @property
    def giver(self) -> Encoder:
        """Whose codes the generator hears."""
        return self.members[0]  # type: ignore[return-value]

    @property
    def choosers(self) -> list[Encoder]:
        """Those that choose among outputs: all but the last."""
        return list(self)[:-1] or [self.giver]

    @property
    def watched(self) -> Encoder:
        """The one that nothing is chosen by: what it says of outputs is a measure."""
        return list(self)[-1]

    def nearness(self, heard: Views, others: Views) -> Tensor:
        """How near slices are to others, by each chooser: shape (choosers, n, others), -1 to 1."""
        return torch.stack([one.embedding(heard) @ one.embedding(others).T for one in self.choosers])


class Class:
    """Teaches an ensemble: every member has lessons of its own.

    Parameters
    ----------
    ensemble
        What learns.
    drum_parts
        The parts that are drums.
    lessons
        How.
    """

    def __init__(self, ensemble: Ensemble, drum_parts: tuple[int, ...] = (), lessons: Lessons | None = None) -> None:
        self.learners = [Learner(member, drum_parts, lessons) for member in ensemble]

    def modules(self) -> dict[str, nn.Module]:
        """What has to be saved beside the ensemble: the learned temperatures."""
        return {f"contrast_{number}": learner.contrast for number, learner in enumerate(self.learners)}

    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """One a member, by name."""
        return {f"idea_{number}": learner.optimiser for number, learner in enumerate(self.learners)}

    def step(self, batches: Sequence[Excerpts], rng: Rng, turn: int) -> dict[str, float]:
        """One step of every member, see `Learner.step`; the numbers are means over the members."""
        told = [learner.step(batches, rng.at(number), turn) for number, learner in enumerate(self.learners)]
        return {
            name: sum(one[name] for one in told) / len(told) for name in told[0] if all(name in one for one in told)
        }

    def loss(self, batches: Sequence[Excerpts], rng: Rng) -> dict[str, tuple[float, float]]:
        """Of the member that gives the codes, see `Learner.loss`."""
        return self.learners[0].loss(batches, rng)
