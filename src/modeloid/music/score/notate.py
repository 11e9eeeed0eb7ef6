"""A voice's chords in a bar as written notes: cut at what a reader counts, with ties, dots, tuplets and beams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from ..errors import MusicError
from .meter import UNITS, Bar, Node, beat_lengths, is_note, is_plain, tree
from .voices import Chord

_TUPLETS = (6, 12, 24)


@dataclass(frozen=True)
class Tuplet:
    """A stretch of a bar in `actual` equal parts, written as if there were `normal`."""

    start: int
    length: int
    actual: int

    @property
    def normal(self) -> int:
        """The power of 2 below `actual`."""
        return 1 << (self.actual.bit_length() - 1)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + self.length


@dataclass(frozen=True)
class Written:
    """A note, chord or rest as one sign.

    Parameters
    ----------
    chord
        What sounds, and its true time in units of the piece.
    written
        The sign's length in units: half as long again as the time in a tuplet of three.
    tuplet
        What it belongs to, and whether it is its first and its last sign.
    bracket
        Whether the tuplet needs a bracket: no beam holds it together.
    beams
        One word for each beam: "begin", "continue", "end", "forward hook", "backward hook".
    """

    chord: Chord
    written: int
    tuplet: Tuplet | None = None
    opens: bool = False
    closes: bool = False
    bracket: bool = False
    beams: tuple[str, ...] = field(default=())

    @property
    def whole_bar_rest(self) -> bool:
        """Whether it is a rest of a whole bar, whatever that bar's length."""
        return not self.chord.notes and self.written == 0


def notated(chords: Sequence[Chord], bar: Bar) -> list[Written]:
    """Write a voice's chords, which fill the bar.

    Raises
    ------
    MusicError
        The chords lie on no grid, see `grid.gridded`.
    """
    # verovio gives no time to a whole bar's rest where the bar is cut
    if len(chords) == 1 and not chords[0].notes and bar.whole:
        return [Written(chords[0], 0)]
    bar_tree = tree(bar.meter)
    shift = bar.start - bar.offset
    points = [edge - shift for chord in chords for edge in chord[:2]]
    tuplets = list(_tuplets(points, bar_tree))
    signs = [sign for chord in chords for sign in _signs(chord, shift, tuplets, bar_tree)]
    return _bracketed(_beamed(signs, bar))


def _tuplets(points: Sequence[int], node: Node) -> Iterator[Tuplet]:
    """Where the time between the points is divided in threes."""
    inside = [point for point in points if node.start < point < node.end]
    if all(point % 3 == 0 for point in inside):
        return
    plain = is_plain(node.length)
    if plain and node.length <= 2 * UNITS and _divides(node, 3, inside):
        yield Tuplet(node.start, node.length, 3)
        return
    middle = node.start + node.length // 2
    if plain and node.length <= UNITS and not (middle in inside and _halves_do(inside, node)):
        fitting = [count for count in _TUPLETS if _divides(node, count, inside)]
        if fitting:
            yield Tuplet(node.start, node.length, fitting[0])
            return
    if not node.children:
        raise MusicError("its notes lie on no grid", "score")
    for child in node.children:
        yield from _tuplets(inside, child)


def _divides(node: Node, count: int, points: Sequence[int]) -> bool:
    # an odd step has no sign: it would be written as half of a 64th
    step, rest = divmod(node.length, count)
    return not rest and step % 2 == 0 and all((point - node.start) % step == 0 for point in points)


def _halves_do(points: Sequence[int], node: Node) -> bool:
    return all(
        all(point % 3 == 0 for point in inner) or _divides(child, 3, inner)
        for child in node.children
        for inner in [[point for point in points if child.start < point < child.end]]
    )


def _signs(chord: Chord, shift: int, tuplets: Sequence[Tuplet], bar_tree: Node) -> Iterator[Written]:
    start, end = chord.start - shift, chord.end - shift
    while start < end:
        inside = next((tuplet for tuplet in tuplets if tuplet.start <= start < tuplet.end), None)
        until = min([end, *(tuplet.start for tuplet in tuplets if tuplet.start > start)])
        if inside is not None:
            until = min(end, inside.end)
            lengths = [
                written * inside.normal // inside.actual
                for written in _in_tuplet((until - start) * inside.actual // inside.normal)
            ]
        else:
            lengths = _lengths(start, until - start, bar_tree, not chord.notes)
        for length in lengths:
            time = Chord(start + shift, start + length + shift, chord.notes)
            written = length * inside.actual // inside.normal if inside else length
            yield Written(time, written, inside)
            start += length


def _in_tuplet(written: int) -> list[int]:
    if is_note(written):
        return [written]
    longest = max(length for length in (3 << power for power in range(7)) if length < written)
    return [longest, *_in_tuplet(written - longest)]


def _lengths(start: int, length: int, node: Node, rest: bool) -> list[int]:
    """The signs that fill a time so that the reader still sees the beats: strongest divisions are cut at first."""
    if is_note(length) and _fits(start, length, node, rest):
        return [length]
    end = start + length
    if not node.children:
        return [length]
    child = next(child for child in node.children if child.start <= start < child.end)
    if end <= child.end:
        return _lengths(start, length, child, rest)
    edges = [each.end for each in node.children if start < each.end < end]
    if start == child.start and not rest:
        # as many whole children as one sign can hold
        fitting = [edge for edge in edges if is_note(edge - start) and not _hides_a_beat(edge - start, node)]
        cut = max(fitting, default=edges[0])
    else:
        cut = edges[0]
    return _lengths(start, cut - start, node, rest) + _lengths(cut, end - cut, node, rest)


def _fits(start: int, length: int, node: Node, rest: bool) -> bool:
    at_start, at_end = start == node.start, start + length == node.end
    if rest:
        return at_start and at_end
    # of three beats or more, the last ones are held together only from a beat on
    at_end = at_end and (len(node.children) < 3 or any(start == child.start for child in node.children))
    if _hides_a_beat(length, node):
        return False
    centred = start - node.start == node.end - start - length and is_plain(length) and len(node.children) == 2
    return at_start or at_end or centred


def _hides_a_beat(length: int, node: Node) -> bool:
    """Whether a note longer than a dotted beat would end inside another one."""
    beat = node.children[0] if node.children else node
    while beat.children and not beat.ternary and beat.length > 2 * UNITS:
        beat = beat.children[0]
    return node.length > beat.length and beat.ternary and length > beat.length and length % beat.length != 0


def _bracketed(signs: Sequence[Written]) -> list[Written]:
    """Mark where tuplets open and close."""
    found = []
    bare = {sign.tuplet for sign in signs if not sign.beams}
    for number, sign in enumerate(signs):
        if sign.tuplet is not None:
            opens = number == 0 or signs[number - 1].tuplet != sign.tuplet
            closes = number + 1 == len(signs) or signs[number + 1].tuplet != sign.tuplet
            sign = replace(sign, opens=opens, closes=closes, bracket=sign.tuplet in bare)
        found.append(sign)
    return found


def _beamed(signs: Sequence[Written], bar: Bar) -> list[Written]:
    groups = _beam_groups(signs, bar)
    found: list[Written] = []
    for group, run in groupby(zip(groups, signs, strict=True), key=lambda pair: pair[0]):
        members = [sign for _, sign in run]
        found += members if group is None or len(members) < 2 else _joined(members)
    return found


def _beam_groups(signs: Sequence[Written], bar: Bar) -> list[tuple[Any, ...] | None]:
    """One key for each sign: neighbours with the same one are joined; None is never."""
    beats = beat_lengths(bar.meter)
    edges = [0]
    for beat in beats:
        edges.append(edges[-1] + beat)
    groups: list[tuple[Any, ...] | None] = []
    gap = 0
    for sign in signs:
        flagged = sign.chord.notes and flags(sign.written)
        gap += not flagged
        at = sign.chord.start - bar.start + bar.offset
        beat = max(number for number, edge in enumerate(edges) if edge <= at)
        # a beam that leaves a tuplet whose first or last sign has none is read wrongly by verovio
        groups.append(
            (gap, beat, sign.tuplet) if not sign.tuplet or sign.tuplet.length <= UNITS else (gap, sign.tuplet)
        )
        if not flagged:
            groups[-1] = None
    if bar.meter in ((4, 4), (2, 4)):
        _join_beats(groups, signs)
    return groups


def _join_beats(groups: list[tuple[Any, ...] | None], signs: Sequence[Written]) -> None:
    """Two beats of plain eighths, the first and second or third and fourth, are one group."""
    for low in (0, 2):
        rows = [row for row, group in enumerate(groups) if group and group[1] in (low, low + 1)]
        plain = all(signs[row].written == UNITS // 2 and not signs[row].tuplet for row in rows)
        if len(rows) == 4 and plain and rows[-1] - rows[0] == 3:
            for row in rows:
                groups[row] = groups[rows[0]]


def flags(written: int) -> int:
    """How many flags a sign of this length has: one for an eighth, dotted or not."""
    plain = written if is_plain(written) else written * 2 // 3
    return max(0, (UNITS // plain).bit_length() - 1) if plain else 0


def _joined(members: Sequence[Written]) -> list[Written]:
    counts = [flags(sign.written) for sign in members]
    words = [[_beam(counts, number, level) for level in range(1, count + 1)] for number, count in enumerate(counts)]
    return [replace(sign, beams=tuple(beams)) for sign, beams in zip(members, words, strict=True)]


def _beam(counts: Sequence[int], number: int, level: int) -> str:
    before = number > 0 and counts[number - 1] >= level
    after = number + 1 < len(counts) and counts[number + 1] >= level
    if before:
        return "continue" if after else "end"
    if after:
        return "begin"
    return "backward hook" if number else "forward hook"
