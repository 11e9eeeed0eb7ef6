"""`modeloid bench poly`: the four polyphonic sets under one protocol, the published figures beside ours.

The protocol: exact likelihood of the whole roll of 88 keys, every frame scored from an empty start, the first one
included; the mean over frames, and beside it the mean over pieces; the published split; what is chosen is chosen on the
validation part alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from modeloid.app.wiring import open_domain
from modeloid.cycle.environment import machine
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng

from . import counted, mixed, trained
from .baselines import Roll
from .published import ROWS, SETS
from .score import Score
from .trained import minutes as minutes

MODELS = (*counted.KINDS, *trained.RATES, "frames")
_ROLL = {"kind": "roll", "steps_per_beat": 1, "low": 21, "high": 109, "whole": True}


def run(
    root: Path,
    sets: Sequence[str] = SETS,
    models: Sequence[str] = MODELS,
    seeds: Sequence[int] = (0,),
    settings: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
    ensemble: bool = False,
    dynamic: bool = False,
) -> list[Score]:
    """Train what is not trained yet below `root`, test it, and say each score as it comes.

    Parameters
    ----------
    root
        Holds the modeloids; run again, it goes on where it stood.
    seeds
        Of `frames`; the baselines have one.
    settings
        Changes to the parameters of the presets of `frames`; ``cycle``, for all; ``lstm`` and ``rbm``, for these.
    ensemble, dynamic
        Score the seeds' modeloids of `frames` together, and while they learn from the piece, too; see `mixed.rows`.

    Raises
    ------
    ModeloidError
        An unknown set or model, or a modeloid below `root` that was made with other settings.
    """
    for kind, names, known in (("set", sets, SETS), ("model", models, MODELS)):
        for name in names:
            if name not in known:
                raise ModeloidError(f"unknown {kind} {name!r}", "bench poly", nearest(name, known))
    scores: list[Score] = []
    for name in sets:
        for model in models:
            found = _found(root, name, model, seeds, settings or {})
            scores += found
            _say(found, say)
        if ensemble or dynamic:
            rolls = {part: _rolls(name, part) for part in ("valid", "test")}
            found = mixed.rows(root, name, seeds, rolls, ensemble, dynamic)
            scores += found
            _say(found, say)
    return scores


def _found(root: Path, name: str, model: str, seeds: Sequence[int], settings: Mapping[str, Any]) -> list[Score]:
    if model == "frames":
        return [trained.frames(root, name, seed, settings) for seed in seeds]
    if model in trained.RATES:
        return [(trained.lstm if model == "lstm" else trained.rbm)(root, name, settings)]
    return [counted.scored(name, model, *(_rolls(name, part) for part in ("train", "valid", "test")))]


def _say(scores: Sequence[Score], say: Callable[[str], None]) -> None:
    for score in scores:
        say(f"{score.set:11} {score.model:16} seed {score.seed}  test {score.test:.3f}  valid {score.valid:.3f}")


def table(scores: Sequence[Score]) -> list[str]:
    """The published rows and ours, one line each; ours the median of the seeds, with how many there are."""
    head = f"{'nats per frame, test':42}{'kind':20}" + "".join(f"{name:>12}" for name in SETS)
    lines = [head, *(_line(row.model, row.kind, row.values) for row in ROWS)]
    for model in dict.fromkeys(score.model for score in scores):
        mine = {name: [s.test for s in scores if (s.model, s.set) == (model, name)] for name in SETS}
        most = max(len(found) for found in mine.values())
        of = f"modeloid {model}" + (f", median of {most} seeds" if most > 1 else "")
        kind = next(score.kind for score in scores if score.model == model)
        lines.append(_line(of, kind, [median(found) if found else None for found in mine.values()]))
    return lines


def stored(scores: Sequence[Score], command: str) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had."""
    return {"command": command, "machine": machine(), "scores": [asdict(score) for score in scores]}


def _line(name: str, kind: str, values: Sequence[float | None]) -> str:
    return f"{name:42.42}{kind:20}" + "".join(f"{'–' if value is None else f'{value:.3f}':>12}" for value in values)


def _rolls(name: str, part: str) -> list[Roll]:
    data = {"domain": "music", "sets": [f"poly-{name}"], "split": "published"}
    spec = {**_ROLL, "window_steps": 65_536}
    domain = open_domain({**data, "representation": spec})
    # the window is longer than any piece, so that nothing is cut of the training part either
    batch = domain.batch(part, np.arange(domain.size(part)), Rng(0))
    return [frames[:length] for frames, length in zip(batch.frames, batch.lengths, strict=True)]
