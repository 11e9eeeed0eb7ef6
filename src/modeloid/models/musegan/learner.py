"""How generator and critics learn: Wasserstein distance with a gradient penalty, both optimisers, their cadence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from modeloid.backends.torch import TorchWorld
from modeloid.nets.penalty import gradient_penalty

from .critic import seen
from .generator import Generator
from .latents import moved
from .likeness import neighbours
from .matching import Matching
from .notes import Roll, joined
from .rehearsal import Rehearsal
from .sampler import draws_shape
from .wishes import USUAL_CHANGE

_LEAST_STEP, _GATES_SEEN = 0.01, 2
_QUICK = ("levels", "strength")


class Scene(NamedTuple):
    """Real items as the generator is asked to go on from them.

    Parameters
    ----------
    before
        The bars before the phrases; None where there is no context.
    phrase
        The real phrases.
    given
        The given track of the phrases, or None.
    """

    before: Roll | None
    phrase: Roll
    given: Roll | None

    def whole(self, phrase: Roll) -> Roll:
        """A phrase behind what came before: what critics see."""
        return phrase if self.before is None else joined([self.before, phrase], 1)

    def rolled(self) -> Scene:
        """Each item in the place of the next one."""
        parts = (None if one is None else Roll(*(neighbours(part) for part in one)) for one in self)
        return Scene(*parts)  # type: ignore[arg-type]


def scene(items: Roll, model: Mapping[str, Any], begins: Tensor | None = None) -> Scene:
    """Items cut into what came before and the phrase.

    Parameters
    ----------
    items
        All bars, all tracks.
    model
        The modeloid's `model` dict.
    begins
        Shape (n,), 1 for items whose phrase is to begin a piece: what came before is silenced.
    """
    seen, column = model["context_bars"], model["given"]
    phrase = items.bars(seen)
    given = phrase.tracks([column]) if column >= 0 else None
    if not seen:
        return Scene(None, phrase, given)
    before = items.bars(0, seen)
    if begins is not None:
        kept = (1 - begins).view(-1, 1, 1, 1, 1)
        before = Roll(before.on * kept, before.loud * kept)
    return Scene(before, phrase, given)


class Learner:
    """Steps of the critics and of the generator.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    generator, critics
        The networks.
    matching
        What draws means to the data's.
    rehearsal
        What gates are cut by, where pieces are more than a phrase.
    world
        One or several processes: gradients become those of the whole batch.
    """

    def __init__(
        self,
        model: Mapping[str, Any],
        generator: Generator,
        critics: nn.ModuleList,
        matching: Matching,
        rehearsal: Rehearsal,
        world: TorchWorld,
    ) -> None:
        self._matching, self._rehearsal = matching, rehearsal
        self.model, self.generator, self.critics, self._world = model, generator, critics, world
        betas = (model["first_moment"], 0.9)
        self.adam_generator = torch.optim.Adam(_groups(generator, model), model["learning_rate"], betas)
        self.adam_critics = torch.optim.Adam(critics.parameters(), model["critic_learning_rate"], betas)

    def made(self, given: Scene, turn: int = 0) -> Roll:
        """Phrases for a scene, from noise of torch's generator; of all tracks."""
        return self._phrase(given, self._noise(given), turn)

    def played(self, given: Scene, turn: int) -> tuple[Scene, Roll]:
        """Phrases, and the scene that each goes on from: in its share of the items bars that were made themselves.

        Long pieces go on from what was made, which is never quite like the data: what is never seen in training drifts.
        A given track is not known beyond its phrase: beside one, bars before are always real.
        """
        noise = self._noise(given)
        if given.before is None or given.given is not None or not self.model["own_context"]:
            return given, self._phrase(given, noise, turn)
        with torch.no_grad():
            first = given.whole(self._phrase(given, noise, turn))
        own = torch.rand(len(given.phrase.on)).to(given.phrase.on) < self.model["own_context"]
        last = first.bars(first.on.shape[1] - self.model["context_bars"])
        shown = given._replace(before=last.where(own, given.before))
        fresh = self._noise(given)
        noise = torch.stack([moved(noise[0], fresh[0], USUAL_CHANGE), fresh[1]])
        phrase = self._phrase(shown, noise, turn)
        self._rehearsal.keep(shown.whole(phrase), noise[0])
        return shown, phrase

    def _noise(self, given: Scene) -> Tensor:
        like = given.phrase.on
        return torch.randn(2, len(like), *self.generator.latents.shape, device=like.device, dtype=like.dtype)

    def _phrase(self, given: Scene, noise: Tensor, turn: int) -> Roll:
        like, draws = given.phrase.on, None
        if self.model["neurons"] == "stochastic":
            draws = torch.rand(
                len(like), *draws_shape(self.generator, self.model), device=like.device, dtype=like.dtype
            )
        phrase: Roll = self.generator(noise[0], noise[1], given.before, given.given, self.slope(turn), draws)
        return phrase

    def slope(self, turn: int) -> float:
        """Of the binary neurons' gradients: from 1, in a straight line, to the last one at the planned end."""
        return 1 + (float(self.model["last_slope"]) - 1) * min(1.0, turn / int(self.model["planned_turns"]))

    def critic_step(self, real: Scene, turn: int) -> tuple[dict[str, float], Roll]:
        """One step of all critics; what is to be logged, and the phrases that they were shown."""
        with torch.no_grad(), self._world.autocast():
            shown, phrase = self.played(real, turn)
        true, false = real.whole(real.phrase), shown.whole(phrase)
        distance, penalty = self._critic_losses(true, false)
        self.adam_critics.zero_grad()
        (self.model["penalty"] * penalty - distance).backward(inputs=list(self.critics.parameters()))
        self._step(self.adam_critics, self.critics, turn, len(true.on), self.model["critic_learning_rate"])
        return {"distance": distance.item(), "penalty": penalty.item()}, phrase

    def _critic_losses(self, true: Roll, false: Roll) -> tuple[Tensor, Tensor]:
        n = len(true.on)
        share = torch.rand(n, device=true.on.device, dtype=true.on.dtype)
        distance = penalty = true.on.new_zeros(())
        with self._world.autocast():
            both = seen(joined([true, false], 0), self.model)
            real, made = (seen(roll, self.model) for roll in (true, false))
            for critic in self.critics:
                scores = critic(*both)
                distance = distance + scores[:n].mean() - scores[n:].mean()
                penalty = penalty + gradient_penalty(critic, real, made, share)
        return distance, penalty

    def generator_step(self, real: Scene, turn: int) -> tuple[float, Scene]:
        """One step of the generator; the mean score of what it made, over all critics, and what that went on from."""
        with self._world.autocast():
            begun, phrase = self.played(real, turn)
            score: Tensor = self.scores(begun.whole(phrase)).mean()
            loss = -score
            if self.model["matching"]:
                self._matching.hear(phrase, self._world)
                loss = loss + self.model["matching"] * self._matching.pull(phrase)
        self.adam_generator.zero_grad()
        loss.backward(inputs=list(self.generator.parameters()))  # type: ignore[no-untyped-call]
        self._step(self.adam_generator, self.generator, turn, len(phrase.on), self.model["learning_rate"])
        return float(score.detach()), begun

    @torch.no_grad()
    def rehearse(self, given: Scene, memory: float) -> None:
        """See where gates are to be cut; inside `Average.averaged`, whose weights are sampled with.

        By what comes next in pieces, or, where none go on, by phrases for the scene.
        """
        if self._rehearsal.ready:
            self._rehearsal.go_on(self.generator, memory)
            return
        for _ in range(_GATES_SEEN):
            noise = self._noise(given)
            self.generator.see_gates(noise[0], noise[1], given.before, memory)

    def scores(self, whole: Roll) -> Tensor:
        """The sum of all critics' scores of each item, (n,)."""
        parts = seen(whole, self.model)
        return torch.stack([critic(*parts) for critic in self.critics]).sum(0)

    def _step(self, adam: torch.optim.Adam, net: nn.Module, turn: int, count: int, rate: float) -> None:
        self._world.average_gradients(net.parameters(), count)
        for group in adam.param_groups:
            share = falling(turn, self.model["planned_turns"], self.model["falling"])
            group["lr"] = rate * share * group.get("times", 1.0)
        adam.step()


def _groups(generator: Generator, model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The generator's parameters; levels and strengths, each one number for much that sounds, step further."""
    quick = [one for name, one in generator.named_parameters() if name.rpartition(".")[2] in _QUICK]
    known = {id(one) for one in quick}
    rest = [one for one in generator.parameters() if id(one) not in known]
    return [{"params": rest}, *([{"params": quick, "times": float(model["level_steps"])}] if quick else [])]


def falling(turn: int, planned: int, share: float) -> float:
    """Share of the full step: 1, and over the last `share` of the planned turns in a straight line to a hundredth."""
    left = max(0, planned - turn) / max(1.0, share * planned)
    return max(_LEAST_STEP, min(1.0, left))
