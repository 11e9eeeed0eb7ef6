"""The main cycle. The docstring of `run` is its specification; the rest of this file follows that text."""

from __future__ import annotations

import errno
import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from . import checkpoint as checkpoints
from . import opening, stages
from .cadence import Cadence, Span
from .card import Card
from .contract import Domain, Explains, Modeloid, Watcher, World
from .environment import commit, machine, memory_mb
from .errors import StorageError, nearest
from .examine import tested
from .feed import Feed
from .lock import Lock
from .log import Log, NoLog, append
from .order import Order, shard
from .recipe import Recipe
from .state import State, differences
from .stop import Stop
from .view import ASKS, Outcome, View
from .watchdog import Watchdog
from .world import Alone

_NON_FINITE, _FINISH = 16, 32
_SECONDS_BETWEEN_LOOKS, _SECONDS_BETWEEN_SPEEDS = 0.5, 10.0
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EACCES, errno.EPERM)


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
    with ExitStack() as held, _disk_faults(card):
        if world.rank == 0:
            held.enter_context(Lock(card.directory))
        stop = stop or held.enter_context(Stop())
        stop.file = card.directory / "STOP"
        cycle = _Cycle(card, domain, world, stop, watchers)
        held.enter_context(cycle.watchdog)
        try:
            return cycle.go()
        except Exception as error:
            cycle.failed(error)
            raise
        finally:
            cycle.log.close()


class _Cycle:
    """One run: what it holds, and its stages in the order of the specification."""

    def __init__(self, card: Card, domain: Domain, world: World, stop: Stop, watchers: Sequence[Watcher]) -> None:
        self.card, self.domain, self.world, self.stop, self.watchers = card, domain, world, stop, watchers
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
        self.new = True
        self.modeloid: Modeloid = self._load(opening.newest(card, world, self._say))
        self.first_step, self.life_before_s = self.state.step, self.state.life_s
        self.every = self.recipe.log.turns(self.order.turns_per_epoch) or 1
        self.cadences = {name: self._cadence(getattr(self.recipe, name)) for name in ("validate", "generate", "save")}
        self.speed_since = (self.state.step, self.started)
        self.next_turn, self.next_time = 0.0, 0.0
        self.over = bool(world.agree(int(self._is_over()))) or self._out_of_patience()
        hang_s = self.recipe.hang.seconds if self.recipe.hang else math.inf
        self.watchdog = Watchdog(hang_s, self.record / "stacks.txt", self._hanging)

    # --- beginning

    def _load(self, checkpoint: checkpoints.Checkpoint | None) -> Modeloid:
        offset = None
        if checkpoint is not None:
            saved = checkpoint.cycle()
            opening.check_unchanged(self.card, self.recipe, saved)
            self.state = self.view.state = opening.read_state(saved, self.recipe, self.states, self._say)
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
        modeloid: Modeloid = self.card.load_model(self.card, checkpoint.path if checkpoint else None, self.world)
        return modeloid

    def _compare(self, saved: Mapping[str, Any]) -> None:
        for what, now in (("environment", self._environment()), ("digest", self.domain.digest)):
            changed = list(differences(saved[what], now, what))
            if changed:
                self._say(f"not byte-equal to an undisturbed run from here on: {'; '.join(changed)}")

    def _environment(self) -> dict[str, Any]:
        where = machine()
        return {**self.world.environment(), "processor": where["processor"], "python": where["python"]}

    def _cadence(self, span: Span | None) -> Cadence:
        by_clock = span is not None and span.turns(1) is None
        mine = None if by_clock and self.world.rank else span
        return Cadence(mine, self.order.turns_per_epoch, self.state.step, self.now)

    def go(self) -> Outcome:
        """The whole run."""
        self._journal("start", new=self.new)
        self._note_run()
        self._tell("start")
        if self.new:
            self._save()
        if self.state.pending:
            self._end_turn(self.state.pending, stopping=False, saving=True)
        if not self._stopping():
            self._train()
        return self._end()

    def _stopping(self) -> bool:
        return bool(self.world.agree(int(self._asked())))

    # --- one turn after the other

    def _train(self) -> None:
        state, modeloid, world, rng = self.state, self.modeloid, self.world, self.rng
        self._look_ahead()
        with Feed(self.domain, self.order, rng, world, self.recipe.ahead) as feed:
            while not self.over:
                batch = feed.batch(state.step)
                metrics = modeloid.train(batch, rng.at("train", state.step, world.rank))
                state.step += 1
                self.watchdog.beats += 1
                bits = self._log_turn(metrics)
                if self.watchers:
                    self._tell("turn")
                self.now = time.monotonic()
                if state.step >= self.next_turn or self.now >= self.next_time or self.view.asked or self.stop.reason:
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
            values = self._since_last(values)
        if values:
            self.log.write(self.state.step, "train", values)
        return 0

    def _since_last(self, values: Mapping[str, float]) -> dict[str, float]:
        sums = self.state.sums
        for name, value in values.items():
            entry = sums.setdefault(name, [0.0, 0])
            entry[0] += value
            entry[1] += 1
        if self.state.step % self.every:
            return {}
        means = {name: total / count for name, (total, count) in sums.items()}
        sums.clear()
        return means

    def _due(self) -> int:
        step, now = self.state.step, self.now
        bits = sum(ASKS[name] for name, cadence in self.cadences.items() if cadence.due(step, now)) | self.view.asked
        if self._asked():
            bits |= ASKS["stop"]
        self.view.asked = 0
        if self._is_over():
            bits |= _FINISH
        if self.world.rank == 0:
            self.log.flush()
            self._journal_speed()
        self._look_ahead()
        return bits

    def _is_over(self) -> bool:
        if self.view.last != math.inf:
            return self.state.step >= self.view.last
        return self.world.rank == 0 and self._life_s() >= self.recipe.last.seconds

    def _out_of_patience(self) -> bool:
        return 0 < self.recipe.patience <= self.state.since_best

    def _life_s(self) -> float:
        return self.life_before_s + time.monotonic() - self.started

    def _look_ahead(self) -> None:
        turns = [cadence.next_turn for cadence in self.cadences.values()]
        times = [cadence.next_time for cadence in self.cadences.values()]
        self.next_turn = min(*turns, self.view.last)
        self.next_time = min(*times, self.now + _SECONDS_BETWEEN_LOOKS)

    def _act(self, bits: int) -> bool:
        if bits & _NON_FINITE:
            self.log.flush()
            stages.finite(self.view.metrics, "train", self.state.step)
        self.over = self.over or bool(bits & _FINISH)
        for name, cadence in self.cadences.items():
            if bits & ASKS[name]:
                cadence.passed(self.state.step, self.now)
        todo = [name for name in ("validate", "generate") if bits & ASKS[name]]
        stopping = bool(bits & ASKS["stop"])
        if todo or stopping or self.over or bits & ASKS["save"]:
            stopping = self._end_turn(todo, stopping, saving=self.over or bool(bits & ASKS["save"]))
        self._look_ahead()
        return stopping

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
        aimed_at, _, name = self.recipe.quantity.partition("/")
        if aimed_at == stage:
            self._compare_with_best(name, values)
        self._journal(event, seconds=round(time.monotonic() - begin, 3))
        self._tell(event, values)

    def _compare_with_best(self, name: str, values: Mapping[str, float]) -> None:
        if name not in values:
            known = [f"{self.recipe.quantity.partition('/')[0]}/{key}" for key in values]
            raise stages.no_quantity(self.recipe.quantity, nearest(self.recipe.quantity, known))
        value, best = values[name], self.state.best
        if best is None or not self.recipe.aims_at(best) or self.recipe.sign * (value - best["value"]) > 0:
            aim = {"quantity": self.recipe.quantity, "sign": self.recipe.sign}
            self.state.best = {"step": self.state.step, "value": value, **aim}
            self.state.since_best = 0
        else:
            self.state.since_best += 1

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
        self._journal("save", name=name, seconds=round(time.monotonic() - begin, 3))
        self._tell("save", text=name)

    def _keep(self) -> None:
        checkpoints.keep(self.states, self.state.best["step"] if self.state.best else None)

    def _cycle_json(self) -> dict[str, Any]:
        source = {**self.card.source, "state_format": getattr(self.modeloid, "state_format", 1)}
        return {
            "state": self.state.to_json(),
            "fixed": opening.fixed(self.card, self.recipe),
            "model": source,
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
                self._tell("test", {})
            except stages.BrokenOffError:
                stopped, reason = True, self.stop.reason
        status = "stopped" if stopped else "done"
        self._journal("end", status=status, reason=reason, memory_mb=memory_mb())
        turns = self.state.step - self.first_step
        outcome = Outcome(status, self.state.step, turns, reason, self.state.best, test, self.world.rank)
        self._tell("end", text=reason)
        return outcome

    # --- what is told and written down

    def _tell(self, event: str, metrics: Mapping[str, float] | None = None, text: str = "") -> None:
        if metrics is not None:
            self.view.metrics = metrics
        self.view.text = text
        for watcher in self.watchers:
            watcher(event, self.view)

    def _say(self, text: str) -> None:
        self._journal("notice", text=text)
        self._tell("notice", text=text)

    def failed(self, error: Exception) -> None:
        """Write down what ended the run; what fails at that is not worth more than the error itself."""
        with suppress(OSError):
            self._journal("failed", text=f"{type(error).__name__}: {error}", memory_mb=memory_mb())

    def _hanging(self) -> None:
        self._journal("hang", text="nothing moves; the stacks are in stacks.txt")

    def _journal(self, what: str, **more: Any) -> None:
        if self.world.rank == 0:
            append(self.record / "journal.jsonl", {"step": self.state.step, "what": what, **more})

    def _journal_speed(self) -> None:
        step, since = self.speed_since
        if self.now - since >= _SECONDS_BETWEEN_SPEEDS:
            speed = (self.state.step - step) / (self.now - since)
            self._journal("speed", turns_per_s=round(speed, 3), memory_mb=memory_mb())
            self.speed_since = (self.state.step, self.now)

    def _note_run(self) -> None:
        if self.world.rank:
            return
        entry = {
            "step": self.state.step,
            "argv": sys.argv,
            "commit": commit(Path(__file__).resolve().parent),
            "model": dict(self.card.source),
            "machine": machine(),
            "environment": self.world.environment(),
            "cycle": dict(self.card.cycle),
            "data": self.domain.digest,
            "licences": list(self.domain.licences),
        }
        append(self.record / "runs.jsonl", entry)
        if isinstance(self.domain, Explains):
            text = json.dumps({"schema": 1, **self.domain.about()}, indent=1, ensure_ascii=False)
            checkpoints.replace_text(self.record / "data.json", text + "\n")


@contextmanager
def _disk_faults(card: Card) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise StorageError(
            f"reading or writing failed ({error.strerror})",
            error.filename if isinstance(error.filename, str) else card.directory,
            "Make room, or see to the permissions, and train again: it goes on from the last checkpoint",
        ) from error
