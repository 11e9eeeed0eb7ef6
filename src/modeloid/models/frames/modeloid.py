"""The family as a modeloid: it trains, scores, samples and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import Average, State, of
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng
from modeloid.nets.descent import Descent
from modeloid.nets.pitch import laid_out_once

from .items import Items
from .moving import Rule, moved
from .net import FrameNet
from .plain import PlainNet
from .sampler import sampled
from .transpose import transposed
from .wishes import known, understood

if TYPE_CHECKING:
    from torch import Tensor

    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

Scored = tuple[NDArray[np.float64], NDArray[np.int64]]
"""Log-probabilities of decisions in nats, and the frame that each belongs to."""


class Frames:
    """A network over frames in one state, with its optimiser and its averaged weights.

    Parameters
    ----------
    card
        What it is; ``card.model`` as `make` wrote it.
    stored
        A checkpoint's directory, or None for a new one.
    world
        One or several processes.
    load_model
        The function that made it.
    """

    def __init__(self, card: Card, stored: Path | None, world: World, load_model: Callable[..., Any]) -> None:
        self.id, self.name, self.authors, self.doc, self.model = card.id, card.name, card.authors, card.doc, card.model
        self.load_model = load_model
        self.wishes = known(self.model)
        self._items = Items(self.model["shape"][1], card.data.get("representation"))
        self._world = of(world)
        with self._world.seeded(card.rng.at("init")):
            self.net = FrameNet(self.model) if self.model.get("within", "chain") == "chain" else PlainNet(self.model)
        self._distributed = self._world.wrap(self.net)
        self._descent = Descent(self.net, self.model, memory=0.99)
        self._average = Average(self.net, self.model["average"])
        self._counters = {"turn": 0}
        self._state = State(
            modules={"net": self.net},
            optimisers={"adamw": self._descent.optimiser},
            averages={"net": self._average},
            counters=self._counters,
        )
        if stored is not None:
            self._state.load(stored)

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: one step of AdamW on the mean over the batch's frames.

        Returns "loss" in nats per frame (of this process), the length of the gradient before it was clipped, and the
        learning rate.
        """
        items = self._items.batch(batch)
        lowest, highest = self.model["transpose"]
        frames, key = transposed(items.frames, lowest, highest, rng.at("transpose"))
        count = float(items.lengths.sum())
        with self._world.seeded(rng):
            with self._world.autocast():
                tensors = (self._world.tensor(values) for values in (items.lengths, items.starts, key))
                total = -self._distributed(self._world.tensor(frames.astype(np.float32)), *tensors)
            self._descent.optimiser.zero_grad()
            self._world.backward(total, count)
        told = self._descent.step(self._counters["turn"])
        self._average.update()
        self._counters["turn"] += 1
        return {"loss": total.item() / count, **told}

    def loss(self, batch: Any, rng: Rng) -> dict[str, tuple[float, float]]:  # noqa: ARG002  nothing is drawn
        """In nats per frame: "loss" is the mean over all frames, "by_piece" the mean over items of their means."""
        nats, frames = self.log_likelihood(batch)
        return {
            "loss": (-float(nats.sum()), float(frames.sum())),
            "by_piece": (-float((nats / frames).sum()), float(len(nats))),
        }

    def log_likelihood(self, batch: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Exact log-likelihood of each item in nats, and its number of frames; as if each began a piece.

        Every frame counts, the first one too; padding does not. Items are scored one after the other, so that
        neither their order nor their neighbours change a bit.
        """
        items = self._items.batch(batch)
        each = zip(items.frames, items.lengths, strict=True)
        nats = [self.frame_likelihoods(frames[:length]).sum() for frames, length in each]
        return np.array(nats, np.float64), items.lengths

    def frame_likelihoods(self, roll: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Exact log-likelihood of each frame of a roll (frames, pitches) given those before it, in nats."""
        return by_frame(*self.decision_likelihoods(roll), len(roll))

    def decision_likelihoods(self, roll: NDArray[np.uint8]) -> Scored:
        """Exact log-likelihood of each decision of a roll given all before it, in nats; which frame it belongs to."""
        with self._world.pure(Rng(0), self.net), laid_out_once(self.net):
            scores, frame, _ = self.net.scored(self._world.tensor(roll.astype(np.float32)))
        return _arrays(scores, frame)

    def moved_likelihoods(self, roll: NDArray[np.uint8], step: float) -> Scored:
        """The same by dynamic evaluation, see `moving`: exact, from weights that earlier frames of the roll have moved.

        Afterwards the weights are what they were.

        Parameters
        ----------
        step
            How far they move each time, at least 0; 0.00002, say.

        Raises
        ------
        ModeloidError
            The modeloid was never trained.
        """
        state = self._descent.optimiser.state
        if not state:
            raise ModeloidError("it was never trained", f"modeloid {self.name}", "Train it a turn at least")
        squares = [state[parameter]["exp_avg_sq"] for parameter in self.net.parameters()]
        with self._world.pure(Rng(0), self.net):
            found = moved(self.net, self._world.tensor(roll.astype(np.float32)), squares, Rule(step))
        return _arrays(*found)

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`.

        Raises
        ------
        WishError
            An unknown wish or one out of its range.
        """
        wish = understood(wishes, self.model, self._items)

        def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
            return self._items.pieces(sampled(self.net, wish, generators))

        with self._world.pure(rng.at("torch"), self.net):
            return in_groups(n, self.model["group"], rng, one_group)

    def averaged(self) -> AbstractContextManager[None]:
        """Score and sample with the averaged weights inside; training goes on with the others."""
        return self._average.averaged()

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: weights, averages, the optimiser, counters."""
        self._state.save(directory)


def by_frame(scores: NDArray[np.float64], frame: NDArray[np.int64], frames: int) -> NDArray[np.float64]:
    """Sums of the scores of each frame's decisions, shape (frames,)."""
    return np.asarray(np.bincount(frame, scores, frames), np.float64)


def _arrays(scores: Tensor, frame: Tensor) -> Scored:
    return np.asarray(scores.double().cpu().numpy(), np.float64), np.asarray(frame.cpu().numpy(), np.int64)
