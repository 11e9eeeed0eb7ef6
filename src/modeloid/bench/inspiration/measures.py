"""All that is measured of one system: influence, copying, its own voice, diversity; each number beside its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng
from modeloid.music.kinship import (
    Heard,
    barcopy_mean,
    features,
    heard,
    lead_grams_shared,
    overlap,
    voice_distance,
)
from modeloid.music.represent.parts import Rows

from .genres import Genres
from .judging import Judge
from .ranking import Influence, neighbours, ranked
from .refusal import Gate, Refused

Floats = NDArray[np.float64]
Values = dict[str, float]
"""Quantity -> number, see `lines.QUANTITIES`."""

VOICE_SLICES = 137
"""How many slices a Frechet distance is of: it depends on them."""
_FEW, _MANY = 32, 100


@dataclass(frozen=True)
class Bench:
    """What all systems are measured with.

    Parameters
    ----------
    judges
        Of the whole slice, and of facets.
    gate
        The copy gates.
    genres
        The classifier; None where no other set is at hand.
    real
        The features of real slices of the test part, shape (slices, features).
    drum_parts
        Parts that are drums.
    """

    judges: Sequence[Judge]
    gate: Gate
    genres: Genres | None
    real: Floats
    drum_parts: tuple[int, ...]


def measured(
    bench: Bench, ys: Sequence[Rows], xs: Sequence[Rows], whole: Sequence[Rows | Heard | None], voice: bool = True
) -> tuple[Values, Refused]:
    """Measure what a system made, one slice for each inspirer or a whole multiple of it.

    Parameters
    ----------
    whole
        The inspirers' songs, as `refusal.Gate` takes them.
    voice
        Whether its distance to real slices and its genre are asked for.

    Returns
    -------
    Quantity -> value, and what the gates refused.
    """
    refused = bench.gate(ys, xs, whole)
    found = influences(bench.judges, ys, xs, refused.failed)
    found |= copied(bench, ys, xs) | {"refused": refused.share}
    if voice:
        found |= voices(bench, ys)
    return found, refused


def influences(judges: Sequence[Judge], ys: Sequence[Rows], xs: Sequence[Rows], failed: Any) -> Values:
    """Top-1 and MRR of the jury and of each judge.

    ``top1``, ``mrr`` and what else has no name before it are the jury's, see `judging.Jury`; ``judges/top1`` and
    ``judges/mrr`` means over the judges that hear all. ``hard``: among the 31 texturally nearest; ``top1_open``:
    whatever the gates say. Where there are fewer inspirers than candidates, all of them are candidates, and
    ``candidates`` says how many.
    """
    few = min(_FEW, len(xs))
    said = {judge.name: judge.likeness(ys, xs) for judge in judges}
    hearing = [judge.name for judge in judges if not judge.is_facet]
    jury = np.asarray(np.mean([said[name] for name in hearing], axis=0))
    found: Values = {"candidates": float(few), **_ends(ranked(jury, few, failed))}
    found["hard"] = ranked(jury, few, failed, neighbours(xs, few - 1, judges[0].drum_parts)).top1
    found["top1_open"] = ranked(jury, few).top1
    if len(xs) >= _MANY:
        found["top1_of_100"] = ranked(jury, _MANY, failed).top1
    for name, likeness in said.items():
        found |= {f"{name}/{key}": value for key, value in _ends(ranked(likeness, few, failed)).items()}
    for key in ("top1", "mrr"):
        found[f"judges/{key}"] = float(np.mean([found[f"{name}/{key}"] for name in hearing]))
    return found


def _ends(near: Influence) -> Values:
    return {"top1": near.top1, "top1_se": near.top1_se, "mrr": near.mrr, "mrr_se": near.mrr_se}


def copied(bench: Bench, ys: Sequence[Rows], xs: Sequence[Rows]) -> Values:
    """How much is copied from the inspirers, and from the training set."""
    made = [heard(y, bench.drum_parts) for y in ys]
    given = [heard(xs[number % len(xs)], bench.drum_parts) for number in range(len(ys))]
    bars = np.array([barcopy_mean(*pair) for pair in zip(made, given, strict=True)])
    grams = np.array([lead_grams_shared(*pair) for pair in zip(made, given, strict=True)])
    return {
        "barcopy": float(bars.mean()),
        "barcopy_p95": float(np.quantile(bars, 0.95)),
        "overlap": float(np.mean([overlap(*pair) for pair in zip(made, given, strict=True)])),
        "lead_grams_p95": float(np.quantile(grams, 0.95)),
        "training_grams": float(np.mean([bench.gate.grams.share(y) for y in made])),
    }


def voices(bench: Bench, ys: Sequence[Rows]) -> Values:
    """How far slices are from real ones at a fixed number, and which share a classifier takes for the own genre."""
    table = np.array([features(y, bench.drum_parts) for y in ys])
    n = min(VOICE_SLICES, len(table), len(bench.real))
    found = {"voice_distance": voice_distance(table, bench.real, n, Rng(0).at("voice")), "voice_n": float(n)}
    return found | ({"own_genre": bench.genres.own(ys)} if bench.genres else {})


def diversity(made: Sequence[Sequence[Rows]], drum_parts: Sequence[int]) -> float:
    """Mean `barcopy` of the pairs among several outputs for one inspirer, the mean over inspirers.

    Parameters
    ----------
    made
        For each seed what was made, in the order of the inspirers; two seeds at least.
    """
    of_seeds = [[heard(y, drum_parts) for y in slices] for slices in made]
    pairs = [(one, other) for one in range(len(of_seeds)) for other in range(len(of_seeds)) if one != other]
    values = [barcopy_mean(y, z) for one, other in pairs for y, z in zip(of_seeds[one], of_seeds[other], strict=True)]
    return float(np.mean(values))


def rounded(values: Mapping[str, float]) -> Values:
    """To four digits, as they are kept."""
    return {name: round(float(value), 4) for name, value in values.items()}
