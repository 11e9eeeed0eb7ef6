"""`modeloid bench poly`: the four polyphonic sets under one protocol, the published figures beside ours.

The protocol: exact likelihood of the whole roll of 88 keys, every frame scored from an empty start, the first one
included; the mean over frames, and beside it the mean over pieces; the published split; what is chosen is chosen on the
validation part alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from modeloid import app
from modeloid.app.wiring import open_domain
from modeloid.cycle.environment import machine
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng

from .baselines import Roll, history, marginals
from .published import ROWS, SETS

MODELS = ("marginals", "history", "frames")
_ROLL = {"kind": "roll", "steps_per_beat": 1, "low": 21, "high": 109, "whole": True}


@dataclass(frozen=True)
class Score:
    """One model on one set.

    Parameters
    ----------
    set, model, seed
        Which. Baselines that draw nothing have the seed 0.
    test, test_se
        Nats per frame, mean over frames, and its standard error over pieces (0 for baselines: not measured).
    test_pieces
        Mean over pieces of each one's mean over its frames.
    valid
        Nats per frame on the validation part.
    frames
        How many frames the test scored.
    turns, minutes
        Of training; minutes of wall time.
    detail
        What else it takes to know which it was.
    """

    set: str
    model: str
    seed: int
    test: float
    test_se: float
    test_pieces: float
    valid: float
    frames: int
    turns: int
    minutes: float
    detail: str


def run(
    root: Path,
    sets: Sequence[str] = SETS,
    models: Sequence[str] = MODELS,
    seeds: Sequence[int] = (0,),
    settings: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
) -> list[Score]:
    """Train what is not trained yet below `root`, test it, and say each score as it comes.

    Parameters
    ----------
    root
        Holds the modeloids; run again, it goes on where it stood.
    settings
        Changes to the preset's parameters, ``cycle`` among them.

    Raises
    ------
    ModeloidError
        An unknown set or model.
    """
    for kind, names, known in (("set", sets, SETS), ("model", models, MODELS)):
        for name in names:
            if name not in known:
                raise ModeloidError(f"unknown {kind} {name!r}", "bench poly", nearest(name, known))
    scores: list[Score] = []
    for name in sets:
        for model in models:
            for seed in seeds if model == "frames" else (0,):
                score = _trained(root, name, seed, settings or {}) if model == "frames" else _counted(name, model)
                say(f"{name:11} {model:10} seed {seed}  test {score.test:.3f}  valid {score.valid:.3f}")
                scores.append(score)
    return scores


def table(scores: Sequence[Score]) -> list[str]:
    """The published rows and ours, one line each; ours the median of the seeds, with how many there are."""
    head = f"{'nats per frame, test':42}{'kind':20}" + "".join(f"{name:>12}" for name in SETS)
    lines = [head, *(_line(row.model, row.kind, row.values) for row in ROWS)]
    for model in dict.fromkeys(score.model for score in scores):
        mine = {name: [s.test for s in scores if (s.model, s.set) == (model, name)] for name in SETS}
        most = max(len(found) for found in mine.values())
        of = f"modeloid {model}" + (f", median of {most} seeds" if most > 1 else "")
        kind = "exact, with metre" if model == "frames" else "exact"
        lines.append(_line(of, kind, [median(found) if found else None for found in mine.values()]))
    return lines


def stored(scores: Sequence[Score], command: str) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had."""
    return {"command": command, "machine": machine(), "scores": [asdict(score) for score in scores]}


def _line(name: str, kind: str, values: Sequence[float | None]) -> str:
    return f"{name:42.42}{kind:20}" + "".join(f"{'–' if value is None else f'{value:.3f}':>12}" for value in values)


def _trained(root: Path, name: str, seed: int, settings: Mapping[str, Any]) -> Score:
    target = root / f"frames-{name}-{seed}"
    if not (target / "mconfig.py").exists():
        rest = dict(settings)
        cycle = {**rest.pop("cycle", {}), "seed": seed}
        app.create("frames", target, preset=name, cycle=cycle, **rest)
    outcome = app.train(target)
    if outcome.status != "done" or outcome.test is None or outcome.best is None:
        raise ModeloidError(f"stopped at turn {outcome.step} ({outcome.reason})", target, "Run the bench again")
    found = outcome.test["likelihood"]
    return Score(
        name,
        "frames",
        seed,
        found["nll_per_step"],
        found["nll_per_step_se"],
        found["nll_per_step_mean_of_items"],
        float(outcome.best["value"]),
        int(found["steps"]),
        outcome.step,
        round(_minutes(target), 2),
        f"weights of turn {outcome.test['step']}, the best by {outcome.best['quantity']}",
    )


def _minutes(target: Path) -> float:
    lines = (target / "record" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    total, began = 0.0, 0.0
    for entry in map(json.loads, lines):
        if entry["what"] == "start":
            began = entry["time"]
        elif entry["what"] == "end":
            total += entry["time"] - began
    return total / 60


def _counted(name: str, model: str) -> Score:
    train, valid, test = (_rolls(name, part) for part in ("train", "valid", "test"))
    if model == "marginals":
        detail = "each pitch with its share of the training frames"
        values = [marginals(train, rolls) for rolls in (valid, test)]
    else:
        chosen = min(range(1, 7), key=lambda frames: -float(history(train, valid, frames).sum()))
        detail = f"each pitch given its own last {chosen} frames, chosen of 1 to 6 on the validation part"
        values = [history(train, rolls, chosen) for rolls in (valid, test)]
    lengths = [np.array([len(roll) for roll in rolls]) for rolls in (valid, test)]
    means = [-float(value.sum() / length.sum()) for value, length in zip(values, lengths, strict=True)]
    pieces = -float((values[1] / lengths[1]).mean())
    return Score(name, model, 0, means[1], 0.0, pieces, means[0], int(lengths[1].sum()), 0, 0.0, detail)


def _rolls(name: str, part: str) -> list[Roll]:
    data = {"domain": "music", "sets": [f"poly-{name}"], "split": "published"}
    spec = {**_ROLL, "window_steps": 65_536}
    domain = open_domain({**data, "representation": spec})
    # the window is longer than any piece, so that nothing is cut of the training part either
    batch = domain.batch(part, np.arange(domain.size(part)), Rng(0))
    return [frames[:length] for frames, length in zip(batch.frames, batch.lengths, strict=True)]
