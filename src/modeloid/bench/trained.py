"""Modeloids of `modeloid bench poly`: trained below one root where they are not yet, and tested by the cycle."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from modeloid import app
from modeloid.app.wiring import open_domain
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng

from .made import ensure, finished
from .score import Score

Settings = Mapping[str, Any]

RATES: dict[str, tuple[float, ...]] = {"lstm": (0.03, 0.1, 0.3), "rbm": (1.0, 3.0, 10.0)}
"""The learning rates that a baseline is tuned among."""

FRAMES_A_TURN = 1024
"""What the presets of `frames` learn from in a turn; the RBM has as many."""

_QUIET = {"generate": "never", "pieces": 0}
_PLAIN = {"within": "independent", "recurrent": 256, "noise": 0.0, "transpose": [0, 0]}
_MACHINE = {"hidden": [300], "chains": 100, "cd_steps": 5, "ais_steps": 2000, "ais_chains": 100}


def frames(root: Path, name: str, seed: int, settings: Settings) -> Score:
    """A modeloid of the family `frames` on one set, with changes to the set's preset.

    Raises
    ------
    ModeloidError
        A setting is wrong or another than that of the modeloid that is there, or the training was stopped.
    """
    target = directory(root, name, seed)
    own = {key: value for key, value in settings.items() if key not in RATES}
    ensure(target, "frames", name, {**own, "cycle": {**settings.get("cycle", {}), "seed": seed}})
    score = _scored(target, name, "frames", seed)
    return replace(score, model=called("frames", target), kind="exact, with metre")


def called(family: str, target: Path) -> str:
    """What a modeloid's row is called: by its family and, where it holds several networks, how many.

    By what lies there, whatever was asked for: a root may hold what a longer command made.
    """
    members = app.show(target)["model"].get("members", 1)
    return family if members == 1 else f"{family}, {members} networks"


def directory(root: Path, name: str, seed: int) -> Path:
    """Where the modeloid of `frames` of a set and a seed lies."""
    return root / f"frames-{name}-{seed}"


def lstm(root: Path, name: str, settings: Settings) -> Score:
    """An LSTM with 88 independent outputs, given the turns of `frames`, its learning rate tuned."""
    cycle = {**settings.get("cycle", {}), "seed": 0, **_QUIET}
    start = {**_PLAIN, "planned_turns": turns_of(name, settings)}

    def make(target: Path, rate: float) -> None:
        ensure(target, "frames", name, {"learning_rate": rate, **settings.get("lstm", {}), "cycle": cycle}, start)

    return _tuned(root, name, "lstm", make)


def rbm(root: Path, name: str, settings: Settings) -> Score:
    """A restricted Boltzmann machine of single frames, given the turns of `frames`, its learning rate tuned."""
    turns = turns_of(name, settings)
    at_the_end = dict.fromkeys(("last", "validate", "save"), f"{turns}t")
    start = {**_MACHINE, "decay_turns": turns, "cycle": at_the_end}
    cycle = {**(at_the_end if "last" in settings.get("cycle", {}) else {}), "seed": 0, "batch": FRAMES_A_TURN, **_QUIET}
    data = {"sets": [f"poly-{name}"], "split": "published", "representation": {"steps_per_beat": 1}}

    def make(target: Path, rate: float) -> None:
        asked = {"learning_rate": rate, **settings.get("rbm", {}), "data": data, "cycle": cycle}
        ensure(target, "rbm", "frame", asked, start)

    def valid(score: Score, target: Path) -> Score:
        # what the cycle validates an RBM by is no likelihood
        return replace(score, valid=_nats_per_frame(target), kind="estimate (AIS)")

    return _tuned(root, name, "rbm", make, valid)


def turns_of(name: str, settings: Settings) -> int:
    """How many turns `frames` has on a set. Raises `ModeloidError` where the settings do not count in turns."""
    from modeloid.cycle.cadence import Span
    from modeloid.models import frames as family

    cycle = {**family.presets[name]["cycle"], **settings.get("cycle", {})}
    span = Span.parse(cycle["last"], "cycle['last']")
    if span.unit != "t":
        raise ModeloidError(f"{cycle['last']} is not so many turns", "bench poly", "Say cycle.last=300t, for example")
    return int(span.count)


def _tuned(
    root: Path,
    name: str,
    model: str,
    make: Callable[[Path, float], None],
    revised: Callable[[Score, Path], Score] = lambda score, _: score,
) -> Score:
    """The score of the learning rate that is best on the validation part, with what each of them gave there."""
    found: dict[float, Score] = {}
    for rate in RATES[model]:
        target = root / f"{model}-{name}-rate-{rate:g}"
        make(target, rate)
        found[rate] = revised(_scored(target, name, model, 0), target)
    best = min(found, key=lambda rate: found[rate].valid)
    tried = {f"learning_rate={rate:g}": score.valid for rate, score in found.items()}
    return replace(found[best], detail=f"learning rate {best:g} of three; {found[best].detail}", tried=tried)


def _scored(target: Path, name: str, model: str, seed: int) -> Score:
    outcome = finished(target)
    found = outcome.test["likelihood"]
    return Score(
        name,
        model,
        seed,
        found["nll_per_step"],
        found["nll_per_step_se"],
        found["nll_per_step_mean_of_items"],
        float(outcome.best["value"]),
        int(found["steps"]),
        outcome.step,
        round(minutes(target), 2),
        f"weights of turn {outcome.test['step']}, the best by {outcome.best['quantity']}",
    )


def _nats_per_frame(target: Path) -> float:
    """On the validation part, by the modeloid's own `log_likelihood` under its best averaged weights."""
    modeloid: Any = app.load(target)
    domain = open_domain(app.open_card(target).data)
    with modeloid.averaged():
        nats, steps = modeloid.log_likelihood(domain.batch("valid", np.arange(domain.size("valid")), Rng(0)))
    return -float(nats.sum() / steps.sum())


def minutes(target: Path) -> float:
    """How long the runs of a modeloid took in all, by the clock."""
    lines = (target / "record" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    total, began = 0.0, 0.0
    for entry in map(json.loads, lines):
        if entry["what"] == "start":
            began = entry["time"]
        elif entry["what"] == "end":
            total += entry["time"] - began
    return total / 60
