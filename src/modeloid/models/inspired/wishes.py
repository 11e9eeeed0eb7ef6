"""What a caller may wish of a sample, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modeloid.backends.arguments import WishError, above, number, require, whole, wishes

from .inspirer import Inspirer, inspirer
from .items import Items
from .performing import Given, given_score
from .writer import WHOLE_BARS

LONGEST_BARS = 1024
USUAL_STRENGTH = 0.7
_MOST_CANDIDATES = 64
_WITH_SCORE = ("perform", "temperature")
"""What can be wished of a score that is performed."""


@dataclass(frozen=True)
class Wishes:
    """Wishes, checked.

    Parameters
    ----------
    inspirers
        The pieces that inspire, with weights that sum to 1; none where nothing does.
    strength
        0 to 1.
    bars
        Of each piece.
    temperature
        0.05 to 10; of a performance also 0.
    tempo_bpm
        Quarters a minute; None: the inspirer's, or one of the training pieces'.
    candidates
        How many are written for each piece that is given.
    perform
        The score that is performed; None: new pieces are made.
    """

    inspirers: tuple[Inspirer, ...]
    strength: float
    bars: int
    temperature: float
    tempo_bpm: float | None
    candidates: int
    perform: Given | None = None

    @property
    def inspired(self) -> bool:
        """Whether something inspires."""
        return bool(self.inspirers) and self.strength > 0


def known(model: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default)."""
    return {
        "inspiration": ("a piece or the path of one that inspires; several in a list, or with weights {path: 2}", None),
        "strength": ("how much it inspires: 0 not at all, 1 as much as can be without copying", USUAL_STRENGTH),
        "length_bars": (
            f"bars of each piece, 1 to {LONGEST_BARS}; from {WHOLE_BARS} on it has a beginning and an end",
            model["usual_bars"],
        ),
        "temperature": (
            "below 1 more of what is usual, above 1 wilder; 0.05 to 10, performances are the expected ones (0)",
            1.0,
        ),
        "tempo_bpm": ("quarters a minute; 0: the inspirer's, or one of the training pieces'", 0),
        "candidates": (
            f"written for each that is given, from less than half as inspired to wholly, 1 to {_MOST_CANDIDATES}",
            16,
        ),
        "perform": ("a score or the path of one, whose notes get velocities: in place of new pieces", None),
    }


def understood(given: Mapping[str, Any], model: Mapping[str, Any], items: Items) -> Wishes:
    """Check wishes.

    Raises
    ------
    WishError
        An unknown wish, one out of its range, an inspiration in which there is nothing to hear, or a score that is to
        be performed beside wishes for new pieces.
    ReadError, RepresentationError
        An inspiration or score that cannot be read, or has no bar of 4/4 where others are left out.
    """
    usual = known(model)
    full = wishes(given, usual)
    perform = None if full["perform"] is None else _performed(full, usual, items)
    if perform is not None and "temperature" not in given:
        # a draw errs more than the expected performance does
        full["temperature"] = 0
    strength, bars, temperature, tempo, candidates = (
        full[name] for name in ("strength", "length_bars", "temperature", "tempo_bpm", "candidates")
    )
    require(number(strength) and 0 <= strength <= 1, "strength", strength, "a number from 0 to 1")
    require(whole(bars, 1) and bars <= LONGEST_BARS, "length_bars", bars, f"1 to {LONGEST_BARS} bars")
    fine = number(temperature) and (0.05 <= temperature <= 10 or (perform is not None and temperature == 0))
    require(fine, "temperature", temperature, "a number from 0.05 to 10, or 0 for the expected performance of a score")
    require(number(tempo) and (tempo == 0 or 10 <= tempo <= 400), "tempo_bpm", tempo, "0, or 10 to 400")
    fine = whole(candidates, 1) and candidates <= _MOST_CANDIDATES
    require(fine, "candidates", candidates, f"1 to {_MOST_CANDIDATES}")
    weighted = _weighted(full["inspiration"])
    total = sum(weight for _, weight in weighted)
    found = tuple(inspirer(piece, weight / total, items) for piece, weight in weighted)
    return Wishes(found, float(strength), bars, float(temperature), float(tempo) or None, candidates, perform)


def _performed(full: Mapping[str, Any], usual: Mapping[str, tuple[str, Any]], items: Items) -> Given:
    """The score, where nothing else is wished but how warm it shall be."""
    beside = [name for name, value in full.items() if name not in _WITH_SCORE and value != usual[name][1]]
    if beside:
        do = f"Leave out {', '.join(beside)}, or perform"
        raise WishError(
            "a performed score is no new piece: nothing inspires it, and its length and tempo are its own",
            "wish perform",
            do,
        )
    return given_score(full["perform"], items)


def _weighted(given: Any) -> list[tuple[Any, float]]:
    """Pieces and their weights, whatever way they were given."""
    if given is None:
        return []
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, (list, tuple)):
        pairs = [_pair(one) for one in given]
    else:
        pairs = [(given, 1)]
    if not pairs:
        raise WishError("no piece is named", "wish inspiration", "Name one, or leave the wish out")
    for piece, weight in pairs:
        require(above(weight, 0), "inspiration", weight, f"a weight greater than 0 for {_name(piece)}")
    return [(piece, float(weight)) for piece, weight in pairs]


def _pair(one: Any) -> tuple[Any, Any]:
    if isinstance(one, (list, tuple)):
        if len(one) != 2:
            raise WishError(f"{one!r:.80} is no piece with its weight", "wish inspiration", "Write [path, weight]")
        return one[0], one[1]
    return one, 1


def _name(piece: Any) -> str:
    return str(piece) if isinstance(piece, (str, Path)) else "a piece"
