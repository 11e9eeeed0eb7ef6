"""What real pairs of pieces show: the lines that a measure of a made piece is read beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ..represent.parts import Rows
from .copying import copying
from .errors import KinshipError
from .facets import mean_nearness
from .grams import Grams
from .heard import Floats, Heard, heard
from .pairs import low_copy_pairs

SIZES = {"slice": 8, "window": 32, "piece": 0}
"""Name -> how many bars are cut; 0 is the whole piece."""
SHAPES = tuple(f"{made} of {given}" for made in ("slice", "window") for given in SIZES)
"""Of a made piece and what it is held against."""
_QUANTILES = 101
_DIGITS = 4
_TRIES = 20
_FEWEST_ONSETS = 24


class Address(Protocol):
    """Where random numbers come from: the cycle's `Rng` is one."""

    def at(self, *where: str | int) -> Address:
        """Refine the address."""
        ...

    def generator(self) -> np.random.Generator:
        """A generator that starts at this address."""
        ...


def lines(
    pieces: Sequence[Rows | Heard],
    rng: Address,
    *,
    drum_parts: Sequence[int] = (),
    grams: Grams | None = None,
    pairs: int = 300,
    shapes: Sequence[str] = SHAPES,
) -> dict[str, Any]:
    """Measure real pairs: of two pieces (strangers), and slices of one that do not copy one another (kin).

    Parameters
    ----------
    pieces
        Real pieces that the training set does not hold, two at least.
    rng
        The address of the draws; each pair has its own.
    drum_parts
        The parts that are left out.
    grams
        The training set, where what real pieces share with it is to be known, too.
    pairs
        How many of each shape are drawn.
    shapes
        Which of `SHAPES`.

    Returns
    -------
    Plain data: "strangers", "kin" and "training" -> shape -> measure -> {"mean", "p50", "p95", "p99", "quantiles"},
    101 quantiles from the least to the most. Kin are there for "slice of slice" alone, where there are any; "training"
    has "slice" and "window". "pairs" and "pieces" say how many were asked for, and had.

    Raises
    ------
    KinshipError
        Fewer than two of the pieces have a slice of 24 onsets.
    """
    known = [piece for piece in (heard(each, drum_parts) for each in pieces) if len(piece) >= _FEWEST_ONSETS]
    if len(known) < 2:
        raise KinshipError(f"{len(known)} real pieces with notes", "lines", "Give two at least")
    strangers = {shape: _table(_strangers(known, shape, rng.at(shape), pairs)) for shape in shapes}
    kin = _kin(known, rng.at("kin"), pairs)
    return {
        "pieces": len(known),
        "pairs": pairs,
        "strangers": strangers,
        "kin": {"slice of slice": _table(kin)} if kin else {},
        "training": _training(known, grams, rng.at("training"), pairs) if grams else {},
    }


def compared(y: Heard, x: Heard) -> dict[str, float]:
    """All that lines hold of a pair: the measures of copying, and the mean nearness of each facet."""
    return copying(y, x) | mean_nearness(y, x)


def shape_of(y: Heard, x: Heard) -> str:
    """The shape of `SHAPES` that two pieces are nearest to."""
    given = "slice" if x.bars <= 12 else "window" if x.bars <= 48 else "piece"
    return f"{'slice' if y.bars <= 12 else 'window'} of {given}"


def share_below(line: Mapping[str, Any], value: float) -> float:
    """Which share of the real pairs lies below a value, 0 to 1, to a hundredth; half of those equal to it count."""
    known = np.array(line["quantiles"])
    return float((np.searchsorted(known, value, "left") + np.searchsorted(known, value, "right")) / 2 / len(known))


def _strangers(known: Sequence[Heard], shape: str, rng: Address, pairs: int) -> list[dict[str, float]]:
    made, given = (SIZES[word] for word in shape.split(" of "))
    found = []
    for pair in range(pairs):
        draw = rng.at(pair).generator()
        one, other = draw.choice(len(known), 2, replace=False)
        found.append(compared(_drawn(known[one], made, draw), _drawn(known[other], given, draw)))
    return found


def _kin(known: Sequence[Heard], rng: Address, pairs: int) -> list[dict[str, float]]:
    """One pair of slices of each piece, then another of each, until there are enough or no more."""
    each = [(piece, rng.at(which).generator().permutation(low_copy_pairs(piece))) for which, piece in enumerate(known)]
    most = max(len(found) for _, found in each)
    chosen = [(piece, found[turn]) for turn in range(most) for piece, found in each if turn < len(found)]
    return [compared(piece.cut(int(one)), piece.cut(int(other))) for piece, (one, other) in chosen[:pairs]]


def _training(known: Sequence[Heard], grams: Grams, rng: Address, pairs: int) -> dict[str, Any]:
    found = {}
    for size in ("slice", "window"):
        draws = [rng.at(size, pair).generator() for pair in range(pairs)]
        parts = [_drawn(known[int(draw.integers(len(known)))], SIZES[size], draw) for draw in draws]
        found[size] = _table([grams.copying(part) | {"run": float(grams.longest(part).notes)} for part in parts])
    return found


def _drawn(piece: Heard, bars: int, draw: np.random.Generator) -> Heard:
    """So many bars of a piece, from any bar on; all where it is shorter. Nearly empty ones are drawn again."""
    last = piece.bars - bars
    if not bars or last < 1:
        return piece
    for first in draw.integers(0, last + 1, _TRIES):
        part = piece.cut(int(first), bars)
        if len(part) >= _FEWEST_ONSETS and part.counts.all():
            return part
    return piece.cut(0, bars)


def _table(found: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    return {name: _line(np.array([each[name] for each in found])) for name in found[0]}


def _line(values: Floats) -> dict[str, Any]:
    # the larger neighbour: a limit that a real pair has reached is a limit that real pairs keep
    quantiles = np.quantile(values, np.linspace(0, 1, _QUANTILES), method="higher")
    listed = [round(float(value), _DIGITS) for value in quantiles]
    p50, p95, p99 = (listed[at] for at in (50, 95, 99))
    return {"mean": round(float(values.mean()), _DIGITS), "p50": p50, "p95": p95, "p99": p99, "quantiles": listed}
