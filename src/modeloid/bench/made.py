"""The modeloids of a bench: made where they are not there yet, never taken for others, and trained to their end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from modeloid import app
from modeloid.cycle.errors import ModeloidError

Settings = Mapping[str, Any]


def ensure(target: Path, family: str, preset: str, asked: Settings, start: Settings | None = None) -> None:
    """Make a modeloid, or see that the one that is there is what is asked for.

    Parameters
    ----------
    asked
        Parameters, ``data`` and ``cycle``, as for `app.create`. What is not named here is not compared with what is
        there, so that modeloids made by a longer command are still scored.
    start
        As `asked`, below it, for a new one alone.

    Raises
    ------
    ModeloidError
        One is there that was made with other settings, or one cannot be made.
    """
    if "preset" in asked:
        raise ModeloidError("the bench chooses the preset", f"preset={asked['preset']}", "Leave it out")
    if not (target / "mconfig.py").exists():
        below = start or {}
        cycle = {**below.get("cycle", {}), **asked.get("cycle", {})}
        app.create(family, target, preset=preset, **{**below, **asked, "cycle": cycle})
        return
    card = app.show(target)
    for key, now, then in _differing(asked, {**card, **card["model"]}):
        raise ModeloidError(f"was made with other settings ({key}: {then}, not {now})", target, "Use another --root")


def finished(target: Path) -> Any:
    """Train a modeloid to its end: an `Outcome` that has a `best` and a `test`.

    Raises
    ------
    ModeloidError
        It was stopped before, or never validated.
    """
    outcome = app.train(target)
    if outcome.status != "done" or outcome.test is None:
        raise ModeloidError(f"stopped at turn {outcome.step} ({outcome.reason})", target, "Run the bench again")
    if outcome.best is None:
        do = "Say cycle.validate=50t, for example, in a new root"
        raise ModeloidError(f"never validated in its {outcome.step} turns", target, do)
    return outcome


def _differing(wanted: Mapping[str, Any], there: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What is wanted otherwise than it is there: its name, with dots, the value wanted and the one there."""
    for key, value in wanted.items():
        found = there.get(key)
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            yield from _differing(value, found, f"{above}{key}.")
        elif _listed(value) != _listed(found):
            yield f"{above}{key}", value, found


def _listed(value: Any) -> Any:
    """An mconfig holds lists where tuples were given."""
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value
