"""How large a step the optimiser takes at each turn."""

from __future__ import annotations

import math

_LEAST = 0.01


def warm_cosine(turn: int, planned: int, warm: int) -> float:
    """Share of the highest learning rate: a straight rise, then half a cosine down to a hundredth at the planned end.

    Parameters
    ----------
    turn
        Counted from 0; beyond `planned` it stays at the lowest.
    planned
        Turns until the end of the fall.
    warm
        Turns of the rise, which goes on while the cosine falls.
    """
    fall = 0.5 + 0.5 * math.cos(math.pi * min(1.0, turn / planned))
    rise = min(1.0, (turn + 1) / max(1, warm))
    return rise * (_LEAST + (1 - _LEAST) * fall)
