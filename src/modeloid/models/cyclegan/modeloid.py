"""The family as a modeloid: it trains, scores, transfers and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from modeloid.nets.decay import steady_then_linear
from modeloid.nets.differences import absolute, add
from modeloid.nets.kept import Kept
from modeloid.nets.windows import in_chunks

from .game import Game
from .losses import squared_of_each

if TYPE_CHECKING:
    from torch import Tensor

    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World


class CycleGAN:
    """Two generators and their discriminators in one state, with optimisers, averages, pools and a few items.

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
        self.wishes = known(self._items.groups)
        self._world = of(world)
        with self._world.seeded(card.rng.at("init")):
            self.game = Game(self.model, self._items.image)
        self.kept = Kept(self.model["kept"], self._items.image)
        game = self.game
        for module in (game.generators, game.critics, game.extras, game.guides, game.pools):
            self._world.place(module)
        self._made = list(game.generators.parameters())
        self._judging = [*game.critics.parameters(), *game.extras.parameters(), *game.guides.parameters()]
        self._optimisers = {"generators": self._adam(self._made), "critics": self._adam(self._judging)}
        self._average = Average(game.generators, self.model["average"])
        self._counters = {"turn": 0}
        modules = {"generators": game.generators, "critics": game.critics, "pools": game.pools, "kept": self.kept}
        further = {"extras": game.extras, "guides": game.guides}
        self._state = State(
            modules=modules | {name: module for name, module in further.items() if len(module)},
            optimisers=self._optimisers,
            averages={"generators": self._average},
            counters=self._counters,
        )
        if stored is not None:
            self._state.load(stored)

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: a step of the generators, then one of the discriminators.

        Returns the losses of both, before their steps, each summed over the two sides, and the learning rate.
        """
        rolls = self._items.filled(self._items.batch(batch))
        pair = self._items.groups[:2]
        self.kept.see([rolls[name] for name in pair])
        tensors = {name: self._tensor(images) for name, images in rolls.items()}
        real = tensors[pair[0]], tensors[pair[1]]
        rate = self._set_rate()
        with self._world.seeded(rng):
            noise = self.game.noise(real)
            with self._world.autocast():
                fake = self.game.fakes(real)
                lost = self.game.generators_lose(real, fake, noise)
            self._step("generators", self._made, lost["total"], len(real[0]))
            with self._world.autocast():
                every = torch.cat(list(tensors.values()) if self.game.extra == "full" else list(real))
                judged = self.game.critics_lose(real, every, fake, noise, rng.at("pool").generator())
            self._step("critics", self._judging, judged, len(real[0]))
        self._average.update()
        self._counters["turn"] += 1
        told = {name: loss.item() for name, loss in lost.items() if name != "total"}
        return {**told, "discriminators": judged.item(), "learning_rate": rate}

    def loss(self, batch: Any, rng: Rng) -> dict[str, tuple[float, float]]:
        """Means over items of both sides.

        "cycle": mean absolute difference after the way there and back; "cycle_written": the same where what lies
        between is written as 0 and 1, as a piece would be; "adversarial": how far what is made is from being taken for
        real, 0 to about 1; "discriminators": how far the discriminators are from telling apart; "identity": how much a
        generator changes items that are of its own side already; "change": how much of the roll becomes other;
        "apart": how far plain features of what is made lie from the group's own, whose items have about 1 (see
        `nets.features.apart`; left out before the first turn).
        """
        rolls = self._items.batch(batch)
        real = self._tensor(rolls[self._items.groups[0]]), self._tensor(rolls[self._items.groups[1]])
        found: dict[str, tuple[float, float]] = {}
        with self._world.pure(rng, self.game.generators, self.game.critics):
            for side in (0, 1):
                if len(real[1 - side]):
                    add(found, self._of_made(real[1 - side], side))
                if len(real[side]):
                    add(found, self._of_real(real[side], side))
        return found

    def _of_made(self, given: Tensor, side: int) -> Iterator[tuple[str, Tensor]]:
        """What is measured of items of the other side that go to `side` and come back."""
        there, back, critic = self.game.generators[side], self.game.generators[1 - side], self.game.critics[side]
        made = there(given)
        written = (made > 0.5).to(made.dtype)
        scores = critic(self.game.shown(made) + self.game.noise((made, made))[0])
        yield "cycle", absolute(back(made), given)
        yield "cycle_written", absolute(back(written), given)
        yield "adversarial", squared_of_each(scores, 1.0)
        yield "discriminators", squared_of_each(scores, 0.0)
        yield "change", absolute(written, given)
        if self.kept.knows(side):
            rolls = written[:, 0].float().cpu().numpy().astype(np.uint8)
            yield "apart", torch.from_numpy(self.kept.apart(side, rolls))

    def _of_real(self, given: Tensor, side: int) -> Iterator[tuple[str, Tensor]]:
        """What is measured of the items of a side itself."""
        scores = self.game.critics[side](given + self.game.noise((given, given))[0])
        yield "discriminators", squared_of_each(scores, 1.0)
        yield "identity", absolute(self.game.generators[side](given), given)

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`. Without a piece each is the transfer of one of the items that it kept.

        Raises
        ------
        WishError
            An unknown wish, one out of its range, or a piece that cannot be transferred.
        """
        struck = self.kept.loudness()
        wish = understood(wishes, self._items, struck)
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
        """Write the complete state: networks, averages, optimisers, pools, kept items, counters."""
        self._state.save(directory)

    def _tensor(self, images: NDArray[np.uint8]) -> Tensor:
        return self._world.tensor((images > 0).astype(np.float32))

    def _adam(self, parameters: list[torch.nn.Parameter]) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, self.model["learning_rate"], (self.model["momentum"], 0.999))

    def _set_rate(self) -> float:
        model: Mapping[str, Any] = self.model
        share = steady_then_linear(self._counters["turn"], model["steady_turns"], model["planned_turns"])
        for optimiser in self._optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = model["learning_rate"] * share
        return float(model["learning_rate"] * share)

    def _step(self, who: str, parameters: list[torch.nn.Parameter], loss: Tensor, items: int) -> None:
        self._optimisers[who].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._world.average_gradients(parameters, items)
        self._optimisers[who].step()
