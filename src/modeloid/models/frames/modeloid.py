"""The family as a modeloid: it trains, scores, samples and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import of
from modeloid.backends.torch.members import Members, log_mean
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng
from modeloid.nets.pitch import laid_out_once

from .items import Batch, Items
from .moving import Rule, moved
from .net import FrameNet
from .plain import PlainNet
from .sampler import sampled
from .transpose import transposed
from .wishes import known, understood

if TYPE_CHECKING:
    from torch import Tensor, nn

    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

Scored = tuple[NDArray[np.float64], NDArray[np.int64]]
"""Log-probabilities of decisions in nats, and the frame that each belongs to."""


class Frames:
    """Networks over frames in one state, mostly a single one, with their optimisers and averaged weights.

    Where there are several, each choice has the mean of the probabilities that they give it, in scoring and in samples.

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
        made = FrameNet if self.model.get("within", "chain") == "chain" else PlainNet
        init = card.rng.at("init")
        self._members: Members[FrameNet | PlainNet] = Members(
            lambda: made(self.model), self.model, self._world, init, memory=0.99
        )
        if stored is not None:
            self._members.load(stored)

    @property
    def nets(self) -> list[FrameNet | PlainNet]:
        """The networks."""
        return self._members.nets

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: one step of AdamW on the mean over the batch's frames, which each network has transposed anew.

        Returns "loss" in nats per frame (of this process), the length of the gradient before it was clipped, and the
        learning rate; of several networks their mean.
        """
        items = self._items.batch(batch)
        return self._members.learn(lambda net, own: self._total(net, items, own), rng)

    def _total(self, net: nn.Module, items: Batch, rng: Rng) -> tuple[Tensor, float]:
        lowest, highest = self.model["transpose"]
        frames, key = transposed(items.frames, lowest, highest, rng.at("transpose"))
        tensors = (self._world.tensor(values) for values in (items.lengths, items.starts, key))
        return -net(self._world.tensor(frames.astype(np.float32)), *tensors), float(items.lengths.sum())

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
        tensor, found = self._world.tensor(roll.astype(np.float32)), []
        with self._world.pure(Rng(0), *self.nets):
            for net in self.nets:
                with laid_out_once(net):
                    found.append(net.scored(tensor)[:2])
        return _arrays(found)

    def moved_likelihoods(self, roll: NDArray[np.uint8], step: float) -> Scored:
        """The same by dynamic evaluation, see `moving`: exact, from weights that earlier frames of the roll have moved.

        Each network moves by what it gave itself. Afterwards the weights are what they were.

        Parameters
        ----------
        step
            How far they move each time, at least 0; 0.00002, say.

        Raises
        ------
        ModeloidError
            The modeloid was never trained.
        """
        squares = self._members.squares()
        if not squares:
            raise ModeloidError("it was never trained", f"modeloid {self.name}", "Train it a turn at least")
        tensor = self._world.tensor(roll.astype(np.float32))
        with self._world.pure(Rng(0), *self.nets):
            return _arrays([moved(net, tensor, own, Rule(step)) for net, own in zip(self.nets, squares, strict=True)])

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`.

        Raises
        ------
        WishError
            An unknown wish or one out of its range.
        """
        wish = understood(wishes, self.model, self._items)

        def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
            return self._items.pieces(sampled(self.nets, wish, generators))

        with self._world.pure(rng.at("torch"), *self.nets):
            return in_groups(n, self.model["group"], rng, one_group)

    def averaged(self) -> AbstractContextManager[None]:
        """Score and sample with the averaged weights inside; training goes on with the others."""
        return self._members.averaged()

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: weights, averages, optimisers, counters."""
        self._members.save(directory)


def by_frame(scores: NDArray[np.float64], frame: NDArray[np.int64], frames: int) -> NDArray[np.float64]:
    """Sums of the scores of each frame's decisions, shape (frames,)."""
    return np.asarray(np.bincount(frame, scores, frames), np.float64)


def _arrays(found: Sequence[tuple[Tensor, Tensor]]) -> Scored:
    """Of what each network gives the same decisions, the mixture."""
    scores, frame = log_mean([one for one, _ in found]).double(), found[0][1]
    return np.asarray(scores.cpu().numpy(), np.float64), np.asarray(frame.cpu().numpy(), np.int64)
