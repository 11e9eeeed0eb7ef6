"""`modeloid bench events`: POP909 and ASAP as tokens; ours beside a GPT-2 of its size and beside counted n-grams.

The protocol: exact likelihood of whole test pieces, every token scored once on what went before it (a network with a
context reads on from a bar line in the half context before what it scores); the bits of all tokens shared out among the
notes, and among the seconds that the pieces last at their own tempo. Padding is no token. What is chosen is chosen on
the validation part alone. The networks have as many parameters within 2 %, the same data, batch, turns and recipe.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid import app
from modeloid.app.wiring import open_domain
from modeloid.cycle.environment import machine
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.stages import averaged
from modeloid.models.events import presets

from .made import ensure, finished
from .token_counts import Counted
from .trained import minutes

SETS = ("pop909", "asap")
NETWORKS: Mapping[str, Mapping[str, Any]] = {
    "transformer": {"network": "transformer", "width": 192},
    "lstm": {"network": "lstm", "width": 234},
    "gpt2": {"network": "gpt2", "width": 184},
}
"""Name -> what makes them as large as one another."""
MODELS = ("unigram", "ngram", *NETWORKS)
_ORDERS = range(2, 8)


@dataclass(frozen=True)
class Score:
    """One model on the test part of one set.

    Parameters
    ----------
    set, model, seed
        Which. What is counted draws nothing: seed 0.
    bits_per_note, bits_per_note_se
        All bits over all notes, and the standard error of that ratio over pieces.
    bits_per_second, bits_per_token
        The same bits over other counts.
    valid
        Nats per token on the validation part: of windows for networks, of whole pieces for what is counted.
    pieces, notes, tokens, seconds
        What was scored.
    parameters
        Numbers that were learned; of what is counted: how many different n-grams.
    context
        The most tokens that are known of the past; None: all.
    turns, minutes
        Of training; minutes of wall time, of a machine that may have had other work.
    detail
        What else it takes to know which it was.
    """

    set: str
    model: str
    seed: int
    bits_per_note: float
    bits_per_note_se: float
    bits_per_second: float
    bits_per_token: float
    valid: float
    pieces: int
    notes: int
    tokens: int
    seconds: float
    parameters: int
    context: int | None
    turns: int
    minutes: float
    detail: str


@dataclass(frozen=True)
class Part:
    """The pieces of one part of a set: rows of tokens; how many notes each has, and how many seconds."""

    rows: list[NDArray[np.int64]]
    notes: NDArray[np.int64]
    seconds: NDArray[np.float64]


def run(
    root: Path,
    sets: Sequence[str] = SETS,
    models: Sequence[str] = MODELS,
    seeds: Sequence[int] = (0,),
    settings: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
) -> list[Score]:
    """Train what is not trained yet below `root`, score it, and say each score as it comes.

    Parameters
    ----------
    root
        Holds the modeloids; run again, it goes on where it stood.
    settings
        Changes to the preset's parameters, ``cycle`` among them, for all networks alike.

    Raises
    ------
    ModeloidError
        An unknown set or model, or a modeloid below `root` that was made with other settings.
    """
    for kind, names, known in (("set", sets, SETS), ("model", models, MODELS)):
        for name in names:
            if name not in known:
                raise ModeloidError(f"unknown {kind} {name!r}", "bench events", nearest(name, known))
    scores: list[Score] = []
    for name in sets:
        for model in models:
            for seed in seeds if model in NETWORKS else (0,):
                is_trained = model in NETWORKS
                score = _trained(root, name, model, seed, settings or {}) if is_trained else _counted(name, model)
                say(
                    f"{name:8} {model:12} seed {seed}  test {score.bits_per_note:.3f} bits per note, "
                    f"{score.bits_per_second:.1f} per second; valid {score.valid:.4f} nats per token"
                )
                scores.append(score)
    return scores


def table(scores: Sequence[Score]) -> list[str]:
    """One line a model, the mean over its seeds: bits per note and per second of each set."""
    sets = [name for name in SETS if any(score.set == name for score in scores)]
    lines = [f"{'exact, whole test pieces':34}" + "".join(f"{name + ' bits/note':>20}{'bits/s':>10}" for name in sets)]
    for model in dict.fromkeys(score.model for score in scores):
        mine = {name: [score for score in scores if (score.model, score.set) == (model, name)] for name in sets}
        most = max(map(len, mine.values()))
        line = f"{model + (f', mean of {most} seeds' if most > 1 else ''):34}"
        for found in mine.values():
            if not found:
                line += f"{'–':>20}{'–':>10}"
                continue
            per_note = np.mean([score.bits_per_note for score in found])
            error = f" ± {found[0].bits_per_note_se:.2f}"
            line += f"{f'{per_note:.3f}' + error:>20}{np.mean([score.bits_per_second for score in found]):>10.1f}"
        lines.append(line)
    return lines


def stored(scores: Sequence[Score], command: str) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had."""
    return {"command": command, "machine": machine(), "scores": [asdict(score) for score in scores]}


def seconds_of(columns: Any) -> float:
    """How long a piece lasts at its own tempo, from tick 0 to the end of its last note."""
    about, end = columns.about, columns.end_tick
    rows = [[0, 500_000], *sorted(about["tempos"], key=lambda row: row[0])]
    ticks = np.minimum([row[0] for row in rows] + [end], end).astype(np.float64)
    return float((np.diff(ticks) * [row[1] for row in rows]).sum() / about["tpq"] / 1e6)


def _trained(root: Path, name: str, model: str, seed: int, settings: Mapping[str, Any]) -> Score:
    target = root / f"{model}-{name}-{seed}"
    asked = {**settings, "cycle": {**settings.get("cycle", {}), "seed": seed}}
    ensure(target, "events", name, asked, {**NETWORKS[model], "cycle": {"generate": "never"}})
    outcome = finished(target)
    modeloid: Any = app.load(target)
    part = _part(name, "test")
    nats = _nats(modeloid, part, target.with_suffix(".nats.json"), int(outcome.best["step"]))
    parameters = sum(one.numel() for one in modeloid.net.parameters())
    context = modeloid.net.limit
    best = outcome.best
    detail = f"weights of turn {best['step']}, the best by {best['quantity']}; width {modeloid.model['width']}"
    training = (outcome.step, round(minutes(target), 2))
    return _score((name, model, seed), part, nats, float(best["value"]), parameters, context, *training, detail)


def _nats(modeloid: Any, part: Part, beside: Path, step: int) -> NDArray[np.float64]:
    """Of each piece; once found they lie beside the modeloid, with the turn of the weights that found them."""
    if beside.exists():
        known = json.loads(beside.read_text(encoding="utf-8"))
        if known["step"] == step and len(known["nats"]) == len(part.rows):
            return np.array(known["nats"])
    with averaged(modeloid):
        nats = [-float(modeloid.piece_likelihoods(row).sum()) for row in part.rows]
    beside.write_text(json.dumps({"step": step, "nats": nats}) + "\n", encoding="utf-8")
    return np.array(nats)


def _counted(name: str, model: str) -> Score:
    train, valid, test = (_part(name, part) for part in ("train", "valid", "test"))
    orders = (1,) if model == "unigram" else _ORDERS
    counted = Counted(train.rows, _vocabulary(name), max(orders))

    def nats(part: Part, order: int) -> NDArray[np.float64]:
        return np.array([-counted.log_likelihood(row, order) for row in part.rows])

    tried = {order: float(nats(valid, order).sum()) / sum(map(len, valid.rows)) for order in orders}
    best = min(tried, key=lambda order: tried[order])
    detail = f"{best} tokens together" + (f", of {min(orders)} to {max(orders)} by validation" * (len(tried) > 1))
    return _score(
        (name, model, 0), test, nats(test, best), tried[best], counted.different(best), best - 1, 0, 0.0, detail
    )


def _score(which: tuple[str, str, int], part: Part, nats: NDArray[np.float64], *rest: Any) -> Score:
    bits, tokens = nats / math.log(2), sum(map(len, part.rows))
    notes, seconds = int(part.notes.sum()), float(part.seconds.sum())
    per_note = float(bits.sum()) / notes
    # Of a ratio of sums over pieces (Cochran 1977, equation 6.13, a sample small beside all music).
    spread = bits - per_note * part.notes
    error = math.sqrt(float((spread**2).sum()) * len(bits) / max(1, len(bits) - 1)) / notes
    rates = (per_note, error, float(bits.sum()) / seconds, float(bits.sum()) / tokens)
    valid, *others = rest
    return Score(*which, *rates, valid, len(bits), notes, tokens, round(seconds, 1), *others)


@cache
def _part(name: str, part: str) -> Part:
    domain = _domain(name)
    pieces = domain.pieces(part)
    rows = [domain.representation.encode_columns(piece)[0].astype(np.int64) for piece in pieces]
    seconds = np.array([seconds_of(piece) for piece in pieces])
    holds = domain.representation.known["Duration"].holds
    return Part(rows, np.array([int(holds(row).sum()) for row in rows]), seconds)


def _vocabulary(name: str) -> int:
    return int(_domain(name).representation.known.size)


@cache
def _domain(name: str) -> Any:
    return open_domain({"domain": "music", **presets[name]["data"]})
