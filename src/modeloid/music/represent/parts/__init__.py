"""Notes of several parts on a grid of sixteenths in bars of sixteen: what learns ideas, plans and notes reads."""

from __future__ import annotations

from .excerpts import Encoded, Excerpts
from .kind import Parts
from .rows import BAR_STEPS, LENGTH, ONSET, PART, PITCH, VELOCITY, Rows, cut, in_order

__all__ = [
    "BAR_STEPS",
    "LENGTH",
    "ONSET",
    "PART",
    "PITCH",
    "VELOCITY",
    "Encoded",
    "Excerpts",
    "Parts",
    "Rows",
    "cut",
    "in_order",
]
