"""The family as a modeloid: it trains, scores, samples, streams and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

from .items import coder, real
from .net import TokenNet
from .sampler import walked
from .stream import Ear, StreamedNote
from .walk import Walk
from .wishes import known, understood

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World


class EventModel:
    """A network over tokens in one state, with its optimiser and its averaged weights.

    Parameters
    ----------
    card
        What it is; ``card.model`` as `make` wrote it, ``card.data["representation"]`` of kind "events".
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
        self._coder = coder(card.data.get("representation"))
        self.wishes = known(self.model, self._coder)
        self._world = of(world)
        with self._world.seeded(card.rng.at("init")):
            self.net = TokenNet(self.model)
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
        """One turn: one step of AdamW on the mean over the batch's tokens.

        Returns "loss" in nats per token (of this process), the length of the gradient before it was clipped, and the
        learning rate.
        """
        tokens, mask = (self._world.tensor(values) for values in real(batch, self.model["vocabulary"]))
        count = float(mask.sum())
        with self._world.seeded(rng):
            with self._world.autocast():
                total = -self._distributed(tokens, mask)
            self._optimiser.zero_grad()
            self._world.backward(total, count)
        rate, length = self._step()
        return {"loss": total.item() / max(count, 1.0), "gradient": length, "learning_rate": rate}

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
        """Of real tokens only: "loss" in nats per token, "bits_per_note" all bits shared out among the notes."""
        nats, tokens = self.log_likelihood(batch)
        ids, mask = real(batch, self.model["vocabulary"])
        notes = float((self._coder.known["Duration"].holds(ids) & mask).sum())
        total = -float(nats.sum())
        return {"loss": (total, float(tokens.sum())), "bits_per_note": (total / np.log(2), notes)}

    def log_likelihood(self, batch: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Exact log-likelihood of each item in nats, and its number of tokens.

        Every token counts, the first one too; padding does not. Items are scored one after the other, without their
        padding, so that neither their order nor their neighbours change a bit.
        """
        ids, mask = real(batch, self.model["vocabulary"])
        lengths = mask.sum(1)[: len(batch.ids)]
        each = zip(ids[: len(lengths)], lengths, strict=True)
        nats = [self.token_likelihoods(row[:length]).sum() for row, length in each]
        return np.array(nats, np.float64), lengths.astype(np.int64)

    def token_likelihoods(self, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log-likelihood of each token of a row (tokens,) given those before it, in nats."""
        with self._world.pure(Rng(0), self.net):
            found = self.net.log_likelihoods(self._world.tensor(tokens[None]))
        return np.asarray(found[0].cpu().numpy(), np.float64)

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`.

        Raises
        ------
        WishError
            An unknown wish, one out of its range, or wishes that leave nothing.
        BatchError, RepresentationError
            A prompt that cannot be read, or has no place in the representation.
        """
        wish = understood(wishes, self.model, self._coder)

        def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
            *_, walks = walked(self.net, wish, generators)
            return [self._coder.decode(np.array(walk.tokens, np.int64)) for walk in walks]

        with self._world.pure(rng.at("torch"), self.net):
            return in_groups(n, self.model["group"], rng, one_group)

    def stream(self, rng: Rng, **wishes: Any) -> Iterator[StreamedNote]:
        """The notes of one piece, a prompt's first, each as soon as it is known; wishes and errors as in `sample`.

        The piece is drawn as number 0 of `sample`, in a group of one: its own reproducible result. The network must
        not learn meanwhile.
        """
        wish = understood(wishes, self.model, self._coder)
        return self._streamed(walked(self.net, wish, [rng.at(0).generator()]), rng.at("torch"))

    def _streamed(self, walking: Iterator[list[Walk]], rng: Rng) -> Iterator[StreamedNote]:
        ear = Ear(self._coder)
        while True:
            # Not around the whole: what happens between two notes is the caller's.
            with self._world.pure(rng, self.net):
                walks = next(walking, None)
            if walks is None:
                return
            yield from ear.heard(walks[0].tokens)

    def averaged(self) -> AbstractContextManager[None]:
        """Score and sample with the averaged weights inside; training goes on with the others."""
        return self._average.averaged()

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: weights, averages, the optimiser, counters."""
        self._state.save(directory)


def _optimiser(net: TokenNet, model: Any) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019); biases and scales do not decay."""
    matrices = [parameter for parameter in net.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in net.parameters() if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": model["weight_decay"]}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=model["learning_rate"], betas=(0.9, 0.95), fused=True)
