"""Watchers that show how a run goes: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modeloid.cycle.contract import Watcher
    from modeloid.cycle.view import View

_LINE_EVERY_S, _BAR_EVERY_S = 10.0, 0.1


@contextmanager
def shown() -> Iterator[Watcher]:
    """The watcher that fits where the output goes; progress goes to the error stream."""
    if sys.stderr.isatty():
        with _bar() as watcher:
            yield watcher
    else:
        yield Lines()


class Lines:
    """Prints a line at each validation and notice, and every ten seconds."""

    def __init__(self) -> None:
        self._said = 0.0
        self._train: Mapping[str, float] = {}

    def __call__(self, event: str, view: View) -> None:
        """Take one event."""
        now = time.monotonic()
        if event == "turn":
            self._train = view.metrics
            if now - self._said < _LINE_EVERY_S:
                return
            self._say(f"{where(view)}  {numbers(view.metrics)}", now)
        elif event == "validate":
            self._say(f"{where(view)}  {numbers(self._train)}  valid {numbers(view.metrics)}", now)
        elif event == "notice":
            self._say(f"note: {view.text}", now)
        elif event == "start" and view.state.step:
            self._say(f"resuming at {where(view)}", now)

    def _say(self, text: str, now: float) -> None:
        self._said = now
        print(text, file=sys.stderr, flush=True)


def where(view: View) -> str:
    """The turn and epoch in words."""
    last = "" if math.isinf(view.last) else f"/{view.last:.0f}"
    return f"turn {view.state.step}{last} (epoch {view.state.step / view.turns_per_epoch:.1f})"


def numbers(values: Mapping[str, float]) -> str:
    """Quantities on one line, four digits each."""
    return "  ".join(f"{name} {value:.4g}" for name, value in values.items())


@contextmanager
def _bar() -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[numbers]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        task = progress.add_task("training", total=None, numbers="")
        shown_at = 0.0
        best = ""

        def watch(event: str, view: View) -> None:
            """Move the bar on, at most ten times a second while turns follow one another.

            Parameters
            ----------
            event
                One of `modeloid.cycle.loop.run`'s: a "notice" is printed above the bar, a "validate" leaves its
                quantities behind those of the turn, any but "turn" redraws the bar at once.
            view
                The run: the bar stands at its turn, out of `last` where that is known.
            """
            nonlocal shown_at, best
            now = time.monotonic()
            if event == "notice":
                progress.console.print(f"note: {view.text}", markup=False)
            if event == "validate":
                best = f"valid {numbers(view.metrics)}"
            if event != "turn" or now - shown_at >= _BAR_EVERY_S or view.state.step >= view.last:
                shown_at = now
                total = None if math.isinf(view.last) else view.last
                stage = "training" if event in ("turn", "start", "save") else {"end": "done"}.get(event, event)
                text = f"{numbers(view.metrics)}  {best}" if event == "turn" else best
                progress.update(task, completed=view.state.step, total=total, description=stage, numbers=text)

        yield watch
