"""What trained modeloids give together, and what they give when they go on learning from the piece they score."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid import app
from modeloid.cycle.errors import ModeloidError

from .baselines import Roll
from .score import Score, means
from .trained import directory

Decided = list[NDArray[np.float64]]
"""Of each roll the log-probabilities of its decisions, nats."""

STEPS = (1e-5, 2e-5, 3e-5)
"""The steps that dynamic evaluation chooses among."""

CHOOSING_FRAMES = 5000
"""Of the validation part so many frames, in whole pieces, decide between the steps."""

_KIND = "exact, with metre"
_ADAPTS = "exact, adapts"


def mixture(scores: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Log of the mean of the probabilities that several models give to the same decisions."""
    return np.asarray(np.logaddexp.reduce(scores, axis=0) - np.log(len(scores)))


def rows(
    root: Path, name: str, seeds: Sequence[int], rolls: Mapping[str, list[Roll]], ensemble: bool, dynamic: bool
) -> list[Score]:
    """The scores "ensemble", "dynamic" (one a seed) and, where both are wanted, "dynamic ensemble" of a set.

    Ensemble: at each decision inside a frame the mean of the probabilities that the seeds' modeloids give. Dynamic
    evaluation: `Frames.moved_likelihoods`, its weights put back after each piece, its step chosen with the first seed's
    modeloid.

    Parameters
    ----------
    root
        Holds the modeloids of `frames`, trained.
    rolls
        The parts "valid" and "test".

    Raises
    ------
    ModeloidError
        A modeloid is not there.
    """
    found: list[Score] = []
    with ExitStack() as averages:
        modeloids = [_loaded(directory(root, name, seed), averages) for seed in seeds]
        if ensemble:
            found.append(_ensemble(modeloids, name, rolls))
        if dynamic:
            found += _dynamic(modeloids, name, seeds, rolls, ensemble)
    return found


def _loaded(target: Path, averages: ExitStack) -> Any:
    if not (target / "state").is_dir():
        raise ModeloidError("no trained modeloid", target, "Train it first: --models frames")
    modeloid: Any = app.load(target)
    averages.enter_context(modeloid.averaged())
    return modeloid


def _ensemble(modeloids: Sequence[Any], name: str, rolls: Mapping[str, list[Roll]]) -> Score:
    begun = time.process_time()

    def nats(roll: Roll) -> float:
        return float(mixture([modeloid.decision_likelihoods(roll)[0] for modeloid in modeloids]).sum())

    valid = means([nats(roll) for roll in rolls["valid"]], _lengths(rolls["valid"]))[0]
    test = [nats(roll) for roll in rolls["test"]]
    detail = f"{len(modeloids)} seeds; at each decision the mean of their probabilities"
    return _score(name, "ensemble", 0, test, rolls["test"], (valid, {}), _KIND, detail, begun)


def _dynamic(
    modeloids: Sequence[Any], name: str, seeds: Sequence[int], rolls: Mapping[str, list[Roll]], ensemble: bool
) -> list[Score]:
    begun = time.process_time()
    some, test = _some(rolls["valid"]), rolls["test"]
    first = {step: _decided(modeloids[0], some, step) for step in (0.0, *STEPS)}
    tried = {f"step={step:g}": _mean(scores, some) for step, scores in first.items()}
    step = min(STEPS, key=lambda one: tried[f"step={one:g}"])
    about = f"step {step:g}, chosen with seed {seeds[0]}; valid: {sum(_lengths(some))} frames of it"
    found: list[Score] = []
    decided: list[tuple[Decided, Decided]] = []
    for seed, modeloid in zip(seeds, modeloids, strict=True):
        on_valid = _decided(modeloid, some, step) if decided else first[step]
        decided.append((on_valid, _decided(modeloid, test, step)))
        nats, chosen = _sums(decided[-1][1]), (_mean(on_valid, some), tried)
        found.append(_score(name, "dynamic", seed, nats, test, chosen, _ADAPTS, about, begun))
        begun = time.process_time()
    if ensemble and len(seeds) > 1:
        on_valid, on_test = (
            [mixture(scores) for scores in zip(*part, strict=True)] for part in zip(*decided, strict=True)
        )
        detail = f"{len(seeds)} seeds, each adapting by itself; {about}"
        chosen = (_mean(on_valid, some), tried)
        found.append(_score(name, "dynamic ensemble", 0, _sums(on_test), test, chosen, _ADAPTS, detail, begun))
    return found


def _decided(modeloid: Any, rolls: Sequence[Roll], step: float) -> Decided:
    scored = (modeloid.moved_likelihoods(roll, step) if step else modeloid.decision_likelihoods(roll) for roll in rolls)
    return [scores for scores, _ in scored]


def _sums(decided: Decided) -> list[float]:
    return [float(scores.sum()) for scores in decided]


def _mean(decided: Decided, rolls: Sequence[Roll]) -> float:
    return means(_sums(decided), _lengths(rolls))[0]


def _some(rolls: Sequence[Roll]) -> list[Roll]:
    """Pieces from all over the part, in an order that is always the same, until there are frames enough."""
    taken: list[Roll] = []
    for index in np.random.default_rng(0).permutation(len(rolls)):
        if sum(_lengths(taken)) >= CHOOSING_FRAMES:
            break
        taken.append(rolls[index])
    return taken


def _lengths(rolls: Sequence[Roll]) -> list[int]:
    return [len(roll) for roll in rolls]


def _score(
    name: str,
    model: str,
    seed: int,
    nats: Sequence[float],
    rolls: Sequence[Roll],
    chosen: tuple[float, Mapping[str, float]],
    kind: str,
    detail: str,
    begun: float,
) -> Score:
    lengths = _lengths(rolls)
    minutes = round((time.process_time() - begun) / 60, 2)
    test, error, pieces = means(nats, lengths)
    valid, tried = chosen
    return Score(
        name, model, seed, test, error, pieces, valid, sum(lengths), 0, minutes, detail, kind=kind, tried=tried
    )
