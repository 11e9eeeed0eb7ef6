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
from modeloid.cycle.rng import Rng
from modeloid.nets.descent import Descent

from .items import Items
from .masks import drawn_frames, given_cells, often
from .net import VoiceNet
from .sampler import sampled
from .wishes import known, understood

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World


class Voices:
    """A network over voices in one state, with its optimiser and its averaged weights.

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
        with self._world.seeded(card.rng.at("init")):
            self.net = VoiceNet(self.model)
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
        """One turn: one step of AdamW on the mean over frames that are drawn from the batch.

        Returns "loss" in nats per frame (of this process; of what is given it counts nothing), the length of the
        gradient before it was clipped, and the learning rate.
        """
        items = self._items.batch(batch)
        given = given_cells(items.values.shape, items.lengths, self.model["given_share"], rng.at("given"))
        likely = often(given.shape[1], items.lengths, items.starts, self.model["beat"])
        owner, frame, weight = drawn_frames(given, likely, self.model["frames"], rng.at("frames"))
        numbers = items.starts[owner] + frame
        tensors = [self._world.tensor(values) for values in (items.values, given, owner, frame, numbers)]
        counts = self._world.tensor((weight[:, None] * ~given[owner, frame]).astype(np.float32))
        with self._world.seeded(rng):
            with self._world.autocast():
                total = -(self._distributed(*tensors) * counts).sum()
            self._descent.optimiser.zero_grad()
            self._world.backward(total, float(len(owner)))
        told = self._descent.step(self._counters["turn"])
        self._average.update()
        self._counters["turn"] += 1
        return {"loss": total.item() / len(owner), **told}

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
            return self._items.pieces(sampled(self.net, wish, generators))

        with self._world.pure(rng.at("torch"), self.net):
            return in_groups(n, self.model["group"], rng, one_group)

    def averaged(self) -> AbstractContextManager[None]:
        """Score and sample with the averaged weights inside; training goes on with the others."""
        return self._average.averaged()

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: weights, averages, the optimiser, counters."""
        self._state.save(directory)

    def _cells(self, values: NDArray[np.int64], given: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        kept = None if given is None else self._world.tensor(np.asarray(given, np.bool_))
        with self._world.pure(Rng(0), self.net):
            found = self.net.log_likelihoods(self._world.tensor(values), kept)
        return np.asarray(found.cpu().numpy(), np.float64)
