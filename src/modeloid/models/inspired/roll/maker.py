"""How the generator of rolls learns, by imitation, from a critic and from the ideas that come back; and its pieces."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from modeloid.music.represent.parts import Rows
from modeloid.nets.descent import Descent

from ..plan.net import Ideas
from ..settings import SECTION_BARS
from ..writer import Codes, ideas_of
from .bars import BEATS
from .coder import SYMBOLS
from .critic import Critic, hinge
from .cycle import Ears, Sections, amiss, heard, whole_sections
from .draw import draw
from .net import RollNet, chances, imitation
from .rolls import BEGIN, rows_of
from .scenes import Scene, excerpted, whole
from .teller import levels_of, turned

if TYPE_CHECKING:
    from ..learner import Studies

_CODED = 0.55
"""Share of the turns in which bars and their codes are learned, and after which codes stay as they are."""
_LESSON_BARS, _PLAYED_ITEMS, _PLAYED_BARS = 64, 4, 2 * SECTION_BARS
_CRITIC_SHARE, _PLAYER_SHARE = 0.25, 0.15
_SELDOM = 4
"""Every so many turns the ears learn, and later the critic."""
_FITTED = 16
"""Every so many turns before that pieces are drawn, to fit what decides on their notes."""
_ELSEWHERE = 0.1
"""What it weighs in a lesson whether notes would go on where none sounded before."""
_TOGETHER = 32
_COOL = 0.85
"""Temperature at which symbols are drawn: the many that say little of what is heard would make bars too wild."""


class RollGenerator:
    """The net, the critic and the ears, with their optimisers.

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
        width, rate = model["roll_width"], model["roll_learning_rate"]
        self.net = RollNet(parts, idea_dims, width, model["roll_features"])
        self.critic = Critic(parts, idea_dims, width)
        self.ears = Ears(parts, drums, idea_dims[0], max(4, width // 2))
        turns = model["planned_turns"] - model["idea_turns"]
        self._coded = max(1, round(_CODED * turns))
        self._heeded_from = max(self._coded, round(model["roll_critic_from"] * turns))
        coded, heeded = (0, self._coded), (self._heeded_from, turns)
        moved: dict[str, tuple[list[nn.Module], float, tuple[int, int]]] = {
            "coder": ([self.net.coder], rate, coded),
            "teller": ([self.net.teller], rate, (self._coded, turns)),
            "player": ([self.net.coder.maker, self.net.teller], rate * _PLAYER_SHARE, heeded),
            "critic": ([self.critic], rate * _CRITIC_SHARE, heeded),
            "teacher": ([self.ears.teacher], rate, (self._coded, turns)),
            "watched": ([self.ears.watched], rate, (self._coded, turns)),
        }
        self._firsts = {name: first for name, (_, _, (first, _)) in moved.items()}
        self.descents = {
            name: Descent(
                nn.ModuleList(nets), {**model, "learning_rate": rate, "planned_turns": max(1, end - first)}, 0.95
            )
            for name, (nets, rate, (first, end)) in moved.items()
        }

    @property
    def nets(self) -> dict[str, nn.Module]:
        """All three, by name."""
        return {"roll": self.net, "critic": self.critic, "ears": self.ears}

    @property
    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """Of the codes, of what tells them, of what makes bars of them at last, of the critic and each ear."""
        return {name: descent.optimiser for name, descent in self.descents.items()}

    def step(self, studies: Studies, ideas: Ideas, turn: int) -> dict[str, float]:
        """One step; ``turn`` counts from the generator's first.

        In a first share of the turns bars are imitated out of their codes. Then codes stay as they are, and what
        tells them learns; every fourth turn the ears do, and every 16th what decides on notes is fitted to how many and
        how long they are. In a last share, every fourth turn, pieces are drawn and made;
        the critic learns to tell them from real ones, and both it and the ear that teaches are heeded.

        Returns
        -------
        "roll", what bars cost of their codes, or "code", what the codes cost, both in nats a note; "ear_teacher" and
        "ear_watched", nats a symbol on real music; later "critic" (its hinge loss), "score" (of what was made) and
        "returned" (nats a symbol that the ear that teaches lacks of the wanted ideas).
        """
        items, most = self._model["roll_excerpts"], int(studies.bars.max())
        scene = excerpted(studies, ideas, items, most, self._parts, self._drums)
        if turn < self._coded:
            return {"roll": self._coder_step(scene, turn)}
        self.net.coder.eval()
        told = {"code": self._teller_step(scene, turn)}
        if turn % _SELDOM:
            return told
        few = excerpted(studies, ideas, _PLAYED_ITEMS, _PLAYED_BARS, self._parts, self._drums)
        assert few.ideas is not None
        told |= self._lesson(whole_sections(few.maps, few.bars, few.ideas), turn)
        if turn >= self._heeded_from:
            return told | self._played_step(few, turn)
        if turn % _FITTED == 0:
            with torch.no_grad():
                self._played(few, torch.ones(len(few.bars), dtype=torch.bool))
        return told

    def _coder_step(self, scene: Scene, turn: int) -> float:
        """Some bars are imitated out of their codes."""
        if turn == 0:
            self.net.coder.calibrate(scene.maps[scene.counts > 0])
        real, before = some_bars(scene, _LESSON_BARS)
        logits = self.net.coder(self.net.coder.codes(real))
        if turn % _SELDOM == 0:
            self.net.coder.remember(logits.detach(), real)
        cost = imitation(logits, real, before, _ELSEWHERE).sum() / real[:, :, BEGIN].sum().clamp(min=1)
        return self._stepped("coder", cost, turn)

    def _teller_step(self, scene: Scene, turn: int) -> float:
        """The codes of real pieces are told, given their ideas."""
        with torch.no_grad():
            codes = self.net.read(scene.maps)
        known = torch.rand(len(scene.bars)) >= self._model["forget"]
        said = chances(self.net.told(codes, scene.ideas, known), codes).sum((2, 3))
        return self._stepped("teller", -(said * scene.counts).sum() / scene.notes, turn)

    def _lesson(self, real: Sections, turn: int) -> dict[str, float]:
        """Both ears learn, each by itself, on real music; nothing where there is no whole section."""
        if not len(real.symbols):
            return {}
        ears = {"teacher": self.ears.teacher, "watched": self.ears.watched}
        return {f"ear_{name}": self._stepped(name, amiss(ear, real), turn) for name, ear in ears.items()}

    def _played_step(self, scene: Scene, turn: int) -> dict[str, float]:
        """Pieces are drawn and made: the critic learns from them, and what made them from the critic and the ear."""
        assert scene.ideas is not None
        known = torch.rand(len(scene.bars)) >= self._model["forget"]
        maps = self._played(scene, known)
        pairs = (self.critic(one, scene.counts, scene.ideas, known) for one in (scene.maps, maps.detach()))
        told = {"critic": self._stepped("critic", hinge(*pairs), turn)}
        score = self.critic(maps, scene.counts, scene.ideas, known).mean()
        wanted = Ideas(scene.ideas.bars[known], scene.ideas.piece[known])
        lost = amiss(self.ears.teacher, whole_sections(maps[known], scene.bars[known], wanted))
        told |= {"score": float(score.detach()), "returned": float(lost.detach())}
        heeded = self._model["roll_cycle"] * lost - self._model["roll_critic"] * score
        logits = self.net.made(self.net.read(scene.maps).detach())
        real = imitation(logits.flatten(0, 1), scene.maps.flatten(0, 1), scene.before.flatten(0, 1))
        self._stepped("player", heeded + real.sum() / scene.notes, turn)
        return told

    def _played(self, scene: Scene, known: Tensor) -> Tensor:
        """What is drawn of the scene's ideas, as long as its pieces are; gradients go to the odds of what was drawn.

        Bars of drawn codes are less sure than those of real ones: what decides on their notes is fitted to them.
        """
        n, bars = scene.maps.shape[:2]
        self.net.teller.eval()
        uniforms = torch.rand(n, bars, BEATS, SYMBOLS).to(scene.maps)
        symbols = draw(self.net.teller, uniforms, scene.ideas, known=known, temperature=_COOL)
        odds = (self.net.teller(symbols, scene.ideas, known) / _COOL).softmax(-1)
        self.net.teller.train()
        soft = levels_of(odds)
        codes = levels_of(turned(symbols)) + soft - soft.detach()
        logits, there = self.net.made(codes), scene.counts > 0
        self.net.coder.remember(logits[there].detach(), scene.maps[there])
        maps: Tensor = self.net.coder.decided(logits) * scene.counts[:, :, None, None, None, None]
        self.net.coder.lengthen(maps[there].detach(), scene.maps[there])
        return maps

    @torch.no_grad()
    def losses(self, studies: Studies, ideas: Ideas | None) -> dict[str, tuple[float, float]]:
        """Sums and counts; every item by itself, and none of it random.

        Returns
        -------
        Nats a note: "code", what bars' codes cost, "roll", what bars cost then, "loss", both; "bits_per_note" the same
        in bits, an upper bound. With ideas "ear" and "returned": of how many symbols the watched ear hears what the
        encoder does, in real sections, and what is wanted, in first sections drawn with the same numbers.
        """
        sums, notes = np.zeros(2), 0.0
        right: dict[str, list[tuple[float, float]]] = {"ear": [], "returned": []}
        for first in range(0, len(studies.rows), _TOGETHER):
            chosen = range(first, min(first + _TOGETHER, len(studies.rows)))
            scene = whole(studies, ideas, chosen, self._parts, self._drums)
            sums += self._costs(scene)
            notes += float(scene.maps[:, :, :, BEGIN].sum())
            if scene.ideas is not None:
                right["ear"].append(self._heard(scene, scene.maps))
                right["returned"].append(self._heard(scene, self._fixed(scene)))
        found = {name: (float(nats), notes) for name, nats in zip(("code", "roll"), sums, strict=True)}
        found |= {"loss": (float(sums.sum()), notes), "bits_per_note": (float(sums.sum()) / math.log(2), notes)}
        return found | {
            name: (sum(s for s, _ in each), sum(c for _, c in each)) for name, each in right.items() if each
        }

    def _costs(self, scene: Scene) -> NDArray[np.float64]:
        """Nats of all codes, and of the bars made of them."""
        codes = self.net.read(scene.maps)
        said = (chances(self.net.told(codes, scene.ideas), codes).sum((2, 3)) * scene.counts).double()
        there = scene.counts > 0
        logits, real, before = self.net.coder(codes[there]), scene.maps[there], scene.before[there]
        return np.array([-float(said.sum()), float(imitation(logits, real, before).double().sum())])

    def _heard(self, scene: Scene, maps: Tensor) -> tuple[float, float]:
        assert scene.ideas is not None
        bars = scene.bars.clamp(max=maps.shape[1])
        return heard(self.ears.watched, whole_sections(maps, bars, scene.ideas))

    def _fixed(self, scene: Scene) -> Tensor:
        """The first sections of what is drawn of the scene's ideas and one row of numbers, the same for all."""
        assert scene.ideas is not None
        n, bars = len(scene.bars), min(SECTION_BARS, scene.maps.shape[1])
        uniforms = torch.rand(1, bars, BEATS, SYMBOLS, generator=torch.Generator().manual_seed(0))
        ideas = Ideas(scene.ideas.bars[:, :bars], scene.ideas.piece)
        symbols = draw(self.net.teller, uniforms.expand(n, -1, -1, -1).to(scene.maps), ideas, temperature=_COOL)
        return self.net.decided(levels_of(turned(symbols)))

    def _stepped(self, name: str, loss: Tensor, turn: int) -> float:
        descent = self.descents[name]
        moved = [one for group in descent.optimiser.param_groups for one in group["params"]]
        descent.optimiser.zero_grad()
        torch.autograd.backward(loss, inputs=moved)
        descent.step(turn - self._firsts[name])
        return float(loss.detach())


def some_bars(scene: Scene, most: int) -> tuple[Tensor, Tensor]:
    """So many bars at most, by lot, (n, parts, kinds, 16, 64), and what sounded a step before, (n, parts, 16, 64)."""
    there = torch.nonzero(scene.counts.flatten() > 0)[:, 0]
    chosen = there[torch.randperm(len(there))[:most]]
    return scene.maps.flatten(0, 1)[chosen], scene.before.flatten(0, 1)[chosen]


def made(
    net: RollNet,
    generators: Sequence[np.random.Generator],
    bars: int,
    codes: Codes | None,
    dose: float,
    temperature: float,
) -> list[Rows]:
    """Make one piece a generator, in C; arguments as `writer.written` has them; see `draw.draw`."""
    numbers = np.stack([generator.random((bars, BEATS, SYMBOLS), np.float32) for generator in generators])
    ideas = None if codes is None or dose == 0 else ideas_of([codes] * len(generators), bars)
    with torch.inference_mode():
        uniforms = torch.from_numpy(numbers).to(net.teller.no_idea)
        symbols = draw(net.teller, uniforms, ideas, dose, temperature=_COOL * temperature)
        return rows_of(net.decided(levels_of(turned(symbols))).cpu().numpy())
