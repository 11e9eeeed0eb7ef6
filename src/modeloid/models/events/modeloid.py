"""The family as a modeloid: it trains, scores, samples, streams and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import WishError, require
from modeloid.backends.arguments import wishes as all_wishes
from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import Average, State, of
from modeloid.cycle.rng import Rng
from modeloid.nets.descent import Descent

from . import whole
from .items import coder, real
from .net import TokenNet
from .quick import quick
from .sampler import walked
from .stream import Ear, StreamedNote
from .walk import Walk
from .wishes import Wishes, known, understood

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

_PRECISION = ("bf16: faster, from weights of half the bytes, and other pieces; none: as it was learned", None)


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
        if self.model["network"] != "lstm":
            self.wishes |= {"precision": _PRECISION}
        self._world = of(world)
        with self._world.seeded(card.rng.at("init")):
            self.net = TokenNet(self.model)
        self._distributed = self._world.wrap(self.net)
        self._descent = Descent(self.net, self.model, memory=0.95)
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
        """One turn: one step of AdamW on the mean over the batch's tokens.

        Returns "loss" in nats per token (of this process), the length of the gradient before it was clipped, and the
        learning rate.
        """
        tokens, mask = (self._world.tensor(values) for values in real(batch, self.model["vocabulary"]))
        count = float(mask.sum())
        with self._world.seeded(rng):
            with self._world.autocast():
                total = -self._distributed(tokens, mask)
            self._descent.optimiser.zero_grad()
            self._world.backward(total, count)
        told = self._descent.step(self._counters["turn"])
        self._average.update()
        self._counters["turn"] += 1
        return {"loss": total.item() / max(count, 1.0), **told}

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

    def piece_likelihoods(self, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
        """As `token_likelihoods`, of a row of any length: see `whole`."""
        with self._world.pure(Rng(0), self.net):
            return whole.token_likelihoods(self.net, tokens, self._coder.known["Bar"].first)

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`.

        Raises
        ------
        WishError
            An unknown wish, one out of its range, or wishes that leave nothing.
        BatchError, RepresentationError
            A prompt that cannot be read, or has no place in the representation.
        """
        wish, net = self._asked(wishes, self.model["group"])

        def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
            *_, walks = walked(net, wish, generators)
            return [wish.piece(walk, self._coder) for walk in walks]

        return in_groups(n, self.model["group"], rng, one_group)

    def stream(self, rng: Rng, **wishes: Any) -> Iterator[StreamedNote]:
        """The notes of one piece, a prompt's first, each as soon as it is known; wishes and errors as in `sample`.

        The piece is drawn as number 0 of `sample`, in a group of one: its own reproducible result. Notes are not cut
        where the next of their track and pitch begins, as those of a whole piece are. The weights are those of the
        call; the network must not learn before the stream has ended.
        """
        wish, net = self._asked(wishes, 1)
        if wish.given:
            raise WishError("a stream goes forward only", "wishes infill_bars, accompany", "Sample the piece instead")
        return self._streamed(walked(net, wish, [rng.at(0).generator()]))

    def _streamed(self, walking: Iterator[list[Walk]]) -> Iterator[StreamedNote]:
        ear = Ear(self._coder)
        for walks in walking:
            yield from ear.heard(walks[0].tokens)

    def _asked(self, given: Mapping[str, Any], rows: int) -> tuple[Wishes, TokenNet]:
        """Wishes, checked, and the network made ready to read so many pieces side by side as they say."""
        precision = all_wishes(given, self.wishes).get("precision")
        require(precision in (None, "bf16"), "precision", precision, "bf16, or left out")
        rest = {name: value for name, value in given.items() if name != "precision"}
        wish = understood(rest, self.model, self._coder)
        return wish, quick(self.net, rows, precision)

    def averaged(self) -> AbstractContextManager[None]:
        """Score and sample with the averaged weights inside; training goes on with the others."""
        return self._average.averaged()

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: weights, averages, the optimiser, counters."""
        self._state.save(directory)
