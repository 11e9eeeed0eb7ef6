"""The family as a modeloid: it trains, scores, samples and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import Average, State, of
from modeloid.cycle.rng import Rng
from modeloid.nets.schedule import warm_cosine

from .items import Items
from .net import FrameNet
from .sampler import sampled
from .transpose import transposed
from .wishes import known, understood

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World


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
            self.net = FrameNet(self.model)
        self._distributed = self._world.wrap(self.net)
        self._optimiser = _optimiser(self.net, self.model)
        self._average = Average(self.net, self.model["average"])
        self._counters = {"turn": 0}
        self._state = State(
            modules={"net": self.net},
            optimisers={"adamw": self._optimiser},
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
            self._optimiser.zero_grad()
            self._world.backward(total, count)
        rate, length = self._step()
        return {"loss": total.item() / count, "gradient": length, "learning_rate": rate}

    def _step(self) -> tuple[float, float]:
        rate = self.model["learning_rate"]
        rate *= warm_cosine(self._counters["turn"], self.model["planned_turns"], self.model["warm_turns"])
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        length = torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.model["clip"])
        self._optimiser.step()
        self._average.update()
        self._counters["turn"] += 1
        return rate, float(length)

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
        with self._world.pure(Rng(0), self.net):
            found = self.net.log_likelihoods(self._world.tensor(roll.astype(np.float32)))
        return np.asarray(found.cpu().numpy(), np.float64)

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


def _optimiser(net: FrameNet, model: Any) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019); biases, scales and embeddings of one number do not decay."""
    matrices = [parameter for parameter in net.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in net.parameters() if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": model["weight_decay"]}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=model["learning_rate"], betas=(0.9, 0.99), fused=True)
