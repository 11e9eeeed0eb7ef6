"""What a run tells while it goes on: to its watchers and to the journal, and at the start what it runs on."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .card import Card
from .checkpoint import replace_text
from .contract import Domain, Explains, Watcher, World
from .environment import commit, machine, memory_mb
from .log import append
from .view import View

_SECONDS_BETWEEN_SPEEDS = 10.0


class Journal:
    """Calls the watchers, and appends to `journal.jsonl`, which is never cut.

    Parameters
    ----------
    record
        The modeloid's folder of that name.
    view
        What watchers see; its state says of which turn a line is.
    rank
        Of this process: rank 0 alone writes.
    watchers
        Called with the name of an event and the view.
    """

    def __init__(self, record: Path, view: View, rank: int, watchers: Sequence[Watcher]) -> None:
        self.view, self.watchers = view, watchers
        self._record, self._writes = record, rank == 0
        self._speed_since = (0, 0.0)

    def begin(self, card: Card, domain: Domain, world: World, new: bool, started: float) -> None:
        """Note the start of a run, what it runs on, and what its data are; speeds count from the time `started`."""
        self._speed_since = (self.view.state.step, started)
        self.write("start", new=new)
        if self._writes:
            append(self._record / "runs.jsonl", self._run(card, domain, world))
            if isinstance(domain, Explains):
                text = json.dumps({"schema": 1, **domain.about()}, indent=1, ensure_ascii=False)
                replace_text(self._record / "data.json", text + "\n")
        self.tell("start")

    def _run(self, card: Card, domain: Domain, world: World) -> dict[str, Any]:
        return {
            "step": self.view.state.step,
            "argv": sys.argv,
            "commit": commit(Path(__file__).resolve().parent),
            "model": dict(card.source),
            "machine": machine(),
            "environment": world.environment(),
            "cycle": dict(card.cycle),
            "data": domain.digest,
            "licences": list(domain.licences),
        }

    def write(self, what: str, **more: Any) -> None:
        """Append one line of this turn."""
        if self._writes:
            append(self._record / "journal.jsonl", {"step": self.view.state.step, "what": what, **more})

    def tell(self, event: str, metrics: Mapping[str, float] | None = None, text: str = "") -> None:
        """Call the watchers; the metrics stay those of the last event where none are given."""
        if metrics is not None:
            self.view.metrics = metrics
        self.view.text = text
        for watcher in self.watchers:
            watcher(event, self.view)

    def say(self, text: str) -> None:
        """Write a notice down and tell it."""
        self.write("notice", text=text)
        self.tell("notice", text=text)

    def speed(self, now: float) -> None:
        """Write down how fast it goes, where the last such line is old enough."""
        step, since = self._speed_since
        if now - since >= _SECONDS_BETWEEN_SPEEDS:
            speed = (self.view.state.step - step) / (now - since)
            self.write("speed", turns_per_s=round(speed, 3), memory_mb=memory_mb())
            self._speed_since = (self.view.state.step, now)

    def failed(self, error: Exception) -> None:
        """Write down what ended the run; what fails at that is not worth more than the error itself."""
        with suppress(OSError):
            self.write("failed", text=f"{type(error).__name__}: {error}", memory_mb=memory_mb())

    def hanging(self) -> None:
        """Write down that nothing moves."""
        self.write("hang", text="nothing moves; the stacks are in stacks.txt")
