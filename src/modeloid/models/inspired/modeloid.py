"""The family as a modeloid: it trains, tells its losses, samples, says how a piece came to be, and saves itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import ParameterError
from modeloid.backends.numpy import in_groups
from modeloid.backends.torch import Average, State, of
from modeloid.backends.torch.heap import give_back
from modeloid.cycle.rng import Rng
from modeloid.music.kinship import Grams, KinshipError, lines
from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, Rows

from .chosen import Chooser, Costs
from .idea.encoder import CODE_SIZE, PIECE_SIZE
from .idea.ensemble import MEMBERS, Class, Ensemble, Member
from .idea.learner import Lessons
from .idea.levels import nearest_levels, symbols_of
from .idea.views import views
from .inspirer import transposed
from .items import Items
from .keyboard import played
from .learner import Studies, first_of, recognised
from .makers import maker
from .memory import Memory, distinct
from .performing import performed
from .plan import layout
from .receipt import receipt
from .settings import PARAMETERS
from .wishes import Wishes, known, understood
from .writer import WHOLE_BARS, Codes, sections_of

if TYPE_CHECKING:
    from modeloid.cycle.card import Card
    from modeloid.cycle.contract import World

_ROUNDS = 3
_TIDY_TURNS = 20
"""Every so many turns free memory is given back: no two batches are as long, and the heap grew to 8 GB."""
_HELD_OUT = 5
_USUAL_BPM = 96.0


class Inspired:
    """Encoders of ideas, a plan and notes in one state, with their optimisers and what they learned from.

    Parameters
    ----------
    card
        What it is; ``card.model`` as `make` wrote it.
    stored
        A checkpoint's directory, or None for a new one.
    world
        One process.
    load_model
        The function that made it.

    Raises
    ------
    ParameterError
        There are several processes: each would remember other pieces.
    """

    def __init__(self, card: Card, stored: Path | None, world: World, load_model: Callable[..., Any]) -> None:
        self.id, self.name, self.authors, self.doc = card.id, card.name, card.authors, card.doc
        # a modeloid made before a parameter was there goes by its default
        self.model = {name: default for name, (default, _, _) in PARAMETERS.items()} | dict(card.model)
        self.load_model = load_model
        self.wishes = known(self.model)
        self._world = of(world)
        if self._world.size > 1:
            raise ParameterError("inspired learns in one process", "devices", "Train with --devices 1")
        model = self.model
        self._items = Items(card.data.get("representation"))
        self._fields = layout(self._items.parts)
        with self._world.seeded(card.rng.at("init")):
            self.ensemble = Ensemble(_members(model))
            self.maker = maker(model, self._items, self._fields)
        lessons = Lessons(model["idea_learning_rate"], planned_turns=model["idea_turns"])
        self._class = Class(self.ensemble, self._items.drums, lessons)
        self._averages = {name: Average(self.maker.nets[name], model["average"]) for name in self.maker.sampled}
        self._memory = Memory(model["kept_bars"])
        self._counters: dict[str, Any] = {"turn": 0, "lines": {}}
        self._state = State(
            modules={"ensemble": self.ensemble, **self._class.modules(), **self.maker.nets},
            optimisers={**self._class.optimisers(), **self.maker.optimisers},
            averages=self._averages,
            counters=self._counters,
        )
        if stored is not None:
            self._state.load(stored)
            self._memory.load(stored)
        self._chooser: Chooser | None = None

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:
        """One turn: in the first `idea_turns` a step of the encoders, then of the plan and the notes.

        Returns
        -------
        "idea/loss" and "idea/found" (see `idea.learner.Learner.step`), or what the maker says: "plan" in nats a bar and
        "notes" in nats a note ("touch" of its velocity, where scores are performed), or see
        `roll.maker.RollGenerator.step`.
        """
        turn, first = int(self._counters["turn"]), int(self.model["idea_turns"])
        own = self._items.own(batch)
        self._memory.see(own)
        self._chooser = None
        with self._world.seeded(rng):
            if turn < first:
                told = self._class.step(self._items.all(batch), rng.at("pairs"), turn)
            else:
                told = self._generator_turn(own, turn - first)
        self._counters["turn"] = turn + 1
        if not (turn + 1) % _TIDY_TURNS:
            give_back()
        if turn + 1 == self.model["planned_turns"] or _doubled(turn + 1, first):
            self._draw_lines(rng.at("lines"))
        return told

    def _generator_turn(self, own: Any, turn: int) -> dict[str, float]:
        most = max(self.model[f"{name}_excerpts"] for name in ("plan", "note", "roll", "touch"))
        studies = Studies(first_of(own, most), self._items, self._fields)
        for net in self.maker.nets.values():
            net.train()
        told = self.maker.step(studies, studies.ideas(self.ensemble.giver), turn, self._world.autocast)
        for average in self._averages.values():
            average.update()
        return told

    def _draw_lines(self, rng: Rng) -> None:
        """What real pieces share: a fifth of those remembered are held against the others."""
        pieces = list(self._memory.pieces().values())
        if self.model["touch_excerpts"]:
            # performances: some pieces come several times
            pieces = distinct(pieces)
        kept = [rows for number, rows in enumerate(pieces) if number % _HELD_OUT]
        held = [rows for number, rows in enumerate(pieces) if not number % _HELD_OUT]
        try:
            grams = Grams(kept, self._items.drums)
            pairs = self.model["line_pairs"]
            self._counters["lines"] = lines(held, rng, drum_parts=self._items.drums, grams=grams, pairs=pairs)
        except KinshipError:
            # too little was seen: no gate is asked yet
            self._counters["lines"] = {}

    def loss(self, batch: Any, rng: Rng) -> dict[str, tuple[float, float]]:
        """Of the generator, each item with its own idea, and of the encoders.

        Returns
        -------
        "loss": nats a note of the plan and the notes that follow it, an upper bound of what the notes cost alone;
        "bits_per_note" the same in bits; "plan" nats a bar; "notes" nats a note, and "note_..." of each thing that is
        told of a note; "idea_found": share of the items whose last eight bars are nearer to their first eight, to the
        encoder that gives the ideas, than any of 31 slices of training pieces.
        """
        own = self._items.own(batch)
        with self._world.pure(rng, *self.maker.nets.values(), self.ensemble):
            studies = Studies(own, self._items, self._fields)
            told = self.maker.losses(studies, studies.ideas(self.ensemble.giver))
            return told | recognised(self.ensemble.giver, own, self._known().strangers(31), self._items.drums)

    def sample(self, n: int, rng: Rng, **wishes: Any) -> list[Any]:
        """`n` pieces; see `wishes`.

        Raises
        ------
        WishError
            An unknown wish, one out of its range, or an inspiration in which there is nothing to hear.
        ReadError, RepresentationError
            An inspiration that cannot be read, or has no bar of 4/4 where others are left out.
        """
        return [piece for piece, _ in self.told(n, rng, **wishes)]

    def told(self, n: int, rng: Rng, **wishes: Any) -> list[tuple[Any, dict[str, Any]]]:
        """The pieces of `sample`, each with its receipt, see `receipt.receipt`; {} where no inspiration was given."""
        wish = understood(wishes, self.model, self._items)

        def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
            if wish.perform is not None:
                found = performed(self.maker, wish.perform, generators, wish.temperature, self._items.drums)
                return [(piece, {}) for piece in found]
            return [self._one(generator, wish, codes) for generator in generators]

        with self._world.pure(rng.at("torch"), *self.maker.nets.values(), self.ensemble):
            codes = self._codes(wish) if wish.inspired else None
            return in_groups(n, 1, rng, one_group)

    def _one(self, generator: np.random.Generator, wish: Wishes, codes: Codes | None) -> tuple[Any, dict[str, Any]]:
        """Write candidates until one fails no gate, three times at most, and take the best."""
        chooser = self._known()
        inspirers = wish.inspirers if wish.inspired else ()
        costs = Costs(*(float(self.model[f"{name}_cost"]) for name in Costs._fields))
        candidates: list[Rows] = []
        for _ in range(_ROUNDS):
            candidates += [_ended(rows, wish.bars) for rows in self._written(generator, wish, codes)]
            choice = chooser.chosen(candidates, wish.bars, inspirers, wish.strength, costs)
            if choice.passed:
                break
        rows = played(candidates[choice.number], chooser.keyboard(generator))
        refused = [names for number, names in enumerate(choice.failed) if names and number != choice.number]
        by, tempo_bpm = self._manner(generator, wish)
        piece = self._items.piece(transposed(rows, by, self._items.drums), tempo_bpm)
        if not wish.inspirers:
            return piece, {}
        return piece, receipt(rows, wish, chooser, refused, choice)

    def _written(self, generator: np.random.Generator, wish: Wishes, codes: Codes | None) -> list[Rows]:
        # what nothing inspires is chosen by its form alone, which only whole pieces have
        chosen = wish.inspired or wish.bars >= WHOLE_BARS
        count = wish.candidates if chosen else 1
        seeds = generator.integers(0, 2**63, (count, 2)).tolist()
        rows = [np.random.Generator(np.random.Philox(key=high << 64 | low)) for high, low in seeds]
        return self.maker.write(rows, wish.bars, codes, wish.strength, wish.temperature)

    def _manner(self, generator: np.random.Generator, wish: Wishes) -> tuple[int, float]:
        """Semitones from C, quarters a minute: as wished, the weightiest inspirer's, or those of a training piece."""
        from modeloid.music.phrase import in_c

        draws = generator.random(2)
        if wish.inspired:
            first = max(wish.inspirers, key=lambda one: one.weight)
            _, shift = in_c(first.rows, self._items.drums)
            return -shift, wish.tempo_bpm or first.tempo_bpm
        tempos = self._memory.tempos_bpm()
        usual = float(tempos[int(draws[1] * len(tempos))]) if len(tempos) else _USUAL_BPM
        return int(draws[0] * 12) - 5, wish.tempo_bpm or usual

    def _codes(self, wish: Wishes) -> Codes:
        """The ideas of all inspirers, weighed: what is nearest to the mean of their symbols."""
        count, giver = sections_of(wish.bars), self.ensemble.giver
        sections, whole = np.zeros((count, CODE_SIZE)), np.zeros(PIECE_SIZE)
        for one in wish.inspirers:
            codes = giver.codes(views(one.sections, self._items.drums))
            sections += one.weight * codes.numpy()[one.follows(count)]
            whole += one.weight * giver.whole(codes[None])[0].numpy()
        return Codes(nearest_levels(sections), nearest_levels(whole))

    def codes_of(self, slices: Sequence[Rows]) -> NDArray[np.int64]:
        """What is heard in slices of eight bars, by the encoder that gives the ideas: (slices, 16) symbols, 0 to 3."""
        codes = self.ensemble.giver.codes(views(slices, self._items.drums))
        return np.asarray(symbols_of(codes).cpu().numpy(), np.int64)

    def _known(self) -> Chooser:
        if self._chooser is None:
            self._chooser = Chooser(self.ensemble, self._memory, self._counters["lines"], self._items.drums)
        return self._chooser

    def averaged(self) -> AbstractContextManager[None]:
        """Sample and tell losses with averaged weights inside; training goes on with the others."""
        return _all(self._averages)

    def save(self, directory: Path) -> None:
        """Write the complete state into an empty directory: all networks, averages, optimisers, pieces, counters."""
        self._state.save(directory)
        self._memory.save(directory)


def _ended(rows: Rows, bars: int) -> Rows:
    """The notes, none of which sounds beyond the last bar."""
    found = rows.copy()
    found[:, LENGTH] = np.minimum(found[:, LENGTH], bars * BAR_STEPS - found[:, ONSET])
    return found


def _doubled(turn: int, first: int) -> bool:
    """Whether a turn is the first, or 2, 4, 8 ... times as late."""
    times, rest = divmod(turn, first)
    return rest == 0 and times > 0 and times & (times - 1) == 0


def _members(model: Mapping[str, Any]) -> list[Member]:
    """As many of the usual ones, as much wider or narrower as the first is."""
    scale = model["idea_width"] / MEMBERS[0].width
    return [one._replace(width=max(8, round(one.width * scale / 8) * 8)) for one in MEMBERS[: model["members"]]]


@contextmanager
def _all(averages: Mapping[str, Average]) -> Iterator[None]:
    with ExitStack() as stack:
        for average in averages.values():
            stack.enter_context(average.averaged())
        yield
