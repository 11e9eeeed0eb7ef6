"""How the generator of rolls learns, by imitation, from a critic and from the ideas that come back; and its pieces."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from modeloid.music.represent.parts import Rows, cut
from modeloid.nets.descent import Descent

from ..plan.net import Ideas
from ..settings import SECTION_BARS
from ..writer import Codes, ideas_of
from .critic import Critic, hinge
from .cycle import Ears, Sections, amiss, heard, whole_sections
from .net import BAR_NOISE, PIECE_NOISE, Noise, NoiseReader, RollNet
from .rolls import BEGIN, HOLD, LOUD, rolls_of, rows_of

if TYPE_CHECKING:
    from ..learner import Studies

_BARS = 2 * SECTION_BARS
_CRITIC_SHARE = 0.25
_SPREAD = 0.1
_NOISE_NATS, _FREE_NATS = 0.1, 12.0
"""What a nat that noise says of real bars costs in training, and how many a bar are free (Kingma and others 2016).

Where all cost as much as they are worth, noise soon said nothing, and all pieces of an idea were one.
"""
_TOGETHER = 8


class Scene(NamedTuple):
    """Real pieces, or some bars of them.

    Parameters
    ----------
    maps
        Shape (n, bars, parts, kinds, 16, 64), silent behind a shorter one's end.
    bars
        Shape (n,): how many each has.
    ideas
        Of the same rows and bars, or None.
    """

    maps: Tensor
    bars: Tensor
    ideas: Ideas | None

    @property
    def counts(self) -> Tensor:
        """Shape (n, bars), 1 for the bars that are there, else 0."""
        return (torch.arange(self.maps.shape[1], device=self.bars.device) < self.bars[:, None]).float()


class RollGenerator:
    """The net, who reads noise out of real maps, the critic and the ears, with their optimisers.

    Parameters
    ----------
    model
        What ``card.model`` says.
    parts
        How many.
    drums
        Numbers of the parts that are.
    idea_dims
        Dimensions of a section's code, and of a piece's.
    """

    def __init__(self, model: Mapping[str, Any], parts: int, drums: Sequence[int], idea_dims: tuple[int, int]) -> None:
        self._model, self._parts, self._drums = model, parts, tuple(drums)
        width = model["roll_width"]
        self.net = RollNet(parts, idea_dims, width, model["roll_features"])
        self.reader = NoiseReader(parts, width)
        self.critic = Critic(parts, idea_dims, width)
        self.ears = Ears(parts, drums, idea_dims[0], max(4, width // 2))
        turns = model["planned_turns"] - model["idea_turns"]
        self._critic_from = round(model["roll_critic_from"] * turns)
        rate = model["roll_learning_rate"]
        moved = {
            "roll": (nn.ModuleList([self.net, self.reader]), rate),
            "critic": (self.critic, rate * _CRITIC_SHARE),
            "teacher": (self.ears.teacher, rate),
            "watched": (self.ears.watched, rate),
        }
        self.descents = {
            name: Descent(net, {**model, "learning_rate": rate, "planned_turns": turns}, 0.95)
            for name, (net, rate) in moved.items()
        }

    @property
    def nets(self) -> dict[str, nn.Module]:
        """All four, by name."""
        return {"roll": self.net, "noise_reader": self.reader, "critic": self.critic, "ears": self.ears}

    @property
    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """Of the generator with its reader, the critic, each ear."""
        return {name: descent.optimiser for name, descent in self.descents.items()}

    def step(self, studies: Studies, ideas: Ideas, turn: int) -> dict[str, float]:
        """One step of all; ``turn`` counts from the generator's first.

        In a first share of the turns real bars are imitated out of their own noise, and the ears learn; then what is
        made of nobody's noise is shown to the critic, who learns half that long before it is heeded, and to the ears.

        Returns
        -------
        "noise" and "roll", nats a note: what noise says of real bars, and what they cost then; "ear_teacher" and
        "ear_watched", nats a symbol on real music; later "critic" (its hinge loss), "score" (of what was made) and
        "returned" (nats a symbol that the ear that teaches lacks of the wanted ideas).
        """
        scene = self._scene(studies, ideas)
        assert scene.ideas is not None
        if turn == 0:
            self.net.calibrate(scene.maps)
        told = self._lesson(whole_sections(scene.maps, scene.bars, scene.ideas), turn)
        known = torch.rand(len(scene.bars)).to(scene.maps) >= self._model["forget"]
        watched = turn >= self._critic_from // 2
        with torch.set_grad_enabled(watched and turn >= self._critic_from):
            maps = self._played(scene, known)
        if watched:
            told["critic"] = self._critic_step(scene, maps.detach(), known, turn)
        said, cost = self._imitated(scene, known, True)
        real = (_paid(said, scene) + cost).sum() / _notes(scene.maps)
        for name, part in (("noise", said), ("roll", cost)):
            told[name] = float(part.detach().sum()) / _notes(scene.maps)
        if turn >= self._critic_from:
            real = real + self._heeded(scene, maps, known, told)
        self._stepped("roll", real, turn)
        return told

    @torch.no_grad()
    def losses(self, studies: Studies, ideas: Ideas | None) -> dict[str, tuple[float, float]]:
        """Sums and counts; every item by itself, and none of it random.

        Returns
        -------
        Nats a note: "noise", what it says of real maps, "roll", what they cost then, "loss", what imitation makes
        small; "bits_per_note", the sum of the first two in bits, an upper bound. With ideas "ear" and "returned": of
        how many symbols the watched ear hears what the encoder does, in real sections, and what is wanted, in such as
        are made of one fixed noise.
        """
        sums, notes = np.zeros(3), 0.0
        right: dict[str, list[tuple[float, float]]] = {"ear": [], "returned": []}
        for first in range(0, len(studies.rows), _TOGETHER):
            chosen = range(first, min(first + _TOGETHER, len(studies.rows)))
            scene = self._whole(studies, ideas, chosen)
            said, cost = self._imitated(scene, None, False)
            sums += [float(part.double().sum()) for part in (said, cost, _paid(said, scene) + cost)]
            notes += float(scene.maps[:, :, :, BEGIN].sum())
            if scene.ideas is not None:
                right["ear"].append(self._heard(scene, scene.maps))
                right["returned"].append(self._heard(scene, self._fixed(scene)))
        found = {name: (float(nats), notes) for name, nats in zip(("noise", "roll", "loss"), sums, strict=True)}
        found["bits_per_note"] = (float(sums[0] + sums[1]) / math.log(2), notes)
        return found | {
            name: (sum(s for s, _ in each), sum(c for _, c in each)) for name, each in right.items() if each
        }

    def _heard(self, scene: Scene, maps: Tensor) -> tuple[float, float]:
        assert scene.ideas is not None
        sections = whole_sections(maps, scene.bars, scene.ideas)
        return heard(self.ears.watched, sections)

    def _fixed(self, scene: Scene) -> Tensor:
        """What is made of the scene's ideas and one noise, the same for all."""
        n, bars = scene.maps.shape[:2]
        numbers = torch.randn(PIECE_NOISE + bars * BAR_NOISE, generator=torch.Generator().manual_seed(0))
        logits = self.net(_noise(numbers.expand(n, -1).to(scene.maps)), scene.ideas)
        made: Tensor = self.net.decided(logits)
        return made

    def _played(self, scene: Scene, known: Tensor) -> Tensor:
        """What is made of nobody's noise and the scene's ideas, as long as its pieces are."""
        n, bars = scene.maps.shape[:2]
        numbers = torch.randn(n, PIECE_NOISE + bars * BAR_NOISE).to(scene.maps)
        logits = self.net(_noise(numbers), scene.ideas, known)
        there = scene.counts > 0
        self.net.remember(logits[there], scene.maps[there])
        made: Tensor = self.net.decided(logits) * scene.counts[:, :, None, None, None, None]
        return made

    def _imitated(self, scene: Scene, known: Tensor | None, draw: bool) -> tuple[Tensor, Tensor]:
        """Nats of each item: what its noise says, and what its maps cost then."""
        noise, said = self.reader(scene.maps, scene.counts, draw)
        return said, imitation(self.net(noise, scene.ideas, known), scene.maps, scene.counts)

    def _lesson(self, real: Sections, turn: int) -> dict[str, float]:
        """Both ears learn, each by itself, on real music; nothing where there is no whole section."""
        if not len(real.symbols):
            return {}
        ears = {"teacher": self.ears.teacher, "watched": self.ears.watched}
        return {f"ear_{name}": self._stepped(name, amiss(ear, real), turn) for name, ear in ears.items()}

    def _critic_step(self, scene: Scene, maps: Tensor, known: Tensor, turn: int) -> float:
        real, made = (self.critic(one, scene.counts, scene.ideas, known) for one in (scene.maps, maps))
        return self._stepped("critic", hinge(real, made), turn)

    def _heeded(self, scene: Scene, maps: Tensor, known: Tensor, told: dict[str, float]) -> Tensor:
        """What the critic and the ear that teaches would have otherwise."""
        assert scene.ideas is not None
        score = self.critic(maps, scene.counts, scene.ideas, known).mean()
        wanted = Ideas(scene.ideas.bars[known], scene.ideas.piece[known])
        lost: Tensor = amiss(self.ears.teacher, whole_sections(maps[known], scene.bars[known], wanted))
        told |= {"score": float(score.detach()), "returned": float(lost.detach())}
        heeded: Tensor = self._model["roll_cycle"] * lost - self._model["roll_critic"] * score
        return heeded

    def _scene(self, studies: Studies, ideas: Ideas) -> Scene:
        """Sixteen bars, or all where there are fewer, of some items, from the beginning of a section on."""
        chosen = studies.first(self._model["roll_excerpts"])
        rooms = np.maximum((studies.bars[chosen] - _BARS) // SECTION_BARS, 0) + 1
        firsts = (torch.rand(len(chosen)).numpy() * rooms).astype(np.int64) * SECTION_BARS
        rows = [cut(studies.rows[index], int(first), _BARS) for index, first in zip(chosen, firsts, strict=True)]
        count = int(np.minimum(studies.bars[chosen] - firsts, _BARS).max())
        maps = torch.from_numpy(rolls_of(rows, count, self._parts, self._drums))
        which = torch.from_numpy(chosen)
        places = torch.from_numpy(firsts)[:, None] + torch.arange(count)
        codes = ideas.bars[which[:, None], places.clamp(max=ideas.bars.shape[1] - 1)]
        bars = torch.from_numpy(np.minimum(studies.bars[chosen] - firsts, count))
        return Scene(maps, bars, Ideas(codes, ideas.piece[which]))

    def _whole(self, studies: Studies, ideas: Ideas | None, chosen: range) -> Scene:
        """All bars of some items."""
        bars = torch.from_numpy(studies.bars[list(chosen)])
        count = int(bars.max())
        rows = [studies.rows[index] for index in chosen]
        maps = torch.from_numpy(rolls_of(rows, count, self._parts, self._drums))
        part = slice(chosen.start, chosen.stop)
        told = None if ideas is None else Ideas(ideas.bars[part, :count], ideas.piece[part])
        return Scene(maps, bars, told)

    def _stepped(self, name: str, loss: Tensor, turn: int) -> float:
        descent = self.descents[name]
        moved = [one for group in descent.optimiser.param_groups for one in group["params"]]
        descent.optimiser.zero_grad()
        torch.autograd.backward(loss, inputs=moved)
        descent.step(turn)
        return float(loss.detach())


def imitation(logits: Tensor, real: Tensor, counts: Tensor) -> Tensor:
    """What real maps cost, in nats an item, shape (n,), by bars that count.

    Every cell for whether a note begins; those behind a sounding one, where none begins, for whether it goes on; and
    loudness where one begins, as a normal distribution about what is told, a tenth wide.
    """
    begin, hold = real[:, :, :, BEGIN], real[:, :, :, HOLD]
    cost = binary_cross_entropy_with_logits(logits[:, :, :, BEGIN], begin, reduction="none")
    stays = binary_cross_entropy_with_logits(logits[:, :, :, HOLD], hold, reduction="none")
    away = (logits[:, :, :, LOUD].sigmoid() - real[:, :, :, LOUD]) / _SPREAD
    cost = cost + stays * _before(begin + hold) * (1 - begin) + 0.5 * away.square() * begin
    return (cost.sum((2, 3, 4)) * counts).sum(1)


def made(
    net: RollNet,
    generators: Sequence[np.random.Generator],
    bars: int,
    codes: Codes | None,
    dose: float,
    temperature: float,
) -> list[Rows]:
    """Make one piece a generator, in C; arguments as `writer.written` has them.

    The logits are those without an idea plus `dose` times what the idea adds to them (Ho and Salimans 2022); the
    temperature is how far noise goes.
    """
    size = PIECE_NOISE + bars * BAR_NOISE
    numbers = np.stack([generator.standard_normal(size, np.float32) for generator in generators])
    noise = _noise(temperature * torch.from_numpy(numbers).to(net.no_idea))
    with torch.inference_mode():
        logits = net(noise, None)
        if codes is not None and dose != 0:
            logits = logits + dose * (net(noise, ideas_of([codes] * len(generators), bars)) - logits)
        return rows_of(net.decided(logits).cpu().numpy())


def _paid(said: Tensor, scene: Scene) -> Tensor:
    """What the noise of each item costs in training, (n,)."""
    return _NOISE_NATS * (said - _FREE_NATS * scene.counts.sum(1)).clamp(min=0)


def _noise(numbers: Tensor) -> Noise:
    return Noise(numbers[:, :PIECE_NOISE], numbers[:, PIECE_NOISE:].reshape(len(numbers), -1, BAR_NOISE))


def _before(sounds: Tensor) -> Tensor:
    """What sounded a step before, (n, bars, parts, 16, 64), from one bar to the next, too."""
    last = torch.cat([torch.zeros_like(sounds[:, :1, :, -1:]), sounds[:, :-1, :, -1:]], 1)
    return torch.cat([last, sounds[:, :, :, :-1]], 3)


def _notes(maps: Tensor) -> float:
    return max(1.0, float(maps[:, :, :, BEGIN].sum()))
