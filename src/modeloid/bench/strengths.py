"""The scores of transfers between genres: what they are, the published ones, and how they are shown and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from modeloid.cycle.environment import machine

PUBLISHED = (
    ("CycleGAN base, jazz-classic (Brunner 2018)", 0.697),
    ("CycleGAN partial, jazz-classic (Brunner 2018)", 0.716),
    ("CycleGAN full, jazz-classic (Brunner 2018)", 0.690),
)
"""Model -> the published total strength: on other data, by another classifier, one that knows no rubbish."""
_SHOWN = (
    *(
        "strength",
        "strength_three",
        "target",
        "rubbish",
        "rubbish_real",
        "pitch",
        "rhythm",
        "contour",
        "distance",
        "variety",
    ),
    *("back", "back_written", "back_spoilt"),
)


@dataclass(frozen=True)
class Score:
    """One modeloid on one pair; each value is the mean of both directions.

    Parameters
    ----------
    pair, model, seed
        Which.
    strength
        The published total strength: half of how much rarer the source is named after the transfer than before and
        after the way back; by the likelier of the two genres.
    strength_three
        The same, but a transfer counts only where the target is named, not rubbish: half of how much oftener the target
        is named after the transfer than before, and the source after the way back than after the transfer.
    target, rubbish
        Share of transferred phrases that are named the target, and none.
    real, rubbish_real, unmasked
        Share of real phrases that are named rightly, of those that are named rubbish, and of rubbish that is.
    pitch, rhythm, contour
        What is kept, see `content`; of phrases for which the contour is defined.
    distance, distance_before, distance_floor
        Of the transferred phrases, of the source's, and of halves of the target's to the target's real ones: mean over
        the shown metrics of the Wasserstein distance in `measure.sets.unit`.
    variety, variety_real
        How unlike the transferred phrases are, and the target's real ones.
    back, back_written, back_spoilt
        F1 of the cells after there and back: as the networks compute it, where what lies between is written as notes,
        and where 2 % of those cells are wrong as well.
    turns, minutes
        Of training.
    detail
        What else it takes to know which it was.
    """

    pair: str
    model: str
    seed: int
    strength: float
    strength_three: float
    target: float
    rubbish: float
    real: float
    rubbish_real: float
    unmasked: float
    pitch: float
    rhythm: float
    contour: float
    distance: float
    distance_before: float
    distance_floor: float
    variety: float
    variety_real: float
    back: float
    back_written: float
    back_spoilt: float
    turns: int
    minutes: float
    detail: str


def table(scores: Sequence[Score]) -> list[str]:
    """The published strengths and our scores, one line each."""
    lines = [f"{'of test phrases, both directions':46}" + "".join(f"{name:>15}" for name in _SHOWN)]
    lines += [f"{name:46.46}{value:15.3f}" + f"{'–':>15}" * (len(_SHOWN) - 1) for name, value in PUBLISHED]
    for score in scores:
        values = "".join(f"{getattr(score, name):15.3f}" for name in _SHOWN)
        lines.append(f"{f'{score.model}, {score.pair}, seed {score.seed}':46.46}{values}")
    return lines


def stored(scores: Sequence[Score], command: str) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had."""
    return {"command": command, "machine": machine(), "scores": [asdict(score) for score in scores]}
