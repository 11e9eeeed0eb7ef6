"""The main cycle. The docstring of `run` is its specification; the rest of this file follows that text."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

from . import checkpoint as checkpoints
from . import opening, stages
from .cadence import Cadence, Schedule, Span
from .card import Card
from .contract import Domain, Modeloid, Watcher, World
from .environment import machine, memory_mb
from .errors import disk_faults
from .examine import tested
from .feed import Feed
from .journal import Journal
from .lock import Lock
from .log import Log, NoLog
from .order import Order, shard
from .recipe import Recipe
from .state import State, differences
from .stop import Stop
from .view import ASKS, Outcome, View
from .watchdog import Watchdog
from .world import Alone

_NON_FINITE, _FINISH = 16, 32


def run(
    card: Card,
    domain: Domain,
    world: World | None = None,
    stop: Stop | None = None,
    watchers: Sequence[Watcher] = (),
) -> Outcome:
    """Train, validate, generate with and test one modeloid, with everything recorded.

    ::

        under the lock, handlers standing, dead temporaries swept, logs and samples cut to the checkpoint,
        a first save if new:
        do what a stop left pending
        for step in range(state.step, last):
            train       every turn:  modeloid.train(domain.batch(...), rng)
            agree       what is due, asked or stopping: rank 0 decides for all, a stop of any process counts
            validate    when due; a better value of the chosen quantity moves "best" and asks for a save
            generate    when due: pieces, written with their seeds and wishes, judged as a set
            save        when due, asked or stopping; always last, so a checkpoint holds its own turn's results
        test            on the best weights, once

    Parameters
    ----------
    card
        The modeloid's; its `load_model` makes the object.
    domain
        Data and pieces.
    world
        The processes at work; None is this one alone.
    stop
        Entered already where handlers must stand before heavy imports; None makes one.
    watchers
        Called with an event ("start", "turn", "validate", "generate", "save", "notice", "test", "end") and a `View`.

    Raises
    ------
    CycleError, StateError, LockError, StorageError, NonFiniteError
        Each explained in one line; what was durable stays so.
    """
    world = world or Alone()
    with ExitStack() as held, disk_faults(card.directory):
        if world.rank == 0:
            held.enter_context(Lock(card.directory))
        stop = stop or held.enter_context(Stop())
        stop.file = card.directory / "STOP"
        cycle = _Cycle(card, domain, world, stop, watchers)
        held.enter_context(cycle.watchdog)
        try:
            return cycle.go()
        except Exception as error:
            cycle.journal.failed(error)
            raise
        finally:
            cycle.log.close()


class _Cycle:
    """One run: what it holds, and its stages in the order of the specification."""

    def __init__(self, card: Card, domain: Domain, world: World, stop: Stop, watchers: Sequence[Watcher]) -> None:
        self.card, self.domain, self.world, self.stop = card, domain, world, stop
        self.recipe = Recipe.read(card.cycle)
        self.rng = card.rng
        self.record, self.states = card.directory / "record", card.directory / "state"
        self.order = Order(self.rng, domain.size("train"), self.recipe.batch)
        self.share = len(shard(np.arange(self.recipe.batch), world.rank, world.size)) / self.recipe.batch
        opening.check_sizes(domain.size("valid"), world.size, self.recipe)
        self.started = self.now = time.monotonic()
        self.state = State()
        last_step = self.recipe.last.turns(self.order.turns_per_epoch)
        self.view = View(card, self.state, math.inf if last_step is None else last_step, self.order.turns_per_epoch)
        self.journal = Journal(self.record, self.view, world.rank, watchers)
        self.new = True
        self._load(opening.newest(card, world, self.journal.say))
        self.first_step, self.life_before_s = self.state.step, self.state.life_s
        self.every = self.recipe.log.turns(self.order.turns_per_epoch) or 1
        cadences = {name: self._cadence(getattr(self.recipe, name)) for name in ("validate", "generate", "save")}
        self.schedule = Schedule(cadences, self.view.last, self.now)
        self.over = bool(world.agree(int(self._is_over()))) or self._out_of_patience()
        hang_s = self.recipe.hang.seconds if self.recipe.hang else math.inf
        self.watchdog = Watchdog(hang_s, self.record / "stacks.txt", self.journal.hanging)

    # --- beginning

    def _load(self, checkpoint: checkpoints.Checkpoint | None) -> None:
        offset = None
        if checkpoint is not None:
            saved = checkpoint.cycle()
            opening.check_unchanged(self.card, self.recipe, saved)
            self.state = self.view.state = opening.read_state(saved, self.recipe, self.states, self.journal.say)
            self._compare(saved)
            self.new = False
            offset = checkpoint.manifest()["logs"][opening.LOG]
        if self.world.rank == 0:
            if checkpoint is not None:
                self._keep()
            self.log: Log | NoLog = Log(self.record / opening.LOG, offset)
            opening.cut_samples(self.record / "samples", self.state)
        else:
            self.log = NoLog()
        assert self.card.load_model is not None, "a card that is trained was opened, not only read"
        path = checkpoint.path if checkpoint else None
        self.modeloid: Modeloid = self.card.load_model(self.card, path, self.world)

    def _compare(self, saved: Mapping[str, Any]) -> None:
        for what, now in (("environment", self._environment()), ("digest", self.domain.digest)):
            changed = list(differences(saved[what], now, what))
            if changed:
                self.journal.say(f"not byte-equal to an undisturbed run from here on: {'; '.join(changed)}")

    def _environment(self) -> dict[str, Any]:
        where = machine()
        return {**self.world.environment(), "processor": where["processor"], "python": where["python"]}

    def _cadence(self, span: Span | None) -> Cadence:
        by_clock = span is not None and span.turns(1) is None
        mine = None if by_clock and self.world.rank else span
        return Cadence(mine, self.order.turns_per_epoch, self.state.step, self.now)

    def go(self) -> Outcome:
        """The whole run."""
        self.journal.begin(self.card, self.domain, self.world, self.new, self.started)
        if self.new:
            self._save()
        if self.state.pending:
            self._end_turn(self.state.pending, stopping=False, saving=True)
        if not self.world.agree(int(self._asked())):
            self._train()
        return self._end()

    # --- one turn after the other

    def _train(self) -> None:
        state, modeloid, world, rng = self.state, self.modeloid, self.world, self.rng
        journal, schedule = self.journal, self.schedule
        with Feed(self.domain, self.order, rng, world, self.recipe.ahead) as feed:
            while not self.over:
                batch = feed.batch(state.step)
                metrics = modeloid.train(batch, rng.at("train", state.step, world.rank))
                state.step += 1
                self.watchdog.beats += 1
                bits = self._log_turn(metrics)
                if journal.watchers:
                    journal.tell("turn")
                self.now = time.monotonic()
                look = state.step >= schedule.next_turn or self.now >= schedule.next_time
                if look or self.view.asked or self.stop.reason:
                    bits |= self._due()
                if world.size > 1:
                    bits = world.agree(bits)
                if bits and self._act(bits):
                    return

    def _log_turn(self, metrics: Mapping[str, float]) -> int:
        values = {name: float(value) for name, value in metrics.items()}
        if self.world.size > 1:
            names = sorted(values)
            totals = self.world.sum(self.share * np.array([values[name] for name in names], dtype=np.float64))
            values = dict(zip(names, totals.tolist(), strict=True))
        self.view.metrics = values
        for value in values.values():
            if value - value != 0.0:
                return _NON_FINITE
        if self.every > 1:
            values = self.state.mean_since_logged(values, self.every)
        if values:
            self.log.write(self.state.step, "train", values)
        return 0

    def _due(self) -> int:
        bits = sum(ASKS[name] for name in self.schedule.due(self.state.step, self.now)) | self.view.asked
        if self._asked():
            bits |= ASKS["stop"]
        self.view.asked = 0
        if self._is_over():
            bits |= _FINISH
        if self.world.rank == 0:
            self.log.flush()
            self.journal.speed(self.now)
        return bits

    def _is_over(self) -> bool:
        if self.view.last != math.inf:
            return self.state.step >= self.view.last
        return self.world.rank == 0 and self._life_s() >= self.recipe.last.seconds

    def _out_of_patience(self) -> bool:
        return 0 < self.recipe.patience <= self.state.since_best

    def _life_s(self) -> float:
        return self.life_before_s + time.monotonic() - self.started

    def _act(self, bits: int) -> bool:
        if bits & _NON_FINITE:
            self.log.flush()
            stages.finite(self.view.metrics, "train", self.state.step)
        self.over = self.over or bool(bits & _FINISH)
        asked = [name for name in ("validate", "generate", "save") if bits & ASKS[name]]
        self.schedule.passed(asked, self.state.step, self.now)
        stopping, saving = bool(bits & ASKS["stop"]), self.over or "save" in asked
        return self._end_turn([name for name in asked if name != "save"], stopping, saving)

    # --- the other stages

    def _end_turn(self, todo: Sequence[str], stopping: bool, saving: bool) -> bool:
        """Do the stages of this turn and save; what a stop prevents becomes pending. Returns whether to stop."""
        best_before = self.state.best
        pending = list(todo)
        self.state.pending = []
        while pending and not stopping:
            try:
                getattr(self, f"_{pending[0]}")()
                pending.pop(0)
            except stages.BrokenOffError:
                stopping = True
        self.state.pending = pending
        self.over = self.over or self._out_of_patience()
        if saving or stopping or self.over or self.state.best != best_before:
            self._save()
        return stopping

    def _asked(self) -> bool:
        self.watchdog.beats += 1
        if self.view.asked & ASKS["stop"]:
            self.stop.reason = self.stop.reason or "asked to"
        return bool(self.stop.poll())

    def _validate(self) -> None:
        begin = time.monotonic()
        values = stages.evaluate(
            self.modeloid, self.domain, "valid", self.recipe.batch, self.world, self.rng, self._asked
        )
        self._measured("validate", "valid", stages.finite(values, "valid", self.state.step), begin)

    def _generate(self) -> None:
        begin = time.monotonic()
        target = self.record / "samples" / f"step-{self.state.step:09d}"

        def judge(pieces: Sequence[Any]) -> dict[str, float]:
            return stages.judge(self.domain, pieces, "valid", self.state.step)

        judged = stages.shown(
            self.modeloid, self.domain, "valid", self.world, self.rng, self.recipe, target, judge, self._asked
        )
        self._measured("generate", "judge", judged, begin)

    def _measured(self, event: str, stage: str, values: dict[str, float], begin: float) -> None:
        if values:
            self.log.write(self.state.step, stage, values)
        self.state.compare_with_best(self.recipe, stage, values)
        self.journal.write(event, seconds=round(time.monotonic() - begin, 3))
        self.journal.tell(event, values)

    def _save(self) -> None:
        begin = time.monotonic()
        self.state.life_s = self._life_s()
        name = ""
        if self.world.rank == 0:
            logs = {opening.LOG: self.log.durable()}
            written = checkpoints.write(self.states, self.state.step, self.modeloid.save, self._cycle_json(), logs)
            self._keep()
            name = written.path.name
        self.world.barrier()
        self.journal.write("save", name=name, seconds=round(time.monotonic() - begin, 3))
        self.journal.tell("save", text=name)

    def _keep(self) -> None:
        checkpoints.keep(self.states, self.state.best["step"] if self.state.best else None)

    def _cycle_json(self) -> dict[str, Any]:
        return {
            "state": self.state.to_json(),
            "fixed": opening.fixed(self.card, self.recipe),
            "model": {**self.card.source, "state_format": getattr(self.modeloid, "state_format", 1)},
            "environment": self._environment(),
            "digest": self.domain.digest,
        }

    # --- the end

    def _end(self) -> Outcome:
        reason, test = self.stop.reason or "another process was stopped", None
        stopped = not self.over or bool(self.state.pending)
        if not stopped:
            reason = "patience" if self._out_of_patience() else "last turn"
            try:
                test = tested(self.card, self.domain, self.world, self.recipe, self._asked, again=False)
                self.journal.tell("test", {})
            except stages.BrokenOffError:
                stopped, reason = True, self.stop.reason
        status = "stopped" if stopped else "done"
        self.journal.write("end", status=status, reason=reason, memory_mb=memory_mb())
        turns = self.state.step - self.first_step
        outcome = Outcome(status, self.state.step, turns, reason, self.state.best, test, self.world.rank)
        self.journal.tell("end", text=reason)
        return outcome
