"""How far velocities lie from those of a pianist: of one performance, and over pieces with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng
from modeloid.music.measure.resample import resamples

Floats = NDArray[np.float64]

_DRAWS = 2000
_INTERVAL = (0.025, 0.975)


class Error(NamedTuple):
    """Of one performance.

    Parameters
    ----------
    piece
        What is played.
    mae
        Mean absolute error, in MIDI velocities.
    mae_level
        The same when both are moved to mean 0: how loud the whole is no longer counts.
    mae_shape
        The same when what is told has been brought to the mean and the spread of the pianist.
    r
        Pearson's correlation; 0 where all is told equally loud.
    spread
        Standard deviation of what is told over the pianist's.
    """

    piece: str
    mae: float
    mae_level: float
    mae_shape: float
    r: float
    spread: float


def error(piece: str, truth: Floats, told: Floats) -> Error:
    """Compare velocities note by note, shape (notes,) both."""
    level, own = truth - truth.mean(), told - told.mean()
    spread, own_spread = float(level.std()), float(own.std())
    is_flat = own_spread < 1e-9 or spread < 1e-9
    r = 0.0 if is_flat else float((level * own).mean() / (spread * own_spread))
    shaped = own if is_flat else own * spread / own_spread
    mae, mae_level, mae_shape = (float(np.abs(gap).mean()) for gap in (truth - told, level - own, level - shaped))
    return Error(piece, mae, mae_level, mae_shape, r, own_spread / spread if spread else 0.0)


def means(errors: Sequence[Error]) -> dict[str, Any]:
    """Means over the pieces (each the mean over its performances), with intervals of 95 % by a bootstrap of pieces.

    Returns
    -------
    Each value of `Error`, and "mae_interval", "mae_level_interval", "r_interval"; "pieces", "performances".
    """
    values = _by_piece(errors)
    weights = _weights(len(values))
    drawn = weights @ values / weights.sum(1, keepdims=True)
    found: dict[str, Any] = {}
    for index, name in enumerate(Error._fields[1:]):
        found[name] = round(float(values[:, index].mean()), 4)
        if name in ("mae", "mae_level", "r"):
            found[f"{name}_interval"] = [round(float(one), 4) for one in np.quantile(drawn[:, index], _INTERVAL)]
    return found | {"pieces": len(values), "performances": len(errors)}


def gained(errors: Mapping[str, Error], over: Mapping[str, Error]) -> list[float]:
    """By how much the mean absolute error is less than another's of the same performances: mean and interval.

    Parameters
    ----------
    errors, over
        By the name of the performance; the other may have more.
    """
    gap = _by_piece([over[name] for name in errors])[:, 0] - _by_piece(list(errors.values()))[:, 0]
    weights = _weights(len(gap))
    drawn = weights @ gap / weights.sum(1)
    return [round(float(one), 4) for one in (gap.mean(), *np.quantile(drawn, _INTERVAL))]


def _by_piece(errors: Sequence[Error]) -> Floats:
    """Shape (pieces, values)."""
    pieces = sorted({one.piece for one in errors})
    return np.array([np.mean([one[1:] for one in errors if one.piece == piece], 0) for piece in pieces])


def _weights(count: int) -> Floats:
    return resamples(count, _DRAWS, Rng(0).at("bench", "dynamics"))
