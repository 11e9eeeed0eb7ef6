"""How items are varied at batch time: transposed, louder or softer, faster or slower, each from its own address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import RepresentationError

Pair = tuple[float, float]


@dataclass(frozen=True)
class Augmentation:
    """The ranges that variations are drawn from; the default leaves items as they are.

    Parameters
    ----------
    transpose
        Lowest and highest shift in semitones, each as likely.
    velocity, tempo
        Lowest and highest factor; their logarithm is uniform, so that louder and softer are as likely.
    moves
        Whether items start at random, to be learned from; else they lie still, to be scored.
    """

    transpose: tuple[int, int] = (0, 0)
    velocity: Pair = (1.0, 1.0)
    tempo: Pair = (1.0, 1.0)
    moves: bool = True

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Augmentation:
        """What a complete ``data`` asks for, see `options.options`."""
        low, high = data["transpose"]
        return cls((int(low), int(high)), tuple(data["velocity"]), tuple(data["tempo"]))

    def need(self, kind: str, carries: tuple[str, ...] = ()) -> None:
        """Refuse to vary what a representation does not carry.

        Raises
        ------
        RepresentationError
            ``velocity`` or ``tempo`` is asked for and is none of `carries`.
        """
        for name in ("velocity", "tempo"):
            if getattr(self, name) != (1.0, 1.0) and name not in carries:
                text = f"{name} cannot be varied: the representation {kind!r} carries none"
                raise RepresentationError(text, "data", f'Leave out "{name}", or take another representation.')


def drawn_shifts(uniform: NDArray[np.float64], low: NDArray[Any] | int, high: NDArray[Any] | int) -> NDArray[np.int64]:
    """Whole numbers from `low` to `high`, both allowed, each as likely, from numbers in [0, 1)."""
    span = np.asarray(high) - low + 1
    return np.asarray(low + np.minimum((uniform * span).astype(np.int64), span - 1))


def drawn_factors(uniform: NDArray[np.float64], pair: Pair) -> NDArray[np.float64]:
    """Factors between the two of `pair`, their logarithm uniform, from numbers in [0, 1)."""
    return np.asarray(pair[0] * (pair[1] / pair[0]) ** uniform)


def fitting(
    transpose: tuple[int, int], lowest: NDArray[np.int64], highest: NDArray[np.int64], low: int, high: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The shifts that keep a piece in range.

    Parameters
    ----------
    transpose
        The shifts that are asked for.
    lowest, highest
        Pitches of each piece.
    low, high
        The range, `high` exclusive.

    Returns
    -------
    Lowest and highest shift of each piece. Where none of those asked for keeps it in range, the nearest that does.
    """
    down, up = low - lowest, high - 1 - highest
    return np.clip(transpose[0], down, up), np.clip(transpose[1], down, up)
