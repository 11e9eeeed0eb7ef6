"""The stages besides training: validate, generate, test. Each can be broken off between two batches or groups."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import checkpoint as checkpoints
from .contract import Annotates, Domain, HasAverage, HasLikelihood, Modeloid, World
from .errors import NonFiniteError
from .order import batches
from .recipe import Recipe
from .rng import Rng

Asked = Callable[[], bool]


class BrokenOffError(Exception):
    """A stop was asked for in the middle of a stage; the stage stays pending."""


@dataclass(frozen=True)
class ReadRng(Rng):
    """An address that breaks off where it is refined after a stop: between two groups of a `sample`."""

    asked: Asked = bool

    def at(self, *where: str | int) -> Rng:
        """Refine the address, or break off."""
        if self.asked():
            raise BrokenOffError
        return Rng(self.seed, self.where + where)


def averaged(modeloid: object) -> AbstractContextManager[Any]:
    """Averaged weights for the time of a stage, where the modeloid keeps some."""
    return modeloid.averaged() if isinstance(modeloid, HasAverage) else nullcontext()


def finite(values: Mapping[str, Any], stage: str, step: int) -> dict[str, float]:
    """The values as plain floats.

    Raises
    ------
    NonFiniteError
        Naming the quantity and the turn.
    """
    plain = {name: float(value) for name, value in values.items()}
    for name, value in plain.items():
        if not math.isfinite(value):
            raise NonFiniteError(
                f"{stage}/{name} is {value}", f"turn {step}", "Lower the learning rate, or look at that turn's batch"
            )
    return plain


def evaluate(
    modeloid: Modeloid, domain: Domain, part: str, batch: int, world: World, rng: Rng, asked: Asked = bool
) -> dict[str, float]:
    """Mean of every quantity of `loss` over a part, exact whatever the batches: sums and counts are added up.

    Whole batches are dealt out to the processes, and batch i has the address ``rng.at(part, i)``, so the result does
    not depend on how many there are.

    Raises
    ------
    BrokenOffError
        When `asked` says so between two batches.
    """
    totals: dict[str, list[float]] = {}
    todo = batches(domain.size(part), batch)
    with averaged(modeloid):
        for first in range(0, len(todo), world.size):
            if world.agree(int(asked())):
                raise BrokenOffError
            mine = first + world.rank
            if mine >= len(todo):
                continue
            items = domain.batch(part, todo[mine], rng.at(part, "item"))
            for name, (total, count) in modeloid.loss(items, rng.at(part, mine)).items():
                sums = totals.setdefault(name, [0.0, 0.0])
                sums[0] += float(total)
                sums[1] += float(count)
    return _means(totals, world)


def _means(totals: dict[str, list[float]], world: World) -> dict[str, float]:
    names = world.share(list(totals))
    sums = world.sum(np.array([totals.get(name, [0.0, 0.0]) for name in names], dtype=np.float64))
    return {name: float(total / count) for name, (total, count) in zip(names, sums, strict=True) if count}


def generate(
    modeloid: Modeloid,
    domain: Domain,
    rng: Rng,
    n: int,
    wishes: Mapping[str, Any],
    target: Path,
    asked: Asked = bool,
    part: str = "valid",
) -> list[Any]:
    """`n` pieces, written with their seeds and wishes into `target`, which is there whole or not at all.

    Where the domain annotates, what it says of each piece, held against `part`, lies beside it.

    Raises
    ------
    BrokenOffError
        When `asked` says so between two groups or two files.
    """
    with averaged(modeloid):
        pieces = modeloid.sample(n, ReadRng(rng.seed, rng.where, asked), **wishes)
    temporary = target.with_name(f"{checkpoints.TEMPORARY}{target.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    width = max(2, len(str(n - 1)))
    entries: list[dict[str, Any]] = []
    said = domain.annotate(pieces, part) if isinstance(domain, Annotates) else [{}] * n
    for number, piece in enumerate(pieces):
        if asked():
            raise BrokenOffError
        made = {"seed": rng.seed, "address": [*rng.where, number], "wishes": dict(wishes)}
        recipe = {"modeloid": modeloid.name, "id": modeloid.id, **made}
        files = domain.write(piece, temporary / f"{number:0{width}d}", recipe=recipe)
        noted = {"annotation": dict(said[number])} if said[number] else {}
        entries.append({"files": [file.name for file in files], **made, **noted})
    text = json.dumps({"schema": 1, "pieces": entries}, indent=1, ensure_ascii=False, default=str)
    (temporary / "index.json").write_text(text + "\n", encoding="utf-8")
    if target.exists():
        checkpoints.remove(target)
    temporary.rename(target)
    return pieces


def likelihood(
    modeloid: HasLikelihood, domain: Domain, part: str, batch: int, world: World, rng: Rng, asked: Asked = bool
) -> dict[str, float]:
    """Exact or estimated likelihood of a part, in nats.

    Returns
    -------
    "nll_per_step" is the negative log-likelihood over all steps divided by their number, "nll_per_step_mean_of_items"
    the mean over items of each item's own; both conventions are in use and differ. Those that end in "_se" are their
    standard errors over items: of the ratio of two sums (Cochran, Sampling Techniques, 1977, eq. 2.47, no finite
    population correction), and of a mean. Items of one piece are not independent: true errors are then larger.
    """
    sums = np.zeros(8)
    with averaged(modeloid):
        for number, indices in enumerate(batches(domain.size(part), batch)):
            if world.agree(int(asked())):
                raise BrokenOffError
            if number % world.size == world.rank:
                values, steps = modeloid.log_likelihood(domain.batch(part, indices, rng.at(part, "item")))
                means = values / np.maximum(steps, 1)
                products = [values @ values, values @ steps, steps @ steps, means @ means]
                sums += [-values.sum(), steps.sum(), -means.sum(), len(values), *map(float, products)]
    nats, steps_total, item_means, items, *squares = (float(value) for value in world.sum(sums))
    per_step, per_item = nats / steps_total, item_means / items
    residuals = squares[0] + 2 * per_step * squares[1] + per_step**2 * squares[2]
    spread = squares[3] - items * per_item**2
    enlarged = items / max(items - 1, 1)
    return {
        "nll_per_step": per_step,
        "nll_per_step_se": math.sqrt(max(residuals, 0.0) * enlarged) / steps_total,
        "nll_per_step_mean_of_items": per_item,
        "nll_per_step_mean_of_items_se": math.sqrt(max(spread, 0.0) * enlarged) / items,
        "steps": steps_total,
        "items": items,
    }


def judge(domain: Domain, pieces: Sequence[Any], part: str, step: int) -> dict[str, float]:
    """What the domain says of a set of pieces, as finite numbers."""
    return finite(domain.judge(pieces, part), "judge", step) if pieces else {}


def shown(
    modeloid: Modeloid,
    domain: Domain,
    part: str,
    world: World,
    rng: Rng,
    recipe: Recipe,
    target: Path,
    measure: Callable[[Sequence[Any]], dict[str, Any]],
    asked: Asked = bool,
) -> dict[str, Any]:
    """Generate and measure on rank 0; all processes get what `measure` says of the pieces.

    Raises
    ------
    BrokenOffError
        On all processes, when rank 0 was asked to.
    """
    measured: dict[str, Any] | None = None
    if world.rank == 0:
        with suppress(BrokenOffError):
            address = rng.at("sample")
            measured = measure(generate(modeloid, domain, address, recipe.pieces, recipe.wishes, target, asked, part))
    measured = world.share(measured)
    if measured is None:
        raise BrokenOffError
    return measured
