"""A learning rate that stays, then falls along a straight line to nothing."""

from __future__ import annotations


def steady_then_linear(turn: int, steady: int, planned: int) -> float:
    """Share of the first learning rate: 1 until `steady`, then a straight fall that reaches 0 at `planned`.

    Zhu, Park, Isola, Efros 2017 (section 4); 0 also behind `planned`, and always 1 where `planned` is 0.

    Parameters
    ----------
    turn
        Counted from 0.
    steady, planned
        Turns; where `steady` is not below `planned` the rate stays until `planned` and is 0 from there.
    """
    if planned == 0 or turn < min(steady, planned):
        return 1.0
    return max(0.0, (planned - turn) / max(1, planned - steady))
