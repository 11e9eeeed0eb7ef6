"""Proofs beside the table: strength, the swap test, a hidden message in the notes, and inspirers that are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng
from modeloid.music.errors import MusicError
from modeloid.music.represent.parts import BAR_STEPS, PART, PITCH, VELOCITY, Rows, in_order

from .judging import Judge, Jury
from .ranking import influence
from .systems import Blend, System, heard_again

if TYPE_CHECKING:
    from symusic.core import ScoreTick

Maker = Callable[[float], System]
"""Strength -> system."""
Symbols = Callable[[Sequence[Rows]], NDArray[Any]]
"""Slices -> the symbols of their code, shape (n, symbols)."""

Answer = Callable[["ScoreTick"], Rows]
"""What a modeloid makes of one inspirer, given as a score."""

STRENGTHS = (0.0, 0.35, 0.7, 1.0)
_LOST = 0.2
_FLAT = 80
_SEEDS = 2
_LONG = 150
"""Times two bars: ten minutes and a half at 114 quarters a minute."""


def by_strength(
    make: Maker,
    judges: Sequence[Judge],
    xs: Sequence[Rows],
    coder: Any,
    strengths: Sequence[float] = STRENGTHS,
    candidates: int = 32,
) -> dict[str, float]:
    """Influence at each strength, and whether it rises.

    Returns
    -------
    ``strength_S/top1`` for each strength, by the jury; ``strength_rises``: Spearman's rank
    correlation of strength and influence, 1 where it always rises.
    """
    few = min(candidates, len(xs))
    jury = Jury(tuple(judges))
    found = [influence(jury, heard_again(make(strength)(xs, 0), coder), xs, few).top1 for strength in strengths]
    values = {f"strength_{strength:g}/top1": value for strength, value in zip(strengths, found, strict=True)}
    return values | {"strength_rises": _spearman(np.array(strengths), np.array(found))}


def swap(
    system: System, judges: Sequence[Judge], xs: Sequence[Rows], coder: Any, seeds: Sequence[int] = range(_SEEDS)
) -> float:
    """The swap test: of two inspirers and two seeds, do outputs lie nearer those of the same inspirer than of the seed.

    Inspirers are taken two by two. Of the four outputs of a pair the two of one inspirer and other seeds are held
    against the two of one seed and other inspirers: the share of pairs in which the first are more alike to the jury.
    Chance is 0.5.
    """
    jury = Jury(tuple(judges))
    one, other = (heard_again(system(xs, seed), coder) for seed in list(seeds)[:2])
    pairs = len(xs) // 2
    first, second = 2 * np.arange(pairs), 2 * np.arange(pairs) + 1
    across = jury.likeness(one, other)
    by_inspirer = across[first, first] + across[second, second]
    by_seed = jury.likeness(one, one)[first, second] + jury.likeness(other, other)[first, second]
    return float((by_inspirer > by_seed).mean())


def blended(blend: Blend, judges: Sequence[Judge], xs: Sequence[Rows], coder: Any) -> dict[str, float]:
    """Pieces of two inspirers at once: are both heard in them?

    Inspirers are taken two by two. Each is ranked among the strangers without the other one, by the jury.

    Returns
    -------
    ``blend/mrr``: mean reciprocal rank of both; ``blend/weaker``: of the one that is heard less, whose chance is lower
    than that of one inspirer; ``blend/strangers``: the same of two that did not inspire.
    """
    pairs = len(xs) // 2
    ys = heard_again(blend([(xs[2 * at], xs[2 * at + 1]) for at in range(pairs)], 0), coder)
    likeness = Jury(tuple(judges)).likeness(ys, xs)
    own = 2 * np.arange(pairs)[:, None] + np.arange(2)
    found = _reciprocal(likeness, own)
    others = _reciprocal(likeness, np.roll(own, 1, axis=0))
    return {
        "blend/mrr": float(found.mean()),
        "blend/weaker": float(found.min(axis=1).mean()),
        "blend/strangers": float(others.min(axis=1).mean()),
    }


def _reciprocal(likeness: NDArray[Any], asked: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each asked inspirer 1 over its rank among those that are not asked, shape (rows, 2)."""
    near = np.take_along_axis(likeness, asked, axis=1)
    strangers = likeness.copy()
    np.put_along_axis(strangers, asked, -np.inf, axis=1)
    return np.asarray(1 / (1 + (strangers[:, None] >= near[:, :, None]).sum(axis=2)))


def hidden_message(
    symbols: Symbols, ys: Sequence[Rows], xs: Sequence[Rows], drum_parts: Sequence[int], seed: int = 0
) -> dict[str, float]:
    """How much of the inspirers' code is read back from what they inspired, and from that when it is hurt.

    Hurt: a fifth of the notes lost, transposed by up to five semitones, every velocity the same. A code that is carried
    by the music hardly suffers; one that is hidden in details of the notes does.

    Returns
    -------
    ``code_kept`` and ``code_kept_hurt``: shares of symbols that are the inspirer's, less what a stranger's piece has
    nothing of; ``code_chance``: that share for strangers.
    """
    asked = symbols(xs)
    kept = float((symbols(ys) == asked).mean())
    hurt = [_hurt(y, drum_parts, Rng(seed).at("hurt", number).generator()) for number, y in enumerate(ys)]
    kept_hurt = float((symbols(hurt) == asked).mean())
    return {
        "code_kept": kept,
        "code_kept_hurt": kept_hurt,
        "code_chance": float((np.roll(asked, 1, axis=0) == asked).mean()),
    }


def odd_inspirers(coder: Any) -> dict[str, ScoreTick]:
    """One note, silence, bars of 3/4, two bars, ten minutes, and drums only, where there is a part for them."""
    from symusic.core import TimeSignatureTick, TimeSignatureTickList

    part = next(number for number in range(len(coder.parts)) if number not in coder.drum_parts)
    eighth = np.arange(0, 2 * BAR_STEPS, 2)
    tune = _notes(eighth, np.take([60, 62, 64, 65, 67, 69, 71, 72], np.arange(16) % 8), part)
    long = [tune + np.array([2 * BAR_STEPS * turn, 0, turn % 5, 0, 0]) for turn in range(_LONG)]
    waltz = _notes(np.arange(0, 96, 4), np.take([48, 64, 67], np.arange(24) % 3), part)
    rows = {
        "one note": tune[:1],
        "silence": tune[:0],
        "3/4": waltz,
        "two bars": tune,
        "ten minutes": np.concatenate(long),
    }
    if coder.drum_parts:
        rows["drums only"] = _notes(eighth, np.full(16, 36), coder.drum_parts[0], 1)
    scores = {name: coder.decode(notes) for name, notes in rows.items()}
    scores["3/4"].time_signatures = TimeSignatureTickList([TimeSignatureTick(0, 3, 4)])
    return scores


def pathological(answer: Answer, odd: Mapping[str, ScoreTick]) -> dict[str, str]:
    """What comes of inspirers that are none: "piece", "silent", or the error in its own words; all else is raised."""
    found = {}
    for name, score in odd.items():
        try:
            made = answer(score)
        except (ModeloidError, MusicError) as error:
            found[name] = f"error: {error}"
        else:
            found[name] = "piece" if len(made) else "silent"
    return found


def answered(found: Mapping[str, str]) -> float:
    """Share of odd inspirers that gave a piece or a clear error."""
    return float(np.mean([said != "silent" for said in found.values()]))


def _hurt(rows: Rows, drum_parts: Sequence[int], draw: np.random.Generator) -> Rows:
    kept = rows[draw.random(len(rows)) >= _LOST].copy()
    kept[:, VELOCITY] = _FLAT
    shift = int(draw.integers(1, 6)) * int(draw.choice([-1, 1]))
    is_drum = np.isin(kept[:, PART], drum_parts)
    kept[:, PITCH] = np.clip(kept[:, PITCH] + shift * ~is_drum, 0, 127)
    return in_order(kept) if len(kept) else kept


def _notes(onset: NDArray[Any], pitch: NDArray[Any], part: int, length: int = 2) -> Rows:
    count = len(onset)
    columns = [onset, np.full(count, length), pitch, np.full(count, 80), np.full(count, part)]
    return in_order(np.column_stack(columns).astype(np.int64))


def _spearman(one: NDArray[Any], other: NDArray[Any]) -> float:
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float) for values in (one, other)]
    centred = [rank - rank.mean() for rank in ranks]
    scale = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum())
    return float(centred[0] @ centred[1] / scale) if scale else 0.0
