"""One encoder's lessons: a step is a batch of excerpts, a pair of slices of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from modeloid.backends.torch.stage import pure
from modeloid.cycle.rng import Rng
from modeloid.music.represent.parts import Excerpts
from modeloid.nets.schedule import warm_cosine

from .contrast import Contrast, found
from .encoder import Encoder, tensors
from .pairs import low_copy
from .slices import Slices, joined, taken
from .vary import USUAL, Variation, varied
from .views import heard

_FEWEST = 2
_WARM = 20
_CLIP = 5.0


class Lessons(NamedTuple):
    """How an encoder learns.

    Parameters
    ----------
    learning_rate
        The highest one.
    weight_decay
        Of AdamW.
    planned_turns
        Over which the rate falls.
    variation
        How slices are varied.
    """

    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    planned_turns: int = 300
    variation: Variation = USUAL


class Learner:
    """Teaches an encoder; its state is `encoder`, `contrast` and `optimiser`.

    Parameters
    ----------
    encoder
        What learns.
    drum_parts
        The parts that are drums.
    lessons
        How.
    """

    def __init__(self, encoder: Encoder, drum_parts: tuple[int, ...] = (), lessons: Lessons | None = None) -> None:
        self.encoder, self.drum_parts, self.lessons = encoder, drum_parts, lessons or Lessons()
        self.contrast = Contrast().to(next(encoder.parameters()).device)
        self._moving = [*encoder.parameters(), *self.contrast.parameters()]
        groups = [
            {"params": [one for one in self._moving if one.ndim > 1], "weight_decay": self.lessons.weight_decay},
            {"params": [one for one in self._moving if one.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=self.lessons.learning_rate)

    def step(self, batches: Sequence[Excerpts], rng: Rng, turn: int) -> dict[str, float]:
        """One step.

        Parameters
        ----------
        batches
            Of every genre at hand: excerpts of 16 bars or more, of different pieces; the more the better. Shorter ones
            teach nothing.
        rng
            The address of this step.
        turn
            Counted from 0: says how large the step is.

        Returns
        -------
        "idea/loss" and "idea/found", the share of pairs of which the code finds the other one among all; empty where
        fewer than two pieces have room for a pair.
        """
        left, right, owners = self._views(batches, rng)
        if len(torch.unique(owners)) < _FEWEST:
            return {}
        self.encoder.train()
        loss, idea = self.contrast(self.encoder, left, right, owners)
        self.optimiser.zero_grad()
        loss.backward()
        for group in self.optimiser.param_groups:
            group["lr"] = self.lessons.learning_rate * warm_cosine(turn, self.lessons.planned_turns, _WARM)
        torch.nn.utils.clip_grad_norm_(self._moving, _CLIP)
        self.optimiser.step()
        left_code, right_code = idea.code.detach().chunk(2)
        return {"idea/loss": float(loss.detach()), "idea/found": found(left_code, right_code, owners)}

    def loss(self, batches: Sequence[Excerpts], rng: Rng) -> dict[str, tuple[float, float]]:
        """The same quantities as (sum, count) in evaluation mode, of slices as they are; changes nothing."""
        left, right, owners = self._views(batches, rng, vary=False)
        n = len(owners)
        if len(torch.unique(owners)) < _FEWEST:
            return {}
        with pure(rng, owners.device, self.encoder):
            loss, idea = self.contrast(self.encoder, left, right, owners)
        left_code, right_code = idea.code.chunk(2)
        return {"idea/loss": (float(loss) * n, n), "idea/found": (found(left_code, right_code, owners) * n, n)}

    def _views(
        self, batches: Sequence[Excerpts], rng: Rng, vary: bool = True
    ) -> tuple[list[Tensor], list[Tensor], Tensor]:
        """What is heard of both sides of the pairs, and the number of each one's piece."""
        draw = rng.generator()
        sides: tuple[list[Slices], list[Slices]] = ([], [])
        owners = np.zeros(0, np.int64)
        for batch in batches:
            pairs = low_copy(batch, draw, self.drum_parts)
            for side, first in zip(sides, (pairs.left, pairs.right), strict=True):
                side.append(taken(batch.rows, batch.edges, pairs.which, first))
            # the pieces of each genre are counted from 0
            owners = np.append(owners, batch.owners[pairs.which] + owners.max(initial=-1) + 1)
        left, right = (self._heard(joined(side), draw if vary else None) for side in sides)
        return left, right, torch.from_numpy(owners).to(left[0].device)

    def _heard(self, slices: Slices, draw: np.random.Generator | None) -> list[Tensor]:
        if draw is not None:
            slices = varied(slices, draw, self.drum_parts, self.lessons.variation)
        return tensors(heard(slices, self.drum_parts), next(self.encoder.parameters()))
