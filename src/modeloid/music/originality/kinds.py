"""What an index looks for: melodies, or the patterns of drums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..measure.notes import Notes
from .drums import BITS, drum_lines, drum_passage
from .lines import Lines, lines
from .passage import Passage, passage

GRAM = 8
"""Steps of the n-grams whose copies are counted: nine notes in a row."""
DRUM_GRAM = 2
"""The same for drums, two bar patterns in a row: real takes that are not the same share 1 % of these."""


@dataclass(frozen=True)
class Kind:
    """What is looked for.

    Parameters
    ----------
    lines
        Notes -> the lines that are compared.
    passage
        (notes, lines, first step, number of steps) -> what lies there.
    gram
        Steps of the n-grams whose copies are counted.
    more
        How many notes (or patterns) a run has beyond its steps.
    bits
        Of a step's symbol.
    """

    lines: Callable[[Notes], Lines]
    passage: Callable[[Notes, Lines, int, int], Passage]
    gram: int
    more: int
    bits: int


MELODIES = Kind(lines, passage, GRAM, 1, 12)
"""Notes of melodic lines, whatever the key and the tempo; n-grams of nine notes."""
DRUMS = Kind(drum_lines, drum_passage, DRUM_GRAM, 0, BITS)
"""Bar patterns of the drums, repeats in a row counted once; n-grams of two."""
