"""The protocol itself: what is measured of which system, in which order, and what is printed and kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.environment import machine
from modeloid.music.kinship import heard
from modeloid.music.represent.parts import cut

from . import lines
from .compared import families
from .compared import lines as compared_lines
from .genres import FOREIGN, cuttings
from .ground import LONG_BARS, Ground, ground
from .measures import Values, diversity, influences, measured, rounded
from .proofs import (
    Answer,
    Maker,
    Symbols,
    answered,
    blended,
    by_strength,
    hidden_message,
    odd_inspirers,
    pathological,
    swap,
)
from .refusal import PAIRS
from .systems import Blend, Code, System, cheating, heard_again, inspirers, nearest_real, strangers

DATA: Mapping[str, Any] = {
    "domain": "music",
    "sets": ["pop909"],
    "split": "groups:52/28/20",
    "representation": {"kind": "parts", "window_bars": 32, "parts": ["MELODY", "BRIDGE", ["piano", 0, 127]]},
}
"""What is judged on where no modeloid says otherwise."""

FLOOR, HUMAN = "floor", "human line"
_CORPUS_SLICES = 2
_VARIED, _SEEDS = 24, 4
_LONG_PIECES = 64


@dataclass(frozen=True)
class Candidate:
    """A system with all that can be asked of it.

    Parameters
    ----------
    system
        Makes a slice of each inspirer.
    make
        Strength -> system; None where there is no strength to set.
    symbols
        Slices -> symbols of its encoder, for the hidden message; None where it has none.
    inspired
        Whether it looks at inspirers at all.
    answer
        What it makes of one score, for odd inspirers; None where it does not read scores.
    long
        Makes pieces of `LONG_BARS` bars, for dynamics, time and instrumentation; None where it makes none.
    blend
        Makes a slice of two inspirers; None where it takes one alone.
    without
        Of each part that is left out, what then makes slices, and pieces of `LONG_BARS` bars.
    """

    system: System
    make: Maker | None = None
    symbols: Symbols | None = None
    inspired: bool = True
    answer: Answer | None = None
    long: System | None = None
    blend: Blend | None = None
    without: Mapping[str, tuple[System, System]] = field(default_factory=dict)


def lines_of_reality(found: Ground, say: Callable[[str], None] = print) -> dict[str, Values]:
    """The floor, the human line and the eleven cheaters, measured like any system."""
    xs, whole = found.xs, found.whole
    scores = {
        FLOOR: measured(found.bench, strangers(xs, 0), xs, whole)[0],
        # the song's own slices copy the song: only the inspirer itself is held against them
        HUMAN: measured(found.bench, found.kin, xs, [None] * len(xs))[0],
    }
    # the human line is what judges hear, whatever gates say of it; how many they refuse is told beside
    scores[HUMAN] |= influences(found.bench.judges, found.kin, xs, np.zeros(len(xs), bool))
    scores[HUMAN]["diversity"] = diversity([xs, found.kin], found.bench.drum_parts)
    for name, values in cheats(found).items():
        scores[name] = values
        say(f"{name:36} top-1 {100 * values['top1_open']:5.1f} %, refused {100 * values['refused']:5.1f} %")
    return {name: rounded({"inspirers": float(len(xs)), **values}) for name, values in scores.items()}


def cheats(found: Ground) -> dict[str, Values]:
    """What the gates make of the cheaters: ``refused``, influence with the gates, and without (``top1_open``)."""
    xs, whole, judge = found.xs, found.whole, found.bench.judges[0]
    corpus = cuttings(found.train, each=_CORPUS_SLICES)
    of = [(song, first) for song, first, _ in found.of]
    scores = {}
    for name, ys in cheating(corpus, of, found.bench.drum_parts, judge.embed).items():
        scores[name], _ = measured(found.bench, ys, xs, whole, voice=False)
    return scores


def scored(found: Ground, one: Candidate, say: Callable[[str], None] = print) -> tuple[Values, dict[str, Any]]:
    """All of the table of one system, and what is kept beside it (what was refused why, what odd inspirers gave)."""
    xs, drums = found.xs, found.bench.drum_parts
    ys = heard_again(one.system(xs, 0), found.coder)
    values, refused = measured(found.bench, ys, xs, found.whole)
    say(f"top-1 {100 * values['top1']:.1f} %, MRR {values['mrr']:.3f}, refused {100 * refused.share:.1f} %")
    few = xs[:_VARIED]
    several = [ys[:_VARIED], *(heard_again(one.system(few, seed), found.coder) for seed in range(1, _SEEDS))]
    values["diversity"] = diversity(several, drums)
    beside: dict[str, Any] = {"reasons": dict(refused.reasons)}
    if one.inspired:
        values |= _from_training(found, one) | _from_abroad(found, one)
        values["swap"] = swap(one.system, found.bench.judges, few, found.coder)
    if one.answer:
        beside["odd"] = pathological(one.answer, odd_inspirers(found.coder))
        values["pathological"] = answered(beside["odd"])
    if one.make:
        values |= by_strength(one.make, found.bench.judges, xs, found.coder)
    if one.blend:
        values |= blended(one.blend, found.bench.judges, xs[:_LONG_PIECES], found.coder)
    if one.long:
        made = one.long(xs[:_LONG_PIECES], 0)
        beside["families"] = families([cut(y, 0, LONG_BARS) for y in made], found.long, found.coder)
    if one.symbols:
        values |= hidden_message(one.symbols, ys, xs, drums)
    return rounded({"inspirers": float(len(xs)), **values}), beside


def scored_without(
    found: Ground, systems: tuple[System, System], say: Callable[[str], None] = print
) -> tuple[Values, dict[str, Any]]:
    """What is left of a system without one of its parts: influence, copying and voice of slices, and the families."""
    slices, pieces = systems
    xs = found.xs[:_LONG_PIECES]
    values, refused = measured(found.bench, heard_again(slices(xs, 0), found.coder), xs, found.whole[: len(xs)])
    say(f"top-1 {100 * values['top1']:.1f} %, MRR {values['mrr']:.3f}, refused {100 * refused.share:.1f} %")
    made = [cut(y, 0, LONG_BARS) for y in pieces(xs, 0)]
    return rounded({"inspirers": float(len(xs)), **values}), {"families": families(made, found.long, found.coder)}


def run(
    domain: Any,
    folder: Path,
    candidates: Mapping[str, Candidate] | None = None,
    codes: Mapping[str, Code] | None = None,
    say: Callable[[str], None] = print,
    most: int | None = None,
    turns: int | None = None,
    foreign: Sequence[str] = FOREIGN,
    pairs: int = PAIRS,
    keep: bool = False,
) -> dict[str, Any]:
    """Measure the lines of reality, then each candidate; what was measured is kept in the folder as it comes.

    Parameters
    ----------
    domain
        Of the modeloids' data; ``app.wiring.open_domain(DATA)`` where there are none.
    folder
        Holds judges, lines, and ``scores.json``, see `stored`.
    candidates
        Name -> what is judged.
    codes
        Name -> embedding of slices: the bound that handing in the nearest real slice by it gives.
    keep
        Whether what the folder says of systems of the same names is believed, and they are not measured again: of
        whatever inspirers and weights that was. ``codes`` are measured always.

    Returns
    -------
    ``scores``: system -> quantity -> value; ``beside``: system -> what else is known.
    """
    found = ground(domain, folder, most, foreign, turns, pairs, say)
    scores, beside = _kept(folder) if keep else ({}, {})
    if HUMAN not in scores:
        scores |= lines_of_reality(found, say)
        _keep(folder, scores, beside)
    corpus = cuttings(found.train, each=_CORPUS_SLICES)
    reals = {f"nearest by {name}": Candidate(nearest_real(corpus, code), None) for name, code in (codes or {}).items()}
    for name, candidate in reals.items():
        # real slices of the training part are refused by its own grams, which says nothing about a code
        scores[name] = rounded(_open(found, candidate.system))
    for name, measure in _to_measure(found, candidates or {}, say).items():
        if name in beside:
            say(f"kept: {name}, of {scores[name].get('inspirers', 0):.0f} inspirers")
            continue
        say(f"judging {name}")
        scores[name], beside[name] = measure()
        _keep(folder, scores, beside)
    _keep(folder, scores, beside)
    return {"scores": scores, "beside": beside}


def _to_measure(
    found: Ground, candidates: Mapping[str, Candidate], say: Callable[[str], None]
) -> dict[str, Callable[[], tuple[Values, dict[str, Any]]]]:
    """What is still to be done for each row: the systems, and they without each of their parts."""
    rows: dict[str, Callable[[], tuple[Values, dict[str, Any]]]] = {}
    for name, one in candidates.items():
        rows[name] = partial(scored, found, one, say)
        for part, systems in one.without.items():
            rows[f"{name}, {part}"] = partial(scored_without, found, systems, say)
    return rows


def table(found: Mapping[str, Any], cheaters: bool = False) -> list[str]:
    """The table; the cheaters only where they are asked for, since each is a column."""
    from modeloid.music.kinship import CHEATERS

    shown = {name: values for name, values in found["scores"].items() if cheaters or name not in CHEATERS}
    rows = lines.table(shown)
    compared = {name: beside["families"] for name, beside in found.get("beside", {}).items() if "families" in beside}
    return [*rows, "", *compared_lines(compared)] if compared else rows


def stored(found: Mapping[str, Any], command: str) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had."""
    return {"command": command, "machine": machine(), **found}


def _open(found: Ground, system: System) -> Values:
    """Influence of what needs no gate."""
    return influences(found.bench.judges, system(found.xs, 0), found.xs, np.zeros(len(found.of), bool))


def _from_training(found: Ground, one: Candidate) -> Values:
    """Copying where the inspirer is of the training part, of as many as the varied ones."""
    numbers, firsts = inspirers(found.train[: 3 * _VARIED], found.bench.drum_parts)
    taken = list(zip(numbers, firsts, strict=True))[:_VARIED]
    xs = [found.train[number].slice(int(first)) for number, (first, _) in taken]
    whole = [heard(found.train[number].rows, found.bench.drum_parts) for number, _ in taken]
    ys = heard_again(one.system(xs, 0), found.coder)
    refused = found.bench.gate(ys, xs, whole)
    values, _ = measured(found.bench, ys, xs, whole, voice=False)
    return {
        "training/barcopy": values["barcopy"],
        "training/barcopy_p95": values["barcopy_p95"],
        "training/refused": refused.share,
    }


def _from_abroad(found: Ground, one: Candidate) -> Values:
    """Influence and voice where the inspirer is of another genre; ``foreign`` is the mean over the genres."""
    values: Values = {}
    for name, xs in found.foreign.items():
        ys = heard_again(one.system(xs, 0), found.coder)
        here, _ = measured(found.bench, ys, xs, [None] * len(xs))
        kept = ("top1", "top1_se", "mrr", "own_genre", "refused")
        values |= {f"{name}/{key}": here[key] for key in kept if key in here} | {f"{name}/inspirers": float(len(xs))}
    for key in ("top1", "own_genre"):
        of_genres = [values[f"{name}/{key}"] for name in found.foreign if f"{name}/{key}" in values]
        if of_genres:
            values[f"foreign/{key}"] = float(np.mean(of_genres))
    return values


def _kept(folder: Path) -> tuple[dict[str, Values], dict[str, Any]]:
    path = folder / "scores.json"
    if not path.exists():
        return {}, {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["scores"], found["beside"]


def _keep(folder: Path, scores: Mapping[str, Values], beside: Mapping[str, Any]) -> None:
    text = json.dumps({"scores": scores, "beside": beside}, indent=1, ensure_ascii=False)
    # whole or not at all: a cut must not leave half of what took an hour
    fresh = folder / "scores.json.new"
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(folder / "scores.json")
