"""What training promises: numbers, sums and counts, and that it learns."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from numbers import Real
from typing import Any

from modeloid.cycle.contract import Modeloid
from modeloid.cycle.recipe import Recipe

from .bench import Bench, BrokenError

CLEAR = 0.05
"""A quantity is clearly better when it moved by this share of its first size."""
MOST_TURNS, MOST_SECONDS = 1024, 60.0


def logs_numbers(bench: Bench) -> None:
    """`train` returns {name: number}."""
    logged = bench.train(bench.fresh(), 0, 1)
    if not isinstance(logged, Mapping):
        raise BrokenError(f"train returns a {type(logged).__name__}, not a dict")
    for name, value in logged.items():
        if not isinstance(name, str) or not _is_number(value):
            raise BrokenError(f"train returns {name!r}: {value!r}, which is no text and number")


def stays_finite(bench: Bench) -> None:
    """What `train` and `loss` return is finite, for a new one and after two turns."""
    modeloid = bench.fresh()
    _expect_finite(_flat(bench.loss(modeloid)), "loss of a new one")
    _expect_finite(bench.train(modeloid, 0, 1), "train")
    _expect_finite(bench.train(modeloid, 1, 2), "train")
    _expect_finite(_flat(bench.loss(modeloid)), "loss after two turns")


def counts_its_losses(bench: Bench) -> None:
    """`loss` returns {name: (sum, count)}, and the counts of two parts of a batch add up to that of the whole."""
    modeloid = bench.fresh()
    whole = _counts(bench.loss(modeloid))
    if not whole:
        raise BrokenError("loss returns no quantity")
    if _items(bench) < 2:
        return
    parts = [_counts(bench.loss(modeloid, part)) for part in (slice(1), slice(1, None))]
    for name, count in whole.items():
        added = sum(part.get(name, 0.0) for part in parts)
        if not math.isclose(added, count, rel_tol=1e-9):
            raise BrokenError(f"{name}: a batch counts {count:g}, its two parts together {added:g}")


def learns_one_batch(bench: Bench) -> None:
    """Trained on one batch again and again, it clearly gets better on it, by its own measure.

    The measure is what `cycle["best"]` names, in the direction it names: the only one that a modeloid claims to get
    better in. The losses of adversarial modeloids need not fall, so where that is judged on pieces, any quantity of
    `loss` may. It counts as better when it moved by `CLEAR` of its first size at two looks one after the other; it is
    looked at after 1, 2, 4, 8 ... turns, at most `MOST_TURNS` turns or `MOST_SECONDS`.
    """
    modeloid = bench.fresh()
    first, until = _means(bench, modeloid), time.monotonic() + MOST_SECONDS
    before, turn = False, 0
    while turn < MOST_TURNS and time.monotonic() < until:
        modeloid.train(bench.batch(), bench.card.rng.at("train", turn, 0))
        turn += 1
        if turn.bit_count() == 1:
            now = _better(bench, first, _means(bench, modeloid))
            if now and before:
                return
            before = now
    last = _means(bench, modeloid)
    if not _better(bench, first, last):
        told = ", ".join(f"{name} {first[name]:.4g} -> {last.get(name, math.nan):.4g}" for name in first)
        raise BrokenError(f"{turn} turns on one batch did not make it better: {told}")


def _better(bench: Bench, first: Mapping[str, float], now: Mapping[str, float]) -> bool:
    recipe = Recipe.read(bench.card.cycle)
    stage, _, name = recipe.quantity.partition("/")
    named = stage == "valid" and name in first
    sign, names = (recipe.sign, [name]) if named else (-1, list(first))
    return any(sign * (now.get(one, math.nan) - first[one]) > max(CLEAR * abs(first[one]), 1e-9) for one in names)


def _means(bench: Bench, modeloid: Modeloid) -> dict[str, float]:
    return {name: float(total) / float(count) for name, (total, count) in bench.loss(modeloid).items() if count}


def _counts(losses: Any) -> dict[str, float]:
    if not isinstance(losses, Mapping):
        raise BrokenError(f"loss returns a {type(losses).__name__}, not a dict")
    for name, value in losses.items():
        fits = isinstance(value, tuple) and len(value) == 2 and all(map(_is_number, value)) and value[1] >= 0
        if not isinstance(name, str) or not fits:
            raise BrokenError(f"loss returns {name!r}: {value!r}, not (sum, count)")
    return {name: float(count) for name, (_, count) in losses.items()}


def _items(bench: Bench) -> int:
    return min(Recipe.read(bench.card.cycle).batch, bench.domain.size("train"))


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _flat(losses: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return {name: float(total) for name, (total, _) in losses.items()}


def _expect_finite(values: Mapping[str, Any], what: str) -> None:
    for name, value in values.items():
        if _is_number(value) and not math.isfinite(value):
            raise BrokenError(f"{what}: {name} is {value}")
