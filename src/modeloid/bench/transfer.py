"""`modeloid bench transfer`: pieces of two genres brought into one another, judged on both sides.

The protocol: modeloids learn from the training part; phrases of four bars of the test part, as they lie, go there and
back. A classifier, trained on the training part apart from them, says which genre a phrase is of, or that it is none:
it has seen rubbish. Beside it stands what is kept of the phrase, how near the result is to the other genre by our
metrics, and whether the way back leans on what a written piece could not carry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from modeloid import app
from modeloid.app.wiring import open_card, open_domain
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.stages import averaged

from .made import ensure
from .poly import minutes
from .strengths import Score, stored, table
from .transferred import Judge, Transfer, copy, swap

__all__ = ["MODELS", "PAIRS", "Score", "run", "stored", "table"]

MODELS = ("copy", "swap", "cyclegan", "discogan")
"""Copying the phrase and taking any phrase of the other genre: the two ends of what a transfer can do; and ours."""
PAIRS: Mapping[str, str] = {
    "classical-pop": "default",
    "jazz-pop": "jazz-pop",
    "folk-pop": "folk-pop",
    "jigs-reels": "jigs-reels",
}
"""Pair -> the preset that trains on it."""


def run(
    root: Path,
    pairs: Sequence[str] = ("classical-pop",),
    models: Sequence[str] = MODELS,
    seeds: Sequence[int] = (0,),
    settings: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
) -> list[Score]:
    """Train what is not trained yet below `root`, judge it, and say each score as it comes.

    Parameters
    ----------
    root
        Holds the modeloids; run again, it goes on where it stood.
    settings
        Changes to the preset's parameters, ``cycle`` among them, for all networks alike.

    Raises
    ------
    ModeloidError
        An unknown pair or model, or a modeloid below `root` that was made with other settings.
    """
    for kind, names, known in (("pair", pairs, tuple(PAIRS)), ("model", models, MODELS)):
        for name in names:
            if name not in known:
                raise ModeloidError(f"unknown {kind} {name!r}", "bench transfer", nearest(name, known))
    scores: list[Score] = []
    for pair in pairs:
        judges: dict[str, Judge] = {}
        for model in models:
            for seed in seeds if model not in ("copy", "swap") else (0,):
                score = _scored(root, pair, model, seed, settings or {}, judges)
                say(f"{pair:14} {model:9} seed {seed}  strength {score.strength:.3f}  target {score.target:.3f}")
                scores.append(score)
    return scores


def _scored(
    root: Path, pair: str, model: str, seed: int, settings: Mapping[str, Any], judges: dict[str, Judge]
) -> Score:
    family = model if model not in ("copy", "swap") else "cyclegan"
    target = root / f"{family}-{pair}-{seed}"
    cycle = {**settings.get("cycle", {}), "seed": seed}
    ensure(target, family, PAIRS[pair], {**settings, "cycle": cycle})
    turns, took, detail = 0, 0.0, "the phrase itself" if model == "copy" else "any phrase of the other genre"
    card = open_card(target)
    spec = card.data["representation"]
    pitches = f"{spec['low']}-{spec['high']}"
    if pitches not in judges:
        domain = open_domain(card.data, card.directory)
        judges[pitches] = Judge(domain, domain.representation)  # type: ignore[attr-defined]
    judge = judges[pitches]
    if model in ("copy", "swap"):
        found = judge(copy if model == "copy" else swap(judge.real))
    else:
        outcome = app.train(target)
        if outcome.status != "done":
            raise ModeloidError(f"stopped at turn {outcome.step} ({outcome.reason})", target, "Run the bench again")
        turns, took = outcome.step, round(minutes(target), 2)
        best = f"turn {outcome.best['step']}, best by {outcome.best['quantity']}" if outcome.best else "the last turn"
        modeloid: Any = app.load(target)
        detail = f"averaged weights of {best}"
        with averaged(modeloid):
            found = judge(_of(modeloid))
    rounded = {name: round(value, 4) for name, value in found.items()}
    return Score(pair, model, seed, **rounded, turns=turns, minutes=took, detail=detail)


def _of(modeloid: Any) -> Transfer:
    return lambda rolls, to: modeloid.chances(rolls[:, None], to)[:, 0]
