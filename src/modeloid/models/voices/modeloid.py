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
from modeloid.cycle.rng import Rng

from .items import Batch, Items
from .masks import drawn_frames, given_cells, often
from .net import VoiceNet
from .sampler import sampled
from .wishes import known, understood

if TYPE_CHECKING:
    from torch import Tensor, nn

    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World


class Voices:
    """Networks over voices in one state, mostly a single one, with their optimisers and averaged weights.

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
        self._items = Items(self.model["voices"], self.model["pitches"], card.data.get("representation"))
        self.wishes = known(self._items)
        self._world = of(world)
        init = card.rng.at("init")
        self._members = Members(lambda: VoiceNet(self.model), self.model, self._world, init, memory=0.99)
        if stored is not None:
            self._members.load(stored)

    @property
    def nets(self) -> list[VoiceNet]:
        """The networks."""
        return self._members.nets

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: one step of AdamW on the mean over frames that are drawn from the batch, by each network its own.

        Returns "loss" in nats per frame (of this process; of what is given it counts nothing), the length of the
        gradient before it was clipped, and the learning rate; of several networks their mean.
        """
        items = self._items.batch(batch)
        return self._members.learn(lambda net, own: self._total(net, items, own), rng)

    def _total(self, net: nn.Module, items: Batch, rng: Rng) -> tuple[Tensor, float]:
        given = given_cells(items.values.shape, items.lengths, self.model["given_share"], rng.at("given"))
        likely = often(given.shape[1], items.lengths, items.starts, self.model["beat"])
        owner, frame, weight = drawn_frames(given, likely, self.model["frames"], rng.at("frames"))
        numbers = items.starts[owner] + frame
        tensors = [self._world.tensor(values) for values in (items.values, given, owner, frame, numbers)]
        counts = self._world.tensor((weight[:, None] * ~given[owner, frame]).astype(np.float32))
        return -(net(*tensors) * counts).sum(), float(len(owner))

    def loss(self, batch: Any, rng: Rng) -> dict[str, tuple[float, float]]:  # noqa: ARG002  nothing is drawn
        """In nats per frame: "loss" is the mean over all frames, "by_piece" the mean over items of their means."""
        nats, frames = self.log_likelihood(batch)
        return {
            "loss": (-float(nats.sum()), float(frames.sum())),
            "by_piece": (-float((nats / frames).sum()), float(len(nats))),
        }

    def log_likelihood(self, batch: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Exact log-likelihood of each item in nats, and its number of frames; as if each began a piece.

        Every cell of every frame counts, the first one too; padding does not. Items are scored one after the other, so
        that neither their order nor their neighbours change a bit.
        """
        items = self._items.batch(batch)
        each = zip(items.values, items.lengths, strict=True)
        nats = [self._cells(values[:length]).sum() for values, length in each]
        return np.array(nats, np.float64), items.lengths

    def cell_likelihoods(self, grid: NDArray[Any], given: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Log-likelihood of each cell in nats, given those before it and, where some are given, all of these.

        Parameters
        ----------
        grid
            Shape (frames, voices): 0 a rest, 1 the lowest pitch.
        given
            Shape (frames, voices): these cells are given, and their terms 0. The others' sum is the log-likelihood of
            this way to fill them in.
        """
        return self._cells(self._items.batch(np.asarray(grid)[None]).values[0], given)

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

    def _cells(self, values: NDArray[np.int64], given: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        kept = None if given is None else self._world.tensor(np.asarray(given, np.bool_))
        tensor = self._world.tensor(values)
        with self._world.pure(Rng(0), *self.nets):
            found = log_mean([net.log_likelihoods(tensor, kept) for net in self.nets])
            if kept is not None:
                # the mean of several ones is one to the last bit but one
                found = found.masked_fill(kept, 0.0)
        return np.asarray(found.cpu().numpy(), np.float64)
