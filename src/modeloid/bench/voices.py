"""`modeloid bench voices`: the JSB chorales in four voices of sixteenths, the published figures beside ours.

The protocol: the data of Huang and others (229, 76 and 77 chorales, original keys); each sixteenth is four choices, one
a voice, among pitches and silence: what is held and what is struck again are not told apart; exact likelihood of every
frame from an empty start, the first one included; nats per frame, the sum over its four choices, as a mean over frames
and beside it over pieces. What is chosen is chosen on the validation part, on which the published figures stand too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from modeloid import app
from modeloid.app.wiring import open_domain
from modeloid.cycle.environment import machine
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng
from modeloid.models.voices import presets

from .made import ensure, finished
from .score import Score, means
from .trained import called, minutes
from .voice_counts import Grid, marginals, ngram

MODELS = ("marginals", "ngram", "ngram-above", "voices")
PRESET = "jsb"
_SET = "jsb-chorales"
_LOW, _HIGH = 36, 84
_SPEC = {"kind": "grid", "steps_per_beat": 4, "low": _LOW, "high": _HIGH, "window_steps": 65_536}
_VALUES = _HIGH - _LOW + 1
_BACK = range(1, 5)


class Published(NamedTuple):
    """One published row: nats per frame on the validation and on the test part, None where there is none."""

    model: str
    source: str
    kind: str
    valid: float | None
    test: float | None = None


ROWS: tuple[Published, ...] = (
    Published("Coconet, chronological", "Huang 2019, table 2", "exact", 1.744),
    Published("Transformer", "Huang 2019, table 2", "exact", 1.668),
    Published("TonicNet, chord and notes, by pieces", "Peracha 2019, its checkpoint", "exact", 1.585),
    Published("Transformer, sinusoids, labels", "Huang 2019, table 2", "exact, with metre", 1.480),
    Published("relative Transformer (Shaw)", "Huang 2019, table 2", "exact, with metre", 1.428),
    Published("Music Transformer", "Huang 2019, table 2", "exact, with metre", 1.340),
    Published("Coconet, mixture over orders", "Huang 2019, table 2", "bound, not causal", 0.952),
)
"""Nats per token as printed, times the four tokens of a frame (TonicNet: five, the chord is the fifth)."""


def run(
    root: Path,
    models: Sequence[str] = MODELS,
    seeds: Sequence[int] = (0,),
    settings: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
    ensemble: bool = False,
    complete: bool = False,
) -> list[Score]:
    """Train what is not trained yet below `root`, test it, and say each score as it comes.

    Parameters
    ----------
    root
        Holds the modeloids; run again, it goes on where it stood.
    seeds
        Of `voices`; the baselines have one.
    settings
        Changes to the preset's parameters, ``cycle`` among them; ``preset``, another one.
    ensemble
        Score the seeds' modeloids together, too.
    complete
        `completed` will be asked next: say at once where it could not.

    Raises
    ------
    ModeloidError
        An unknown model, nothing to put together or to complete, or a modeloid below `root` that was made with other
        settings.
    """
    for name in models:
        if name not in MODELS:
            raise ModeloidError(f"unknown model {name!r}", "bench voices", nearest(name, MODELS))
    if "voices" not in models:
        _check_trained(root, ensemble, complete)
    scores: list[Score] = []
    for model in models:
        for seed in seeds if model == "voices" else (0,):
            scores.append(_trained(root, seed, settings or {}) if model == "voices" else _counted(model))
            say(_told(scores[-1]))
    if ensemble:
        scores.append(_together(root, seeds))
        say(_told(scores[-1]))
    return scores


def _check_trained(root: Path, ensemble: bool, complete: bool) -> None:
    """Where only what is counted is asked for, what needs modeloids is said at once, not after the counting."""
    do = "Add voices to --models"
    if ensemble:
        raise ModeloidError("there is no ensemble of what is only counted", "bench voices --ensemble", do)
    target = root / "voices-0"
    if complete and not (target / "state").is_dir():
        raise ModeloidError("no trained modeloid to complete with", target, do)


def _told(score: Score) -> str:
    return f"{score.model:18} seed {score.seed}  valid {score.valid:.3f}  test {score.test:.3f}"


def table(scores: Sequence[Score]) -> list[str]:
    """The published rows and ours, one line each; ours the median of the seeds, with how many there are."""
    lines = [f"{'nats per frame':44}{'kind':20}{'valid':>9}{'test':>9}"]
    lines += [_line(row.model, row.kind, row.valid, row.test) for row in ROWS]
    for model in dict.fromkeys(score.model for score in scores):
        mine = [score for score in scores if score.model == model]
        of = f"modeloid {model}" + (f", median of {len(mine)} seeds" if len(mine) > 1 else "")
        valid, test = median(score.valid for score in mine), median(score.test for score in mine)
        lines.append(_line(of, mine[0].kind, valid, test))
    return lines


def stored(scores: Sequence[Score], command: str, completed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had; what was completed how well."""
    found = {"command": command, "machine": machine(), "scores": [asdict(score) for score in scores]}
    return found | ({"completed": dict(completed)} if completed else {})


def completed(root: Path, seed: int = 0, every: int = 1) -> dict[str, dict[str, float]]:
    """How likely real voices are where others are given, in nats per frame on the validation part.

    "forced": the given cells are put in as they come, and what is not yet reached is not looked at; "told": they are
    looked at ahead. Both are distributions over all ways to complete: less is better.

    Parameters
    ----------
    root, seed
        As in `run`, which has trained it.
    every
        Only each so-manieth piece.
    """
    modeloid: Any = app.load(root / f"voices-{seed}")
    grids = _grids("valid")[::every]
    frames, found = sum(map(len, grids)), {}
    given_voices = {"soprano given": [0], "soprano and bass given": [0, 3], "bass given": [3]}
    with modeloid.averaged():
        for name, kept in given_voices.items():
            totals = np.zeros(2)
            for grid in grids:
                given = np.zeros(grid.shape, np.bool_)
                given[:, kept] = True
                plain = np.where(given, 0.0, modeloid.cell_likelihoods(grid)).sum()
                totals -= [plain, modeloid.cell_likelihoods(grid, given).sum()]
            found[name] = dict(zip(("forced", "told"), (totals / frames).round(4).tolist(), strict=True))
    return found


def lines(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """What `completed` gave, one line each."""
    head = [f"{'nats per frame of the other voices, valid':44}{'forced':>9}{'told':>9}"] if found else []
    return head + [f"{name:44}{one['forced']:9.3f}{one['told']:9.3f}" for name, one in found.items()]


def _line(name: str, kind: str, valid: float | None, test: float | None) -> str:
    numbers = "".join(f"{'–' if value is None else f'{value:.3f}':>9}" for value in (valid, test))
    return f"{name:44.44}{kind:20}{numbers}"


def _trained(root: Path, seed: int, settings: Mapping[str, Any]) -> Score:
    target = root / f"voices-{seed}"
    preset = settings.get("preset", PRESET)
    if preset not in presets:
        raise ModeloidError(f"no preset {preset!r}", "model voices", nearest(preset, presets))
    # a preset that is named is asked for with all that it says
    said = presets[preset] if "preset" in settings else {"parameters": {}, "cycle": {}}
    asked = {**said["parameters"], **settings, "cycle": {**said["cycle"], **settings.get("cycle", {}), "seed": seed}}
    asked.pop("preset", None)
    ensure(target, "voices", preset, asked)
    outcome = finished(target)
    found = outcome.test["likelihood"]
    return Score(
        _SET,
        called("voices", target),
        seed,
        found["nll_per_step"],
        found["nll_per_step_se"],
        found["nll_per_step_mean_of_items"],
        float(outcome.best["value"]),
        int(found["steps"]),
        outcome.step,
        round(minutes(target), 2),
        f"weights of turn {outcome.test['step']}, the best by {outcome.best['quantity']}",
        "exact, with metre",
    )


def _together(root: Path, seeds: Sequence[int]) -> Score:
    """Each choice by the mean of the probabilities that the seeds' modeloids give it: itself an exact model."""
    modeloids: list[Any] = [app.load(root / f"voices-{seed}") for seed in seeds]

    def nats(grid: Grid) -> float:
        cells = np.stack([modeloid.cell_likelihoods(grid) for modeloid in modeloids])
        return float((np.logaddexp.reduce(cells, axis=0) - np.log(len(cells))).sum())

    with ExitStack() as stack:
        for modeloid in modeloids:
            stack.enter_context(modeloid.averaged())
        parts = {part: _grids(part) for part in ("valid", "test")}
        found = {part: means([nats(grid) for grid in grids], list(map(len, grids))) for part, grids in parts.items()}
    detail = f"the mean of the probabilities of {len(modeloids)} seeds, choice by choice"
    frames = sum(map(len, parts["test"]))
    test, error, pieces = found["test"]
    return Score(
        _SET, "ensemble", 0, test, error, pieces, found["valid"][0], frames, 0, 0.0, detail, "exact, with metre"
    )


def _counted(model: str) -> Score:
    train, valid, test = (_grids(part) for part in ("train", "valid", "test"))
    lengths, tried = [len(grid) for grid in valid], {}
    above = model == "ngram-above"
    if model == "marginals":
        detail = "each voice with its shares of the training frames"
        kept, nats = means(marginals(train, valid, _VALUES), lengths)[0], marginals(train, test, _VALUES)
    else:
        tried = {back: means(ngram(train, valid, _VALUES, back, above), lengths)[0] for back in _BACK}
        chosen = min(tried, key=tried.__getitem__)
        also = " and the voice above" if above else ""
        detail = f"each voice given its own last {chosen} frames{also}, chosen of 1 to 4 on the validation part"
        kept, nats = tried[chosen], ngram(train, test, _VALUES, chosen, above)
    value, error, pieces = means(nats, [len(grid) for grid in test])
    told = {f"frames={back}": one for back, one in tried.items()}
    frames = sum(map(len, test))
    return Score(_SET, model, 0, value, error, pieces, kept, frames, 0, 0.0, detail, tried=told)


def _grids(part: str) -> list[Grid]:
    domain = open_domain({"domain": "music", "sets": [_SET], "split": "published", "representation": _SPEC})
    # the window is longer than any piece, so that nothing is cut of the training part either
    batch = domain.batch(part, np.arange(domain.size(part)), Rng(0))
    return [cells[:length] for cells, length in zip(batch.cells, batch.lengths, strict=True)]
