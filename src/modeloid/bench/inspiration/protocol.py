"""The protocol itself: what is measured of which system, in which order, and what is printed and kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.environment import machine
from modeloid.cycle.errors import ModeloidError
from modeloid.music.kinship import features, heard
from modeloid.music.represent.parts import Rows, cut

from . import lines
from .compared import families
from .compared import lines as compared_lines
from .genres import FOREIGN, Genres, cuttings, foreign_songs
from .judging import judges_of
from .measures import Bench, Values, diversity, influences, measured, rounded
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
from .refusal import PAIRS, gate
from .slices import Song, own_sets, songs
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
_MOST_FOREIGN = 48
LONG_BARS = 32
"""Of the pieces whose dynamics, time and instrumentation are compared."""
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


@dataclass
class Ground:
    """All that stays the same for every system.

    Parameters
    ----------
    coder
        The representation.
    bench
        What is measured with.
    train, of
        Songs of the training part; those of the inspirers, with the first bar of each and of its kin.
    foreign
        Set -> slices of it, one a piece, that the classifier has not learned from.
    """

    coder: Any
    bench: Bench
    train: list[Song]
    of: list[tuple[Song, int, int]]
    foreign: dict[str, list[Rows]] = field(default_factory=dict)

    @property
    def xs(self) -> list[Rows]:
        """The inspirers."""
        return [song.slice(first) for song, first, _ in self.of]

    @property
    def kin(self) -> list[Rows]:
        """Of each inspirer a slice of the same song that does not copy it."""
        return [song.slice(other) for song, _, other in self.of]

    @property
    def long(self) -> list[Rows]:
        """Real excerpts of `LONG_BARS` bars, one of each song that has as many."""
        return [song.slice(0, LONG_BARS) for song, _, _ in self.of if song.bars >= LONG_BARS]

    @property
    def whole(self) -> list[Any]:
        """The song of each inspirer, for the gates."""
        return [heard(song.rows, self.bench.drum_parts) for song, _, _ in self.of]


def ground(
    domain: Any,
    folder: Path,
    most: int | None = None,
    foreign: Sequence[str] = FOREIGN,
    turns: int | None = None,
    pairs: int = PAIRS,
    say: Callable[[str], None] = print,
) -> Ground:
    """Train or read the judges, draw the gates' lines, learn the genres, and choose the inspirers.

    Parameters
    ----------
    domain
        Of music, its representation of the kind "parts".
    folder
        Where judges and lines are kept.
    most
        Inspirers at most; all where not given.
    foreign
        Sets of other genres; those that are not on this machine, or that the domain is made of, are left out.
    turns
        Shortens the lessons of judges and classifier.
    pairs
        Of strangers that the gates' lines are drawn from.

    Raises
    ------
    ModeloidError
        The representation is of another kind, or there are fewer than two inspirers.
    """
    coder = domain.representation
    if coder.kind != "parts":
        raise ModeloidError(f"representation {coder.kind!r}", "bench inspiration", 'Use a modeloid of the kind "parts"')
    drums = coder.drum_parts
    train, valid, test = (songs(domain, part) for part in ("train", "valid", "test"))
    known = judges_of(valid, drums, folder, say=say, turns=turns)
    own = own_sets(domain.data["sets"])
    others = {name: found for name in foreign if name not in own and (found := foreign_songs(name, drums))}
    # the classifier learns from every second foreign piece, the others inspire
    shown = [cuttings(valid), *(cuttings(pieces[::2]) for pieces in others.values())]
    genres = Genres(shown, drums, **({"turns": turns} if turns else {})) if others else None
    numbers, firsts = inspirers(test, drums)
    if len(numbers) < 2:
        raise ModeloidError(f"{len(numbers)} inspirers", "bench inspiration", "Use a larger test part")
    of = [(test[number], int(one), int(other)) for number, (one, other) in zip(numbers, firsts, strict=True)][:most]
    real = np.array([features(rows, drums) for rows in cuttings(test)])
    bench = Bench(known, gate(train, valid, drums, folder, pairs), genres, real, drums)
    inspiring = {name: cuttings(pieces[1::2], each=1)[:_MOST_FOREIGN] for name, pieces in others.items()}
    return Ground(coder, bench, train, of, inspiring)


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
    return {name: rounded(values) for name, values in scores.items()}


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
    return rounded(values), beside


def scored_without(
    found: Ground, systems: tuple[System, System], say: Callable[[str], None] = print
) -> tuple[Values, dict[str, Any]]:
    """What is left of a system without one of its parts: influence, copying and voice of slices, and the families."""
    slices, pieces = systems
    xs = found.xs[:_LONG_PIECES]
    values, refused = measured(found.bench, heard_again(slices(xs, 0), found.coder), xs, found.whole[: len(xs)])
    say(f"top-1 {100 * values['top1']:.1f} %, MRR {values['mrr']:.3f}, refused {100 * refused.share:.1f} %")
    made = [cut(y, 0, LONG_BARS) for y in pieces(xs, 0)]
    return rounded(values), {"families": families(made, found.long, found.coder)}


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

    Returns
    -------
    ``scores``: system -> quantity -> value; ``beside``: system -> what else is known.
    """
    found = ground(domain, folder, most, foreign, turns, pairs, say)
    scores = lines_of_reality(found, say)
    beside: dict[str, Any] = {}
    corpus = cuttings(found.train, each=_CORPUS_SLICES)
    reals = {f"nearest by {name}": Candidate(nearest_real(corpus, code), None) for name, code in (codes or {}).items()}
    for name, candidate in reals.items():
        # real slices of the training part are refused by its own grams, which says nothing about a code
        scores[name] = rounded(_open(found, candidate.system))
    for name, candidate in (candidates or {}).items():
        say(f"judging {name}")
        scores[name], beside[name] = scored(found, candidate, say)
        _keep(folder, scores, beside)
        for part, systems in candidate.without.items():
            say(f"judging {name}, {part}")
            scores[f"{name}, {part}"], beside[f"{name}, {part}"] = scored_without(found, systems, say)
            _keep(folder, scores, beside)
    _keep(folder, scores, beside)
    return {"scores": scores, "beside": beside}


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
        values |= {f"{name}/{key}": here[key] for key in ("top1", "mrr", "own_genre", "refused") if key in here}
    for key in ("top1", "own_genre"):
        of_genres = [values[f"{name}/{key}"] for name in found.foreign if f"{name}/{key}" in values]
        if of_genres:
            values[f"foreign/{key}"] = float(np.mean(of_genres))
    return values


def _keep(folder: Path, scores: Mapping[str, Values], beside: Mapping[str, Any]) -> None:
    text = json.dumps({"scores": scores, "beside": beside}, indent=1, ensure_ascii=False)
    (folder / "scores.json").write_text(text + "\n", encoding="utf-8")
