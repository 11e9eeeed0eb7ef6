"""Where the drums of General MIDI stand on a staff of five lines.

Source: Norman Weinberg, "Guide to Standardized Drumset Notation" (1998), as the usual programs have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Drum(NamedTuple):
    """A place as the treble clef names it, and the head: "" round, "x" for metal."""

    step: str
    octave: int
    head: str = ""


OTHER = Drum("C", 6, "x")
"""What is not in `DRUMS`: above the staff, where nothing else stands."""

DRUMS: Mapping[int, Drum] = {
    35: Drum("E", 4),
    36: Drum("F", 4),
    37: Drum("C", 5, "x"),
    38: Drum("C", 5),
    39: Drum("C", 5, "x"),
    40: Drum("C", 5),
    41: Drum("G", 4),
    42: Drum("G", 5, "x"),
    43: Drum("A", 4),
    44: Drum("D", 4, "x"),
    45: Drum("B", 4),
    46: Drum("G", 5, "x"),
    47: Drum("D", 5),
    48: Drum("D", 5),
    49: Drum("A", 5, "x"),
    50: Drum("E", 5),
    51: Drum("F", 5, "x"),
    52: Drum("B", 5, "x"),
    53: Drum("F", 5, "x"),
    54: Drum("G", 5, "x"),
    55: Drum("B", 5, "x"),
    56: Drum("E", 5, "x"),
    57: Drum("A", 5, "x"),
    59: Drum("F", 5, "x"),
}
"""Pitch -> where it stands."""
