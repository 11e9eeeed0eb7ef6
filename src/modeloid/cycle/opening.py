"""How a run begins: the newest checkpoint that verifies, and the record cut back to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import checkpoint as checkpoints
from .card import Card
from .contract import World
from .errors import CycleError, StateError
from .log import HEADER
from .recipe import Recipe
from .state import State, differences

LOG = "log.jsonl"


def fixed(card: Card, recipe: Recipe) -> dict[str, Any]:
    """What may not change once there is a state, as JSON gives it back."""
    kept = {"seed": recipe.seed, "batch": recipe.batch}
    facts = {"model": dict(card.model), "data": dict(card.data), "cycle": kept}
    return dict(json.loads(json.dumps(facts)))


def newest(card: Card, world: World, say: Callable[[str], None]) -> checkpoints.Checkpoint | None:
    """What to go on from, the same for all processes; rank 0 looks and clears away what a kill left.

    Raises
    ------
    StateError
        Where no checkpoint verifies, or the record tells of turns that no checkpoint holds.
    """
    states, record = card.directory / "state", card.directory / "record"
    name = None
    if world.rank == 0:
        checkpoints.sweep(states)
        checkpoints.sweep(record)
        checkpoints.sweep(record / "samples")
        states.mkdir(exist_ok=True)
        record.mkdir(exist_ok=True)
        checkpoints.sync(card.directory)
        found = checkpoints.newest(states, record, say)
        log = record / LOG
        if found is None and log.exists() and log.stat().st_size > len(HEADER):
            raise StateError(
                "tells of turns, but there is no checkpoint",
                log,
                "Bring state/ back, or move record/ away to begin anew",
            )
        name = found.path.name if found else None
    name = world.share(name)
    return checkpoints.Checkpoint.at(states / name) if name else None


def check_unchanged(card: Card, recipe: Recipe, saved: dict[str, Any]) -> None:
    """Refuse to go on with another architecture, other data, seed or batch.

    Raises
    ------
    StateError
        Naming every difference.
    """
    changed = list(differences(saved["fixed"], fixed(card, recipe)))
    if changed:
        raise StateError(
            f"changed since it was trained: {'; '.join(changed)}",
            card.directory / "mconfig.py",
            "Change it back, or `modeloid fork --new` it and change the copy",
        )


def read_state(saved: dict[str, Any], recipe: Recipe, states: Path, say: Callable[[str], None]) -> State:
    """The cycle's state from a checkpoint; a best of another quantity stands until there is one of this."""
    state = State.from_json(saved["state"])
    if state.best and all(found.step != state.best["step"] for found in checkpoints.existing(states)):
        say(f"the best checkpoint, of turn {state.best['step']}, is gone; the best is looked for anew")
        state.best, state.since_best = None, 0
    if state.best and not recipe.aims_at(state.best):
        say(f"best was of {state.best['quantity']} and is looked for anew")
        state.since_best = 0
    return state


def cut_samples(samples: Path, state: State) -> None:
    """Remove the pieces of turns that the checkpoint knows nothing of."""
    for directory in samples.glob("step-" + "[0-9]" * 9):
        step = int(directory.name.removeprefix("step-"))
        if step > state.step or (step == state.step and "generate" in state.pending):
            shutil.rmtree(directory)


def check_sizes(valid: int, processes: int, recipe: Recipe) -> None:
    """Refuse what the recipe cannot be followed on.

    Raises
    ------
    CycleError
        Where there is nothing to validate on, or a batch has not one item for each process.
    """
    if recipe.batch < processes:
        raise CycleError(
            f"{recipe.batch} items are too few for {processes} processes",
            "cycle['batch']",
            f"Take at least {processes}",
        )
    if recipe.validate and valid < 1:
        raise CycleError("the validation part has no items", "data", 'Add pieces, or set cycle["validate"] = "never"')
