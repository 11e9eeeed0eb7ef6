"""How a run begins: the newest checkpoint that verifies, and the record cut back to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import checkpoint as checkpoints
from .card import Card
from .contract import World
from .errors import CycleError, StateError
from .recipe import Recipe
from .state import State, differences

LOG = "log.jsonl"


def fixed(card: Card, recipe: Recipe) -> dict[str, Any]:
    """What may not change once there is a state."""
    kept = {"seed": recipe.seed, "batch": recipe.batch}
    return {"id": card.id, "model": dict(card.model), "data": dict(card.data), "cycle": kept}


def newest(card: Card, world: World, say: Callable[[str], None]) -> checkpoints.Checkpoint | None:
    """What to go on from, the same for all processes; rank 0 looks and clears away what a kill left."""
    states, record = card.directory / "state", card.directory / "record"
    name = None
    if world.rank == 0:
        checkpoints.sweep(states)
        checkpoints.sweep(record)
        checkpoints.sweep(record / "samples")
        states.mkdir(exist_ok=True)
        found = checkpoints.newest(states, record, say)
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
            "Change it back, or `modeloid fork` it and begin anew there",
        )


def read_state(saved: dict[str, Any], recipe: Recipe, say: Callable[[str], None]) -> State:
    """The cycle's state from a checkpoint; a best of another quantity is forgotten."""
    state = State.from_json(saved["state"])
    aim = [recipe.sign, recipe.quantity]
    if state.best and saved["aim"] != aim:
        say(f"best was of {saved['aim'][1]} and is looked for anew")
        state.best, state.since_best = None, 0
    return state


def cut_samples(samples: Path, state: State) -> None:
    """Remove the pieces of turns that the checkpoint knows nothing of."""
    for directory in samples.glob("step-*"):
        step = int(directory.name.removeprefix("step-"))
        if step > state.step or (step == state.step and "generate" in state.pending):
            shutil.rmtree(directory)


def check_parts(domain_sizes: dict[str, int], recipe: Recipe) -> None:
    """Refuse data that the recipe cannot be followed on.

    Raises
    ------
    CycleError
        Where there is nothing to validate on.
    """
    if recipe.validate and domain_sizes["valid"] < 1:
        raise CycleError("the validation part has no items", "data", 'Add pieces, or set cycle["validate"] = "never"')
