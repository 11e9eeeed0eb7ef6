"""The contract as a list of promises, each with the check that sees it broken."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modeloid.cycle.card import Card
from modeloid.cycle.contract import Domain, Modeloid, World
from modeloid.cycle.errors import CycleError

from . import face, likelihood, purity, sampling, state, training
from .bench import Bench, BrokenError

PROMISES: tuple[tuple[str, Callable[[Bench], None]], ...] = (
    ("it shows its face", face.shows_its_face),
    ("wishes are described", face.describes_its_wishes),
    ("unknown wishes are refused", face.refuses_unknown_wishes),
    ("train returns numbers", training.logs_numbers),
    ("all numbers are finite", training.stays_finite),
    ("loss counts its items", training.counts_its_losses),
    ("loss repeats", purity.loss_repeats),
    ("loss leaves no trace", purity.loss_is_pure),
    ("sample leaves no trace", purity.sample_is_pure),
    ("sample gives as many as asked", sampling.gives_as_many),
    ("sample(8)[:4] == sample(4)", sampling.does_not_look_across),
    ("one seed is one modeloid", sampling.repeats_a_seed),
    ("two seeds differ", sampling.differs_by_seed),
    ("save, load, save is the same", state.saves_what_it_loads),
    ("a resumed training is the same", state.goes_on_from_what_it_saved),
    ("the state is plain files", state.writes_plain_files),
    ("one batch can be learnt", training.learns_one_batch),
)
OPTIONAL: tuple[tuple[str, Callable[[Bench], None], Callable[[Modeloid], bool]], ...] = (
    ("log_likelihood is one for each item", likelihood.tells_its_likelihood, likelihood.has_likelihood),
    ("averaged weights come and go", purity.averages_come_and_go, purity.has_averages),
)
"""Promises of those only that have the face for it."""


@dataclass(frozen=True)
class Result:
    """How one promise was kept.

    Parameters
    ----------
    name
        Of the promise.
    passed
        Whether it was kept.
    detail
        How it was seen broken, or "".
    """

    name: str
    passed: bool
    detail: str = ""


def check(
    card: Card, make: Callable[[Card, Path | None, World], Modeloid], domain: Domain, world: World
) -> list[Result]:
    """Hold a modeloid against the contract. Its directory is not touched; states go to a temporary one.

    Parameters
    ----------
    card
        Its card; `cycle` gives the seed, the batch and the quantity that tells what is better.
    make
        (card, state, world) -> the modeloid, as `load_model`.
    domain
        Its data; the training part is used.
    world
        One process.

    Returns
    -------
    One result a promise; of one that cannot even be made, that one alone.

    Raises
    ------
    CycleError
        Where there is nothing to train on, or the recipe cannot be followed.
    """
    if domain.size("train") < 1:
        raise CycleError("the training part is empty", "data", "Check with data that has at least one item")
    with tempfile.TemporaryDirectory(prefix="modeloid-check-") as name:
        folder = Path(name)
        bench = Bench(card, make, domain, world, folder)
        made: list[Modeloid] = []
        first = _result("it can be made", lambda: made.append(bench.fresh()))
        if not made:
            return [first]
        promises = [*PROMISES, *((name, kept) for name, kept, has_face in OPTIONAL if has_face(made[0]))]
        return [first, *(_result(name, lambda kept=kept: kept(bench)) for name, kept in promises)]  # type: ignore[misc]


def _result(name: str, attempt: Callable[[], Any]) -> Result:
    try:
        attempt()
    except BrokenError as broken:
        return Result(name, False, str(broken))
    except Exception as error:  # noqa: BLE001  whatever a foreign modeloid raises breaks this promise, and no other
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return Result(name, False, f"raised {type(error).__name__}: {error} ({place})")
    return Result(name, True)
