"""The family as a modeloid: it trains, scores, transfers and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from modeloid.backends.pairs import Items, known, sampled, understood
from modeloid.backends.pairs.sampling import Apply, Memory, through
from modeloid.backends.torch import Average, State, of
from modeloid.cycle.rng import Rng
from modeloid.nets.differences import absolute, add
from modeloid.nets.kept import Kept
from modeloid.nets.windows import in_chunks

from .game import Game
from .losses import taken_for

if TYPE_CHECKING:
    from torch import Tensor

    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World


class DiscoGAN:
    """Two generators and two discriminators in one state, with optimisers, averages and a few items.

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
        self._items = Items(tuple(self.model["shape"]), tuple(self.model["groups"]), card.data.get("representation"))
        self._world = of(world)
        with self._world.seeded(card.rng.at("init")):
            self.game = Game(self.model, self._items.image)
        self.wishes = known(self._items.groups, self.game.ways)
        self.kept = Kept(self.model["kept"], self._items.image)
        game = self.game
        for module in (game.generators, game.critics, game.guides):
            self._world.place(module)
        self._parameters = {
            "generators": list(game.generators.parameters()),
            "critics": [*game.critics.parameters(), *game.guides.parameters()],
        }
        self._optimisers = {who: self._adam(parameters) for who, parameters in self._parameters.items()}
        self._average = Average(game.generators, self.model["average"])
        self._counters = {"turn": 0}
        modules = {"generators": game.generators, "critics": game.critics, "kept": self.kept}
        self._state = State(
            modules=modules | ({"guides": game.guides} if len(game.guides) else {}),
            optimisers=self._optimisers,
            averages={"generators": self._average},
            counters=self._counters,
        )
        if stored is not None:
            self._state.load(stored)

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: a step of the discriminators in every ``update_interval``-th one, else one of the generators.

        Returns what those that moved lost before their step, summed over the sides learnt, and the curriculum's share.
        """
        rolls = self._items.filled(self._items.batch(batch))
        ours, others = (rolls[name] for name in self._items.groups)
        self.kept.see([ours, others])
        real = self._tensor(ours), self._tensor(others)
        turn = self._counters["turn"]
        with self._world.seeded(rng):
            if turn % self.model["update_interval"] == 0:
                with self._world.autocast():
                    judged = self.game.critics_lose(real)
                self._step("critics", judged, len(ours))
                told = {"discriminators": judged.item()}
            else:
                with self._world.autocast():
                    lost = self.game.generators_lose(real, turn)
                self._step("generators", lost["total"], len(ours))
                told = {name: loss.item() for name, loss in lost.items() if name != "total"}
                self._average.update()
        self._counters["turn"] += 1
        return {**told, "return_share": self.game.weight(turn)}

    def loss(self, batch: Any, rng: Rng) -> dict[str, tuple[float, float]]:
        """Means over items of the sides learnt.

        "cycle": mean absolute difference after the way there and back; "cycle_written": the same where what lies
        between is written as 0 and 1, as a piece would be; "adversarial": how far what is made is from being taken for
        real, in nats; "discriminators": how far the discriminators are from telling apart, in nats; "identity": how
        much a generator changes items that are of its own side already; "change": how much of the roll becomes other;
        "apart": how far plain features of what is made lie from the group's own, whose items have about 1 (see
        `nets.features.apart`; left out before the first turn).
        """
        rolls = self._items.batch(batch)
        real = self._tensor(rolls[self._items.groups[0]]), self._tensor(rolls[self._items.groups[1]])
        found: dict[str, tuple[float, float]] = {}
        with self._world.pure(rng, self.game.generators, self.game.critics):
            for side in self.game.ways:
                if len(real[1 - side]):
                    add(found, self._of_made(real[1 - side], side))
                if len(real[side]):
                    add(found, self._of_real(real[side], side))
        return found

    def _of_made(self, given: Tensor, side: int) -> Iterator[tuple[str, Tensor]]:
        """What is measured of items of the other side that go to `side` and come back."""
        there, back = self.game.generators[side], self.game.generators[1 - side]
        made = there(given)
        written = (made > 0.5).to(made.dtype)
        scores, _ = self.game.critics[side](self.game.shown(made))
        if self.game.returns:
            yield "cycle", absolute(back(made), given)
            yield "cycle_written", absolute(back(written), given)
        yield "adversarial", taken_for(scores, 1.0)
        yield "discriminators", taken_for(scores, 0.0)
        yield "change", absolute(written, given)
        if self.kept.knows(side):
            rolls = written[:, 0].float().cpu().numpy().astype(np.uint8)
            yield "apart", torch.from_numpy(self.kept.apart(side, rolls))

    def _of_real(self, given: Tensor, side: int) -> Iterator[tuple[str, Tensor]]:
        """What is measured of the items of a side itself."""
        scores, _ = self.game.critics[side](given)
        yield "discriminators", taken_for(scores, 1.0)
        yield "identity", absolute(self.game.generators[side](given), given)

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`. Without a piece each is the transfer of one of the items that it kept.

        Raises
        ------
        WishError
            An unknown wish, one out of its range, or a piece that cannot be transferred.
        """
        struck = self.kept.loudness()
        wish = understood(wishes, self._items, struck, self.game.ways)
        memory = Memory(self.kept.of(1 - wish.to), struck)
        with self._world.pure(rng.at("torch"), self.game.generators):
            return sampled(n, rng, wish, self._items, memory, self.model["group"], self._into(wish.to))

    def chances(self, images: NDArray[Any], to: int) -> NDArray[np.float32]:
        """How likely the generator of side `to` finds each cell, one image after the other.

        Parameters
        ----------
        images
            Shape (n, channels, steps, pitches): 0 to 1, or what a generator has made.
        """
        with self._world.pure(Rng(0), self.game.generators):
            return in_chunks(self.model["group"], self._into(to))(images.astype(np.float32))

    def _into(self, to: int) -> Apply:
        return through(self.game.generators[to], self._world.tensor)

    def averaged(self) -> AbstractContextManager[None]:
        """Score and sample with the generators' averaged weights inside; training goes on with the others."""
        return self._average.averaged()

    def save(self, directory: Path) -> None:
        """Write the complete state: networks, averages, optimisers, kept items, counters."""
        self._state.save(directory)

    def _tensor(self, images: NDArray[np.uint8]) -> Tensor:
        return self._world.tensor((images > 0).astype(np.float32))

    def _adam(self, parameters: list[torch.nn.Parameter]) -> torch.optim.Optimizer:
        model = self.model
        return torch.optim.Adam(
            parameters, model["learning_rate"], (model["momentum"], 0.999), weight_decay=model["weight_decay"]
        )

    def _step(self, who: str, loss: Tensor, items: int) -> None:
        for optimiser in self._optimisers.values():
            optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._world.average_gradients(self._parameters[who], items)
        self._optimisers[who].step()
