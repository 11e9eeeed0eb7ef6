"""`modeloid bench dynamics`: velocities for the scores of held-out pieces beside those of the pianists.

Of the simple ways, boosted trees need scikit-learn, which is no dependency of ours: without it they are left out, and
that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modeloid import app
from modeloid.bench.made import ensure
from modeloid.cycle.environment import machine
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng
from modeloid.cycle.stages import averaged
from modeloid.models.inspired.presets import PRESETS
from modeloid.music.columns import from_score

from . import simple
from .errors import Error, error, gained, means
from .performances import Performance, pairs, performances
from .vienna import against_one_another

Say = Callable[[str], None]

FLAT = "flat at the mean of training"
TREES = "boosted trees of the same"

_HELD_OUT = ("test", "valid")


def run(
    root: Path,
    models: Sequence[str],
    settings: Mapping[str, Any],
    beside: Sequence[Path] = (),
    say: Say = print,
    part: str = "test",
    most: int | None = None,
) -> dict[str, dict[str, Any]]:
    """Train what is not trained yet, and measure it beside simple ways and beside other pianists.

    Parameters
    ----------
    root
        Where modeloids lie.
    models
        Presets of the family `inspired` that perform scores.
    settings
        Changes to the presets.
    beside
        Directories of other modeloids that know the wish `perform`.
    say
        Told what goes on.
    part
        Which part of the data is measured on; the simple ways learn from "train".
    most
        Performances of each part at most; all where not given.

    Raises
    ------
    ModeloidError
        An unknown preset, a part that is learned from, a modeloid that performs no scores, or one that was made with
        other settings.
    """
    for name in models:
        if name not in PRESETS:
            raise ModeloidError(f"unknown preset {name!r}", "bench dynamics", nearest(name, PRESETS))
    if part not in _HELD_OUT:
        raise ModeloidError(f"part {part!r} is not held out", "bench dynamics", f"Use {' or '.join(_HELD_OUT)}")
    root.mkdir(parents=True, exist_ok=True)
    targets = [_trained(root, name, settings) for name in models]
    held, errors = performances(part, most), dict[str, dict[str, Error]]()
    for name, tell in _simple(performances("train", most), say):
        say(name)
        errors[name] = {one.name: _error(one, tell(one)) for one in held}
    for target in [*targets, *beside]:
        say(target.name)
        errors |= _modeloid(target, held)
    found = {name: means(list(own.values())) | {"gained": gained(own, errors[FLAT])} for name, own in errors.items()}
    return found | {name: means(own) for name, own in _pianists(held, most) if own}


def stored(found: Mapping[str, Any], command: str) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had."""
    return {"command": command, "machine": machine(), "scores": dict(found)}


def _trained(root: Path, name: str, settings: Mapping[str, Any]) -> Path:
    target = root / f"inspired-{name}-0"
    ensure(target, "inspired", name, settings, {"cycle": {"generate": "never"}})
    app.train(target)
    return target


def _simple(train: Sequence[Performance], say: Say) -> Iterator[tuple[str, simple.Teller]]:
    lesson = simple.lesson(train)
    yield FLAT, simple.flat(lesson)
    yield "flat at its own mean", simple.own_mean
    yield "linear in what a note is", simple.linear(lesson, is_near=True)
    yield "linear, and in what is around it", simple.linear(lesson)
    try:
        boosted = simple.trees(lesson)
    except ImportError:
        say(f"left out: {TREES}, which need scikit-learn (pip install scikit-learn)")
        return
    yield TREES, boosted


def _modeloid(target: Path, held: Sequence[Performance]) -> dict[str, dict[str, Error]]:
    """The expected velocities; and drawn ones of each piece once, from its own number."""
    modeloid: Any = app.load(target)
    if "perform" not in modeloid.wishes:
        raise ModeloidError("it performs no scores", target, "Name a modeloid that knows the wish perform")
    once = {one.piece: one for one in reversed(held)}
    with averaged(modeloid):
        return {
            f"{target.name}, expected": {one.name: _performed(modeloid, one, 0, 0) for one in held},
            f"{target.name}, drawn": {
                one.name: _performed(modeloid, one, number, 1.0) for number, one in enumerate(once.values())
            },
        }


def _performed(modeloid: Any, one: Performance, number: int, temperature: float) -> Error:
    (piece,) = modeloid.sample(1, Rng(0).at("bench", number), perform=one.score(), temperature=temperature)
    return _error(one, from_score(piece).notes["velocity"].astype(np.float64))


def _pianists(held: Sequence[Performance], most: int | None) -> Iterator[tuple[str, list[Error]]]:
    """Pianists against one another, on the same notes."""
    found = []
    for one, other in pairs(held):
        both = one.is_played & other.is_played
        found.append(error(one.piece, one.velocity[both], other.velocity[both]))
    yield "another pianist", found
    yield "another pianist (Vienna 4x22)", against_one_another(most)


def _error(one: Performance, told: simple.Floats) -> Error:
    return error(one.piece, one.velocity[one.is_played], told[one.is_played])
