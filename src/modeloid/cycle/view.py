"""What a run shows while it goes on, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .card import Card
from .errors import DONE, RESUMABLE, CycleError, nearest
from .state import State

ASKS = {"validate": 1, "generate": 2, "save": 4, "stop": 8}


@dataclass
class View:
    """What a watcher sees of a run. It may read, and `ask`.

    Parameters
    ----------
    card, state
        Whose run, and where it stands.
    last
        The turn the run ends at; infinite where time ends it.
    turns_per_epoch
        What an epoch is.
    metrics
        What the event is about: the turn's training quantities, or those of the stage.
    text
        A notice in words, or the name of what was written.
    """

    card: Card
    state: State
    last: float
    turns_per_epoch: int
    metrics: Mapping[str, float] = field(default_factory=dict)
    text: str = ""
    asked: int = 0

    def ask(self, what: str) -> None:
        """Ask for "save", "validate", "generate" or "stop" at the end of this turn."""
        if what not in ASKS:
            raise CycleError(f"nothing to ask for called {what!r}", "ask", nearest(what, ASKS))
        self.asked |= ASKS[what]


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Parameters
    ----------
    status
        "done" or "stopped".
    step
        Turns done in the modeloid's life.
    turns
        Turns done in this run.
    reason
        What ended it, in words.
    best
        {"step", "value", "quantity", "sign"} of the best checkpoint, or None.
    test
        The content of `test.json`, or None.
    rank
        Which of the processes says so; they all say the same.
    """

    status: str
    step: int
    turns: int
    reason: str
    best: Mapping[str, Any] | None = None
    test: Mapping[str, Any] | None = None
    rank: int = 0

    @property
    def exit_code(self) -> int:
        """0 when done, 75 when it can be resumed."""
        return DONE if self.status == "done" else RESUMABLE
