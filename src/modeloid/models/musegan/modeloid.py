"""The family as a modeloid: it trains, tells its losses, samples and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import Average, State, of
from modeloid.cycle.rng import Rng

from .calibrate import wanted
from .choosing import Choice
from .critic import critics
from .generator import Generator
from .items import Items
from .leads import Leads
from .learner import Learner, Scene, scene
from .likeness import apart, far, features, neighbours
from .matching import Matching
from .notes import Roll, of_velocities
from .practice import Practice, shares
from .rehearsal import Rehearsal
from .sampler import sampled
from .wishes import known, understood

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

_MEMORY = 0.99
_FIRST, _EACH = 25, 500
_GATE_MEMORY = 0.95


class MuseGan:
    """A generator and its critics in one state, with their optimisers and the generator's averaged weights.

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
        self._items = Items(tuple(self.model["shape"]), card.data.get("representation"))
        self._world = of(world)
        with self._world.seeded(card.rng.at("init")):
            self.generator, self.critics = Generator(self.model), critics(self.model)
        self._leads, self._matching = Leads(self.model), Matching(self.model)
        rehearsal = Rehearsal(self.model, self.generator.latents.shape)
        modules = {
            "generator": self.generator,
            "critics": self.critics,
            "leads": self._leads,
            "matching": self._matching,
            "rehearsal": rehearsal,
        }
        # a given track may be any, whose company has other means than the data's
        chooses = self.model.get("tries", 1) > 1 and self.model["given"] < 0
        self._choice = Choice(self.model) if chooses else None
        self._practice = Practice(self.model, self.generator.latents.shape)
        if self._choice is not None:
            modules |= {"choice": self._choice, "practice": self._practice}
        for module in modules.values():
            self._world.place(module)
        self._learner = Learner(self.model, self.generator, self.critics, self._matching, rehearsal, self._world)
        self._average = Average(self.generator, self.model["average"])
        # how little items of train share, and how far their features lie apart: what made ones are held against
        self._counters: dict[str, Any] = {
            "turn": 0,
            "generator_steps": 0,
            "critic_steps": 0,
            "data_apart": 0.0,
            "data_far": 0.0,
        }
        self._state = State(
            modules=modules,
            optimisers={"generator": self._learner.adam_generator, "critics": self._learner.adam_critics},
            averages={"generator": self._average},
            counters=self._counters,
        )
        if stored is not None:
            self._state.load(stored)

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: a step of the critics, and at each `critic_steps`-th one also a step of the generator.

        Returns
        -------
        "distance": what the critics see between real and made, the estimate of the Wasserstein distance;
        "penalty": how far their slopes are from 1. With the generator's step: "score" that the critics give it, and
        "diversity": how little the made items share, in units of how little real ones do (1: as much as real ones;
        near 0: all the same, the generator has collapsed).
        """
        real = of_velocities(self._world.tensor(self._items.batch(batch)))
        turn = int(self._counters["turn"])
        with self._world.seeded(rng):
            begins = (torch.rand(len(real.on)) < self.model["beginnings"]).to(real.on)
            shown = scene(real, self.model, begins)
            self._prepare(shown, turn)
            told, made = self._learner.critic_step(shown, turn)
            self._counters["critic_steps"] += 1
            if self._counters["critic_steps"] >= self._steps_wanted():
                self._counters["critic_steps"] = 0
                told["score"], begun = self._learner.generator_step(shown, turn)
                told["diversity"] = self._diversity(shown, made)
                self._average.update()
                done = self._counters["generator_steps"]
                with self._average.averaged():
                    # weights that still move fast are soon forgotten
                    self._learner.rehearse(begun, min(_GATE_MEMORY, (1 + done) / (10 + done)))
                    if self._choice is not None:
                        self._practise(self._choice, turn, rng)
                self._counters["generator_steps"] = done + 1
        self._counters["turn"] = turn + 1
        return told

    def _practise(self, choice: Choice, turn: int, rng: Rng) -> None:
        """Let what phrases are chosen by follow pieces as they are sampled."""
        self.generator.eval()
        wanted_now = shares(turn, self._counters["generator_steps"], int(choice.steps), self.model)
        for number, share in enumerate(wanted_now):
            generators = [rng.at("practice", number, row).generator() for row in range(self._practice.rows)]
            self._practice.go_on(self.generator, self.model, choice, generators, self._world, share)
        self.generator.train()

    def _steps_wanted(self) -> int:
        """Of the critics for the next one of the generator; more at first, and now and then (code v1 and v2: 100)."""
        done, first = self._counters["generator_steps"], int(self.model["first_critic_steps"])
        return first if first and (done < _FIRST or done % _EACH == 0) else int(self.model["critic_steps"])

    def _prepare(self, shown: Scene, turn: int) -> None:
        """What data tells beyond gradients: levels at the first turn, given tracks to keep, how little items share."""
        self._leads.keep(shown.given)
        if self.model["matching"] or self._choice is not None:
            sums = self._matching.see(shown.phrase, self._world)
            if self._choice is not None:
                self._choice.see(sums, self._world)
        tracks = self.generator.made
        if turn == 0 and self.model["calibrated"]:
            drums = [column in self.model["drums"] for column in tracks]
            rates = wanted(shown.phrase.tracks(tracks), drums, self.model["notes"] == "onsets", self.model["gates"])
            noise = torch.randn(2, len(shown.phrase.on), *self.generator.latents.shape).to(shown.phrase.on)
            with torch.no_grad():
                maps = self.generator.maps(noise[0], noise[1], shown.before, shown.given)
            self.generator.notes.calibrate(maps, rates)
            self._learner.rehearse(shown, 0.0)
            self._agree_on_levels()
        real = shown.phrase.tracks(tracks)
        if len(real.on) > 1:
            self._remember_gates(real)
            # means over a whole run; every turn would cost time
            if not self._counters["critic_steps"]:
                self._remember_apart(real)

    def _remember_gates(self, real: Roll) -> None:
        bars = real.on.amax((2, 3)).sum((0, 1)).double().cpu().numpy()
        counted = self._world.sum(np.append(bars, float(real.on.shape[0] * real.on.shape[1])))
        shares = self.generator.notes.gate_shares
        # at first the mean of all batches, so that the first one is not remembered above the others
        share_of_now = max(1 - _MEMORY, 1 / (1 + int(self._counters["turn"])))
        shares.lerp_(torch.from_numpy(counted[:-1] / counted[-1]).to(shares), share_of_now)

    def _remember_apart(self, real: Roll) -> None:
        told = features(real)
        now = {"data_apart": apart(real.on, neighbours(real.on)), "data_far": far(told, neighbours(told))}
        for name, values in now.items():
            mean = float(values.mean())
            self._counters[name] = _MEMORY * (self._counters[name] or mean) + (1 - _MEMORY) * mean

    def _agree_on_levels(self) -> None:
        """All processes take over rank 0's."""
        levels = self.generator.notes.levels
        assert levels is not None, "only calibrated ones have levels"
        if self._world.size > 1:
            shared = self._world.share(levels.tolist())
            with torch.no_grad():
                levels.copy_(torch.tensor(shared))

    def _diversity(self, shown: Scene, made: Roll) -> float:
        tracks = self.generator.made
        real, false = (
            float(apart(one, neighbours(one)).mean())
            for one in (shown.phrase.tracks(tracks).on, made.tracks(tracks).on)
        )
        return false / real if real else 1.0

    def loss(self, batch: Any, rng: Rng) -> dict[str, tuple[float, float]]:
        """Means over items.

        Returns
        -------
        "unlike": energy distance of made and real items' `likeness.features`, about 0 for two sets of one kind (Szekely
        and Rizzo 2013, half of equation 2); "distance": what the critics see between a real item and a made one;
        "diversity": as `train` says it, over pairs of made items and held against train's; "empty_bars": share of the
        bars in which a track is silent, of the made items, and "data_empty_bars" of the real ones.
        """
        real = of_velocities(self._world.tensor(self._items.batch(batch)))
        tracks, n = self.generator.made, float(len(real.on))
        with self._world.pure(rng, self.generator, self.critics), self._world.autocast():
            shown = scene(real, self.model)
            made, other = (self._learner.made(each) for each in (shown, shown.rolled()))
            true, false = (self._learner.scores(shown.whole(phrase)) for phrase in (shown.phrase, made))
        rolls = [phrase.tracks(tracks) for phrase in (made, other, shown.phrase)]
        told = [features(roll) for roll in rolls]
        unlike = far(told[0], told[2]) - far(told[0], told[1]) / 2 - self._counters["data_far"] / 2
        each = {
            "unlike": unlike,
            "distance": true - false,
            "diversity": apart(rolls[0].on, rolls[1].on) / (self._counters["data_apart"] or 1.0),
            "empty_bars": told[0][:, : len(tracks)].mean(1),
            "data_empty_bars": told[2][:, : len(tracks)].mean(1),
        }
        return {name: (float(values.double().sum()), n) for name, values in each.items()}

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`.

        Raises
        ------
        WishError
            An unknown wish, one out of its range, or wishes that leave nothing to be made.
        BatchError, ReadError, RepresentationError
            A prompt or a given track that cannot be taken.
        """
        wish = understood(wishes, self.model, self._items)
        leads = self._leads.kept()

        def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
            return self._items.pieces(sampled(self.generator, self.model, wish, generators, leads, self._choice))

        with self._world.pure(rng.at("torch"), self.generator):
            return in_groups(n, self.model["group"], rng, one_group)

    def averaged(self) -> AbstractContextManager[None]:
        """Sample and tell losses with the generator's averaged weights inside; training goes on with the others."""
        return self._average.averaged()

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: weights, averages, both optimisers, leads, counters."""
        self._state.save(directory)
