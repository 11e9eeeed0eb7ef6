"""Bars and what is inside them: beats, their halves, and which lengths a single note can have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from ..errors import MusicError

UNITS = 48
"""Units a quarter: a 64th has 3, a triplet's eighth 16."""
_GROUPS = {4: (2, 2), 5: (3, 2), 6: (3, 3), 7: (4, 3), 8: (4, 4)}
"""Beats a bar -> how they are grouped; other bars are not."""


@dataclass(frozen=True)
class Node:
    """A stretch of a bar; `children` are the equal or grouped parts that a reader counts in it.

    Parameters
    ----------
    start, length
        In units from the beginning of the bar.
    children
        None for a stretch of 3 units, a 64th.
    """

    start: int
    length: int
    children: tuple[Node, ...]

    @property
    def end(self) -> int:
        """Where the stretch ends."""
        return self.start + self.length

    @property
    def ternary(self) -> bool:
        """Whether it is dotted: a beat of three eighths, for example."""
        return self.length % 9 == 0 and not is_plain(self.length)


@dataclass(frozen=True)
class Bar:
    """One bar of a piece.

    Parameters
    ----------
    start, length
        In units from the beginning of the piece.
    offset
        How far into a full bar it begins: not 0 for a pickup.
    meter
        Numerator and denominator.
    """

    start: int
    length: int
    offset: int
    meter: tuple[int, int]

    @property
    def end(self) -> int:
        """Where the bar ends."""
        return self.start + self.length

    @property
    def whole(self) -> bool:
        """Whether it is as long as its meter says."""
        return self.length == bar_units(self.meter)


def bar_units(meter: tuple[int, int]) -> int:
    """How long a bar is.

    Raises
    ------
    MusicError
        The meter's lower number is no power of 2 up to 64, or its upper one above 255.
    """
    numerator, denominator = meter
    if denominator not in (1, 2, 4, 8, 16, 32, 64) or not 1 <= numerator <= 255:
        raise MusicError(f"a meter of {numerator}/{denominator} cannot be notated", "score")
    return numerator * 4 * UNITS // denominator


@lru_cache(maxsize=64)
def tree(meter: tuple[int, int]) -> Node:
    """A full bar."""
    beats = beat_lengths(meter)
    starts = [0, *accumulate(beats)]
    nodes = [_halved(start, length) for start, length in zip(starts, beats, strict=False)]
    groups: list[Node] = []
    for size in _GROUPS.get(len(beats), ()):
        first = sum(len(group.children) for group in groups)
        groups.append(_over(nodes[first : first + size]))
    return _over(groups or nodes)


def beat_lengths(meter: tuple[int, int]) -> list[int]:
    """The beats of a bar: three eighths (or 16ths ...) each where they can be counted so, pairs in 5/8 and 7/8."""
    numerator, denominator = meter
    unit = bar_units(meter) // numerator
    if denominator < 8 or numerator == 1:
        return [unit] * numerator
    if numerator % 3 == 0:
        return [3 * unit] * (numerator // 3)
    pairs = [2 * unit] * (numerator // 2)
    return [*pairs[:-1], pairs[-1] + unit] if numerator % 2 else pairs


def bars(meters: Sequence[tuple[int, int, int]], end: int, pickup: int = 0) -> list[Bar]:
    """The bars of a piece; at least one.

    Parameters
    ----------
    meters
        (unit, numerator, denominator), by unit, the first at 0.
    end
        Where the last note ends.
    pickup
        How long the first bar is; 0 where it is a full one.

    Returns
    -------
    Without `pickup`, a first meter that lasts for one bar, shorter than a bar of the second, is a pickup to that one.
    A bar in which the meter changes is cut there.
    """
    found: list[Bar] = []
    at = 0
    if 0 < pickup < bar_units(meters[0][1:]):
        found.append(Bar(0, pickup, bar_units(meters[0][1:]) - pickup, meters[0][1:]))
        at = pickup
    for number, (_, *meter) in enumerate(meters):
        pair = (meter[0], meter[1])
        length = bar_units(pair)
        until = meters[number + 1][0] if number + 1 < len(meters) else max(end, at + 1)
        if not found and len(meters) > 1 and until == length < bar_units(meters[1][1:]):
            found.append(Bar(0, length, bar_units(meters[1][1:]) - length, meters[1][1:]))
            at = until
        last = number + 1 == len(meters)
        while at < until:
            found.append(Bar(at, length if last else min(length, until - at), 0, pair))
            at = found[-1].end
    return found


def is_plain(length: int) -> bool:
    """Whether a note without a dot is so long: 3 units times a power of 2."""
    return length >= 3 and length % 3 == 0 and (length // 3).bit_count() == 1


def is_note(length: int) -> bool:
    """Whether one note, dotted or not, is so long; up to a dotted breve."""
    return length <= 12 * UNITS and (is_plain(length) or (length % 3 == 0 and is_plain(length * 2 // 3)))


def _halved(start: int, length: int) -> Node:
    if length <= 3:
        return Node(start, length, ())
    parts = 2 if is_plain(length) else 3
    size = length // parts
    return Node(start, length, tuple(_halved(start + size * part, size) for part in range(parts)))


def _over(nodes: Sequence[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    return Node(nodes[0].start, sum(node.length for node in nodes), tuple(nodes))
