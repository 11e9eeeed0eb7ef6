"""Rehearsals that leave no trace in the modeloid: one turn of each stage, or one batch again and again."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from modeloid.cycle import checkpoint as checkpoints
from modeloid.cycle import stages
from modeloid.cycle.card import Card
from modeloid.cycle.contract import Domain, Modeloid, World
from modeloid.cycle.order import Order
from modeloid.cycle.recipe import Recipe
from modeloid.cycle.world import Alone

_T = TypeVar("_T")


def dry(card: Card, domain: Domain, world: World | None = None) -> dict[str, float]:
    """One turn of each stage, in a directory that is thrown away.

    Returns
    -------
    Stage -> seconds it took. Whatever is wrong with a stage is raised as it would be in a run.
    """
    world = world or Alone()
    recipe = Recipe.read(card.cycle)
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        modeloid = _timed(took, "load", lambda: _modeloid(card, world))
        batch = _timed(took, "batch", lambda: _batch(card, domain, recipe))
        metrics = _timed(took, "train", lambda: modeloid.train(batch, card.rng.at("train", 0, 0)))
        stages.finite(metrics, "train", 1)
        if domain.size("valid"):
            _timed(took, "validate", lambda: stages.evaluate(modeloid, domain, "valid", recipe.batch, world, card.rng))
        if recipe.pieces:
            pieces = _timed(
                took,
                "generate",
                lambda: stages.generate(
                    modeloid, domain, card.rng.at("sample"), recipe.pieces, recipe.wishes, scratch / "pieces"
                ),
            )
            _timed(took, "judge", lambda: stages.judge(domain, pieces, "valid", 1))
        (scratch / "state").mkdir()
        _timed(took, "save", lambda: modeloid.save(scratch / "state"))
        _timed(took, "load again", lambda: _modeloid(card, world, scratch / "state"))
    return took


def overfit(card: Card, domain: Domain, turns: int, world: World | None = None) -> Iterator[dict[str, float]]:
    """Train on the first batch again and again; yields what each turn logs. Nothing is saved.

    A modeloid that cannot learn one batch by heart has a fault.
    """
    modeloid = _modeloid(card, world or Alone())
    batch = _batch(card, domain, Recipe.read(card.cycle))
    for step in range(turns):
        yield stages.finite(modeloid.train(batch, card.rng.at("train", step, 0)), "train", step + 1)


def _modeloid(card: Card, world: World, state: Path | None = None) -> Modeloid:
    assert card.load_model is not None, "a card that is tried was opened, not only read"
    found = checkpoints.existing(card.directory / "state")
    modeloid: Modeloid = card.load_model(card, state or (found[-1].path if found else None), world)
    return modeloid


def _batch(card: Card, domain: Domain, recipe: Recipe) -> object:
    order = Order(card.rng, domain.size("train"), recipe.batch)
    return domain.batch("train", order.indices(0), card.rng.at("item", 0))


def _timed(took: dict[str, float], name: str, work: Callable[[], _T]) -> _T:
    begin = time.perf_counter()
    result = work()
    took[name] = time.perf_counter() - begin
    return result
