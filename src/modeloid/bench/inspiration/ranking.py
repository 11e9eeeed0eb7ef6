"""Does a judge find the inspirer of a piece again: where it stands among strangers, and how often it stands first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.errors import DataError
from modeloid.music.represent.parts import Rows

from .judging import Judge, Jury

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Influence(NamedTuple):
    """How well inspirers are found among so many candidates.

    Parameters
    ----------
    top1, mrr
        Mean over inspirers of the chance to stand first, and of the expected reciprocal rank.
    top1_se, mrr_se
        Their standard errors, over inspirers.
    candidates
        How many there are, the inspirer among them.
    n
        Inspirers.
    """

    top1: float
    top1_se: float
    mrr: float
    mrr_se: float
    candidates: int
    n: int


def influence(
    judge: Judge | Jury,
    ys: Sequence[Rows],
    xs: Sequence[Rows],
    candidates: int = 32,
    refused: Sequence[bool] | NDArray[np.bool_] | None = None,
    hard: bool = False,
) -> Influence:
    """Rank each inspirer among strangers, given what it inspired.

    The strangers of an inspirer are the other inspirers; which of them are candidates is not drawn: what is returned is
    the exact mean over all draws. A stranger as near as the inspirer counts as nearer.

    Parameters
    ----------
    judge
        Who ranks.
    ys
        What came out, ``len(xs)`` slices, or a whole multiple of it: first one for each inspirer, then the second.
    xs
        The inspirers, each of another piece.
    candidates
        K, 2 or more.
    refused
        Whether each of `ys` failed a copy gate: it then counts as rank K.
    hard
        The candidates are the strangers texturally nearest to the inspirer, see `texture`, not drawn.

    Raises
    ------
    DataError
        Fewer inspirers than candidates, or another number of outputs than a multiple of them.
    """
    _check(len(ys), len(xs), candidates)
    among = neighbours(xs, candidates - 1, judge.drum_parts) if hard else None
    return ranked(judge.likeness(ys, xs), candidates, refused, among)


def ranked(
    likeness: Floats,
    candidates: int,
    refused: Sequence[bool] | NDArray[np.bool_] | None = None,
    among: Ints | None = None,
) -> Influence:
    """As `influence`, from what a judge said.

    Parameters
    ----------
    likeness
        Shape (outputs, inspirers).
    among
        The strangers that each inspirer stands among, shape (inspirers, candidates - 1); all others where not given.
    """
    outputs, inspirers = likeness.shape
    _check(outputs, inspirers, candidates)
    rows = np.arange(outputs) % inspirers
    own = likeness[np.arange(outputs), rows]
    nearer = likeness >= own[:, None]
    nearer[np.arange(outputs), rows] = False
    if among is not None:
        better = np.take_along_axis(nearer, among[rows], axis=1).sum(axis=1)
        first, reciprocal = (better == 0).astype(np.float64), 1 / (1 + better)
    else:
        first, reciprocal = expected(nearer.sum(axis=1), inspirers - 1, candidates)
    if refused is not None:
        failed = np.asarray(refused, bool)
        first, reciprocal = np.where(failed, 0.0, first), np.where(failed, 1 / candidates, reciprocal)
    return summed(first, reciprocal, candidates, inspirers)


def expected(better: Ints, strangers: int, candidates: int) -> tuple[Floats, Floats]:
    """Chance of rank 1, and mean of 1 / rank, when ``candidates - 1`` strangers are drawn and `better` are nearer.

    The number of nearer ones drawn is hypergeometric.

    Parameters
    ----------
    better
        Shape (n,), how many of the strangers are nearer than the inspirer.
    strangers
        How many there are, at least ``candidates - 1``.
    """
    drawn = candidates - 1
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, strangers + 1)))])

    def choose(n: Ints, k: Ints) -> Floats:
        fits = (k >= 0) & (k <= n)
        rest = np.where(fits, n - k, 0)
        return np.where(fits, logs[n] - logs[np.where(fits, k, 0)] - logs[rest], -np.inf)

    nearer = np.arange(drawn + 1)[None]
    many = np.asarray(better, np.int64)[:, None]
    chance = np.exp(choose(many, nearer) + choose(strangers - many, drawn - nearer) - choose(*_pair(strangers, drawn)))
    return chance[:, 0], (chance / (1 + nearer)).sum(axis=1)


def summed(first: Floats, reciprocal: Floats, candidates: int, inspirers: int) -> Influence:
    """Means and their standard errors over inspirers, several outputs of one being averaged before."""
    (top1, top1_se), (mrr, mrr_se) = (_mean_of(values, inspirers) for values in (first, reciprocal))
    return Influence(top1, top1_se, mrr, mrr_se, candidates, inspirers)


def texture(xs: Sequence[Rows], drum_parts: Sequence[int]) -> Floats:
    """How slices are made, whatever they say: what "texturally nearest" goes by, shape (n, 7), each of spread 1.

    Notes and steps with onsets a bar, mean length, mean pitch and its spread, mean of the lowest and of the highest
    pitch of each step.
    """
    from modeloid.music.represent.parts import LENGTH

    from .views import SILENT, bars_of, views

    found = views(*bars_of(xs, drum_parts))
    shaped: dict[str, Any] = {name: found[name].reshape(len(xs), -1) for name in ("count", "top", "low")}
    heights = [_moments(rows) for rows in xs]
    lengths = [float(rows[:, LENGTH].mean()) if len(rows) else 0.0 for rows in xs]
    lines = [_mean_where(shaped[name], shaped[name] != SILENT) for name in ("low", "top")]
    columns = [
        shaped["count"].sum(axis=1),
        (shaped["count"] > 0).sum(axis=1),
        lengths,
        *zip(*heights, strict=True),
        *lines,
    ]
    table = np.column_stack(columns).astype(np.float64)
    return np.asarray((table - table.mean(axis=0)) / np.maximum(table.std(axis=0), 1e-9))


def neighbours(xs: Sequence[Rows], count: int, drum_parts: Sequence[int]) -> Ints:
    """The numbers of the texturally nearest others of each slice, shape (n, count)."""
    made = texture(xs, drum_parts)
    apart = ((made[:, None] - made[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1, kind="stable")[:, :count]


def _mean_of(values: Floats, inspirers: int) -> tuple[float, float]:
    each = values.reshape(-1, inspirers).mean(axis=0)
    error = each.std(ddof=1) / np.sqrt(inspirers) if inspirers > 1 else 0.0
    return round(float(each.mean()), 4), round(float(error), 4)


def _check(outputs: int, inspirers: int, candidates: int) -> None:
    if not 2 <= candidates <= inspirers:
        raise DataError(f"{inspirers} inspirers, but {candidates} candidates", "influence", "Use a larger test part.")
    if not outputs or outputs % inspirers:
        text = f"{outputs} outputs are not so many for each of {inspirers} inspirers"
        raise DataError(text, "influence", "Give one each, or several")


def _pair(n: int, k: int) -> tuple[Ints, Ints]:
    return np.array([[n]]), np.array([[k]])


def _moments(rows: Rows) -> tuple[float, float]:
    from modeloid.music.represent.parts import PITCH

    return (float(rows[:, PITCH].mean()), float(rows[:, PITCH].std())) if len(rows) else (0.0, 0.0)


def _mean_where(values: Any, where: Any) -> Floats:
    return np.asarray((values * where).sum(axis=1) / np.maximum(where.sum(axis=1), 1))
