"""Running a modeloid: train, rehearse, test, check."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .wiring import open_card, open_domain, world_of

if TYPE_CHECKING:
    from ..check.suite import Result
    from ..cycle.card import Card
    from ..cycle.contract import Modeloid, Watcher
    from ..cycle.stop import Stop
    from ..cycle.view import Outcome


def load(directory: str | Path, state: str = "best", trusted: bool = False) -> Modeloid:
    """Load the modeloid's object in one of its states: "best", "last", a turn or a checkpoint's name."""
    return loaded(open_card(directory, trusted), state)


def loaded(card: Card, state: str = "best") -> Modeloid:
    """The object of an opened card in one of its states."""
    from ..cycle import checkpoint

    assert card.load_model is not None, "a card that is loaded was opened, not only read"
    made: Modeloid = card.load_model(card, checkpoint.find(card.directory / "state", state).path, world_of(card))
    return made


def train(
    directory: str | Path,
    *,
    limit_s: float = math.inf,
    devices: str = "1",
    precision: str | None = None,
    deterministic: bool = False,
    trusted: bool = False,
    watchers: Sequence[Watcher] = (),
    say: Callable[[str], None] | None = None,
) -> Outcome:
    """Train a modeloid as its `cycle` says, from where it stands; at the end it is tested on its best weights.

    Parameters
    ----------
    limit_s
        Stop after so many seconds, resumably.
    devices, precision, deterministic
        For modeloids that use a framework: how many processes, which arithmetic (None is what `model["precision"]`
        says, "auto" where it says nothing), and byte-equal results on a GPU.
    trusted
        Run an mconfig that is code, for this one call.
    watchers
        Told of every event.
    say
        Told where the data come from and under what licence.
    """
    from ..cycle.stop import Stop

    with Stop(limit_s) as stop:
        card = open_card(directory, trusted)
        return _train(card, stop, (devices, precision, deterministic), watchers, say)


def _train(
    card: Card,
    stop: Stop,
    machine: tuple[str, str | None, bool],
    watchers: Sequence[Watcher],
    say: Callable[[str], None] | None,
) -> Outcome:
    from ..cycle.loop import run

    world = world_of(card, *machine)
    domain = open_domain(card.data, card.directory)
    if say and world.rank == 0:
        for line in domain.licences:
            say(line)
    return run(card, domain, world, stop, watchers if world.rank == 0 else ())


def dry(directory: str | Path, trusted: bool = False) -> dict[str, float]:
    """One turn of each stage, leaving no trace; stage -> seconds."""
    from ..check import rehearsal

    card = open_card(directory, trusted)
    return rehearsal.dry(card, open_domain(card.data, card.directory), world_of(card))


def overfit(directory: str | Path, turns: int = 200, trusted: bool = False) -> Iterator[dict[str, float]]:
    """Train on one batch again and again, leaving no trace; yields what each turn logs."""
    from ..check import rehearsal

    card = open_card(directory, trusted)
    return rehearsal.overfit(card, open_domain(card.data, card.directory), turns, world_of(card))


def test(directory: str | Path, trusted: bool = False, say: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Test the best weights on the test part; also written to `record/test.json`."""
    from ..cycle.examine import tested
    from ..cycle.lock import Lock
    from ..cycle.recipe import Recipe

    card = open_card(directory, trusted)
    domain = open_domain(card.data, card.directory)
    for line in domain.licences if say else ():
        say(line) if say else None
    with Lock(card.directory):
        return tested(card, domain, world_of(card), Recipe.read(card.cycle))


def check(directory: str | Path, trusted: bool = False) -> list[Result]:
    """Hold a modeloid against the contract; one result a promise. Its own state is not touched."""
    from ..check.suite import check as suite

    card = open_card(directory, trusted)
    assert card.load_model is not None
    make: Callable[..., Modeloid] = card.load_model
    return suite(card, make, open_domain(card.data, card.directory), world_of(card))
