"""How the family learns: first the encoders what an idea is, then the plan and the notes to follow one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from modeloid.music.phrase import in_c
from modeloid.music.represent.parts import Excerpts, Rows, cut
from modeloid.nets.descent import Descent

from .idea.encoder import Encoder
from .idea.slices import taken
from .idea.views import Views, heard
from .items import Items
from .notes.batch import batch as note_batch
from .notes.interpret import Interpreter, Parts
from .notes.net import HEADS, NoteNet
from .notes.sheet import forgotten, unknown
from .plan import Fields, plan_of
from .plan.net import Ideas, PlanNet, Within
from .settings import SECTION_BARS
from .writer import joined, sections_of

Ints = NDArray[np.int64]
Autocast = Callable[[], AbstractContextManager[Any]]

_STATE = {"plan": "plan", "notes": "note", "touch": "touch"}
"""What the optimiser of each net is called in a state, and what stands before its parameters."""
_NO_PLAN, _NO_LOUDNESS = 0.05, 0.15
"""Of a uniform number: below the first the notes are learned without a plan, below the second without its loudness."""


def first_of(excerpts: Excerpts, count: int) -> Excerpts:
    """The first so many of a batch, all where there are fewer."""
    count = min(count, len(excerpts.owners))
    end = excerpts.edges[count]
    return Excerpts(
        excerpts.rows[:end],
        excerpts.edges[: count + 1],
        excerpts.owners[:count],
        excerpts.firsts[:count],
        excerpts.bars[:count],
        excerpts.tempos_bpm[:count],
        excerpts.piece_bars[:count],
    )


class Studies:
    """Excerpts made ready for the plan and the notes: in C, with their plans and the codes of their ideas.

    Parameters
    ----------
    excerpts
        As the domain gives them.
    items
        Which parts are drums.
    fields
        Of a plan.
    """

    def __init__(self, excerpts: Excerpts, items: Items, fields: Fields) -> None:
        self.excerpts, self._items = excerpts, items
        self.rows: list[Rows] = [in_c(excerpts.of(number), items.drums)[0] for number in range(len(excerpts.owners))]
        self.bars: Ints = excerpts.bars
        self.plans: list[Ints] = [
            plan_of(rows, int(bars), fields, items.drums) for rows, bars in zip(self.rows, self.bars, strict=True)
        ]

    def symbols(self) -> torch.Tensor:
        """All plans, shape (n, bars of the longest, fields), zeros behind shorter ones."""
        longest = int(self.bars.max())
        padded = [np.pad(plan, [(0, longest - len(plan)), (0, 0)]) for plan in self.plans]
        return torch.from_numpy(np.stack(padded))

    def within(self) -> Within:
        """Where in their pieces the excerpts lie."""
        return Within(torch.from_numpy(self.excerpts.firsts), torch.from_numpy(self.excerpts.piece_bars))

    @torch.no_grad()
    def ideas(self, encoder: Encoder) -> Ideas:
        """The code of the section that each bar lies in, and of the whole, by an encoder that learns nothing here."""
        longest = int(self.bars.max())
        count = sections_of(longest)
        which = np.repeat(np.arange(len(self.rows)), count)
        firsts = np.tile(np.arange(count) * SECTION_BARS, len(self.rows))
        # a last section that is shorter is heard together with the bars before it
        firsts = np.minimum(firsts, np.maximum(np.repeat(self.bars, count) - SECTION_BARS, 0))
        slices = taken(self.excerpts.rows, self.excerpts.edges, which, firsts)
        encoder.eval()
        codes = encoder.codes(heard(slices, self._items.drums)).view(len(self.rows), count, -1)
        whole = encoder.whole(codes)
        section = torch.arange(longest) // SECTION_BARS
        return Ideas(codes[:, section], whole)

    def parts(self, chosen: Ints) -> Parts:
        """Some excerpts as they are performed."""
        excerpts = self.excerpts
        pitched = [cut(excerpts.of(number), 0, int(self.bars[number])) for number in chosen]
        rows = [cut(self.rows[number], 0, int(self.bars[number])) for number in chosen]
        return Parts(rows, pitched, [self.plans[number] for number in chosen], excerpts.tempos_bpm[chosen])

    def first(self, count: int) -> Ints:
        """The numbers of the first so many items, all where there are fewer."""
        return np.arange(min(count, len(self.rows)))


class Generator:
    """The plan and the notes, with their optimisers; and what performs scores, where it learns from some excerpts.

    Parameters
    ----------
    model
        What ``card.model`` says.
    plan, notes
        The networks.
    """

    def __init__(self, model: Mapping[str, Any], plan: PlanNet, notes: NoteNet) -> None:
        self._model, self.plan, self.notes = model, plan, notes
        self.touch: Interpreter | None = None
        if model["touch_excerpts"]:
            self.touch = Interpreter(plan.fields, notes.drums, model["touch_width"])
        self.sampled = tuple(self.nets)
        turns = model["planned_turns"] - model["idea_turns"]
        self.descents = {
            _STATE[name]: Descent(net, {**model, **_own(model, name), "planned_turns": turns}, 0.95)
            for name, net in self.nets.items()
        }

    @property
    def nets(self) -> dict[str, torch.nn.Module]:
        """All, by name."""
        both: dict[str, torch.nn.Module] = {"plan": self.plan, "notes": self.notes}
        return both if self.touch is None else both | {"touch": self.touch}

    @property
    def planned(self) -> bool:
        """Whether there is a plan that notes follow."""
        return str(self._model["generator"]) == "events"

    @property
    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """Of all."""
        return {name: descent.optimiser for name, descent in self.descents.items()}

    def step(self, studies: Studies, ideas: Ideas, turn: int, autocast: Autocast = nullcontext) -> dict[str, float]:
        """One step of each; ``turn`` counts from the generator's first. Nats a bar, nats a note, of its velocity."""
        with autocast():
            scores, notes = self._scores(studies, ideas, studies.first(self._model["note_excerpts"]))
            note = -sum(scores.values(), torch.zeros(())) / max(notes, 1.0)
            plan = self._plan_score(studies, ideas) / -float(studies.bars.sum()) if self.planned else None
            count = self._model["touch_excerpts"]
            touch = None if self.touch is None else self._touch_loss(self.touch, studies, count)
        losses = {"plan": plan, "notes": note, "touch": touch}
        return {name: self._stepped(name, loss, turn) for name, loss in losses.items() if loss is not None}

    def losses(self, studies: Studies, ideas: Ideas | None) -> dict[str, tuple[float, float]]:
        """Sums and counts: "plan" nats a bar, "notes" nats a note, and what both have to say of a note, in bits.

        "touch", where scores are performed: nats a note of velocities that are told from the notes alone.
        """
        plan = -float(self._plan_score(studies, ideas)) if self.planned else 0.0
        scores, notes = self._scores(studies, ideas, np.arange(len(studies.rows)))
        each = {name: -float(score.double()) for name, score in scores.items()}
        total = sum(each.values())
        found = {"plan": (plan, float(studies.bars.sum())), "notes": (total, notes)}
        found["loss"] = (plan + total, notes)
        found["bits_per_note"] = ((plan + total) / np.log(2), notes)
        if self.touch is not None:
            found["touch"] = (float(self._touch_loss(self.touch, studies, len(studies.rows))) * notes, notes)
        return found | {f"note_{name}": (each[name], notes) for name in HEADS}

    def _plan_score(self, studies: Studies, ideas: Ideas | None) -> torch.Tensor:
        lengths = torch.from_numpy(studies.bars)
        return self.plan.log_likelihood(studies.symbols(), ideas, lengths, studies.within()).sum()

    def _scores(self, studies: Studies, ideas: Ideas | None, chosen: Ints) -> tuple[dict[str, torch.Tensor], float]:
        rows, plans = [studies.rows[index] for index in chosen], [studies.plans[index] for index in chosen]
        if self.notes.training or not self.planned:
            plans = [self._veiled(plan) for plan in plans]
        firsts = studies.excerpts.firsts[chosen]
        made = note_batch(rows, plans, self.plan.fields, self.notes.drums, firsts)
        told, heard_ = self._told(studies, ideas, chosen)
        scores = self.notes(made, told, heard_)
        return scores, float(len(made.notes))

    def _touch_loss(self, touch: Interpreter, studies: Studies, count: int) -> torch.Tensor:
        """Nats a note of the velocities of the first excerpts."""
        chosen = studies.first(count)
        loss: torch.Tensor = touch(studies.parts(chosen), studies.excerpts.firsts[chosen])
        return loss

    def _veiled(self, plan: Ints) -> Ints:
        """The plan, at times without its loudness, at times without anything: so that notes can be without it, too."""
        if not self.planned:
            return unknown(self.plan.fields, len(plan))
        drawn = float(torch.rand(()))
        if drawn < _NO_PLAN:
            return unknown(self.plan.fields, len(plan))
        return forgotten(plan, self.plan.fields, "loud") if drawn < _NO_LOUDNESS else plan

    def _told(
        self, studies: Studies, ideas: Ideas | None, chosen: Ints
    ) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """The idea of each planned bar, end to end; and where it is known, which in training is not everywhere."""
        if ideas is None:
            return None, None
        every = joined(ideas)
        bars = studies.bars[chosen]
        flat = torch.cat([every[index, :count] for index, count in zip(chosen, bars, strict=True)])
        if not self.notes.training:
            return flat, None
        kept = torch.rand(len(chosen)) >= self._model["forget"]
        return flat, kept.repeat_interleave(torch.from_numpy(bars))

    def _stepped(self, name: str, loss: torch.Tensor, turn: int) -> float:
        descent = self.descents[_STATE[name]]
        descent.optimiser.zero_grad()
        torch.autograd.backward(loss)
        descent.step(turn)
        return float(loss.detach())


def _own(model: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What is set for one of the networks alone."""
    own = "note" if name == "touch" else _STATE[name]
    return {key: model[f"{own}_{key}"] for key in ("learning_rate", "weight_decay")}


@torch.no_grad()
def recognised(
    encoder: Encoder, excerpts: Excerpts, strangers: Views, drums: tuple[int, ...]
) -> dict[str, tuple[float, float]]:
    """Of how many items with two slices the last is nearer to the first than any stranger is; nothing without any.

    Each item alone: neither order nor company changes what it counts.
    """
    long = np.flatnonzero(excerpts.bars >= 2 * SECTION_BARS)
    if not len(long) or not len(strangers.harmony):
        return {}
    firsts = (np.zeros_like(long), excerpts.bars[long] - SECTION_BARS)
    left, right = (
        encoder.embedding(heard(taken(excerpts.rows, excerpts.edges, long, first), drums)) for first in firsts
    )
    kin, others = (left * right).sum(1), (left @ encoder.embedding(strangers).T).amax(1)
    return {"idea_found": (float((kin > others).sum()), float(len(long)))}
