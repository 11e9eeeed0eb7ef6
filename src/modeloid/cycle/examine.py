"""The test stage: on the best weights, written once to `record/test.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import checkpoint as checkpoints
from . import stages
from .card import Card
from .contract import Compares, Domain, HasLikelihood, World
from .recipe import Recipe

SCHEMA = 1


def tested(
    card: Card, domain: Domain, world: World, recipe: Recipe, asked: stages.Asked = bool, again: bool = True
) -> dict[str, Any]:
    """Test the best checkpoint on the test part: losses, likelihood where there is one, and the pieces' judgement.

    Parameters
    ----------
    asked
        Says whether to break off.
    again
        False returns what `test.json` says where it is of the same weights and data.

    Returns
    -------
    The content of `test.json`; the same on all processes.

    Raises
    ------
    BrokenOffError
        When asked to.
    """
    path = card.directory / "record" / "test.json"
    best = checkpoints.find(card.directory / "state", "best")
    before = world.share(_read(path))
    if not again and before.get("step") == best.step and before.get("data") == domain.digest:
        return dict(before)
    assert card.load_model is not None, "a card that is tested was opened, not only read"
    modeloid = card.load_model(card, best.path, world)
    rng, batch = card.rng, recipe.batch
    result: dict[str, Any] = {"schema": SCHEMA, "checkpoint": best.path.name, "step": best.step, "data": domain.digest}
    if domain.size("test"):
        losses = stages.evaluate(modeloid, domain, "test", batch, world, rng, asked)
        result["loss"] = stages.finite(losses, "test", best.step)
        if isinstance(modeloid, HasLikelihood):
            nats = stages.likelihood(modeloid, domain, "test", batch, world, rng, asked)
            result["likelihood"] = stages.finite(nats, "likelihood", best.step)
    if recipe.pieces:
        target = card.directory / "record" / "samples" / "test"

        def measure(pieces: Sequence[Any]) -> dict[str, Any]:
            judged: dict[str, Any] = {"judge": stages.judge(domain, pieces, "test", best.step)}
            if isinstance(domain, Compares):
                judged["comparison"] = dict(domain.compare(pieces, "test"))
            return judged

        result |= stages.shown(modeloid, domain, "test", world, rng, recipe, target, measure, asked)
    if world.rank == 0:
        checkpoints.replace_text(path, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return result


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
