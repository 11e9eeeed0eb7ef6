"""Which staff and which voice a note is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from .grid import Note, Part
from .meter import UNITS

_KEYBOARDS = range(24)
"""General MIDI programs of pianos, mallets and organs: what two hands play."""
_HIGH, _LOW = 64, 55
_MIDDLE = 60
_HAND = 14
"""So many semitones a hand can grasp."""
_SPAN = 9
"""So many semitones lie well in one hand."""


class Chord(NamedTuple):
    """Notes that sound from `start` to `end`; none is a rest. A note that is longer is tied over."""

    start: int
    end: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Staff:
    """A staff of a part: its notes, and those that no overlapping one lies above."""

    notes: tuple[Note, ...]
    upper: frozenset[Note]


def are_hands(parts: Sequence[Part]) -> bool:
    """Whether the parts are the two hands of one keyboard, each with a track of its own."""
    programs = [part.program for part in parts if not part.is_drum]
    return len(parts) == len(programs) == 2 and programs[0] == programs[1] and programs[0] in _KEYBOARDS


def staves(part: Part, one_hand: bool = False) -> list[Staff]:
    """One staff, or two for a keyboard that plays both high and low, with overlapping notes, and with both hands."""
    pitches = [note.pitch for note in part.notes]
    wide = min(pitches) < _LOW and max(pitches) > _HIGH
    if one_hand or part.is_drum or part.program not in _KEYBOARDS or not wide or not _polyphonic(part.notes):
        return [_staff(part.notes)]
    right = _right_hand(part.notes)
    return [_staff([note for note in part.notes if (note in right) is hand]) for hand in (True, False)]


def voices(staff: Staff, start: int, end: int) -> list[list[Chord]]:
    """One or two voices that fill the time from `start` to `end`, rests included.

    One where all notes that overlap begin and end together; else the upper notes are the first voice and the others the
    second, cut and tied wherever one of them begins or ends.
    """
    here = [note for note in staff.notes if note.start < end and note.end > start]
    whole = _chords(here, start, end)
    if all(_begins_and_ends_here(chord, start, end) for chord in whole):
        return [whole]
    split = [[note for note in here if (note in staff.upper) is upper] for upper in (True, False)]
    return [_chords(notes, start, end) for notes in split if notes]


def _begins_and_ends_here(chord: Chord, start: int, end: int) -> bool:
    return all(max(note.start, start) == chord.start and min(note.end, end) == chord.end for note in chord.notes)


def _chords(notes: Sequence[Note], start: int, end: int) -> list[Chord]:
    inner = {edge for note in notes for edge in note[:2] if start < edge < end}
    edges = [start, *sorted(inner), end]
    found: list[Chord] = []
    for first, last in pairwise(edges):
        sounding = tuple(
            sorted((note for note in notes if note.start <= first < note.end), key=lambda note: note.pitch)
        )
        if not sounding and found and not found[-1].notes:
            found[-1] = found[-1]._replace(end=last)
        else:
            found.append(Chord(first, last, sounding))
    return found


def _staff(notes: Sequence[Note]) -> Staff:
    ordered = sorted(notes)
    upper = set(ordered)
    for number, note in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.start >= note.end:
                break
            upper.discard(min(note, other, key=lambda each: each.pitch))
    return Staff(tuple(ordered), frozenset(upper))


def _polyphonic(notes: Sequence[Note]) -> bool:
    ordered = sorted(notes)
    return any(after.start < before.end for before, after in pairwise(ordered))


def _right_hand(notes: Sequence[Note]) -> set[Note]:
    """The notes above the border of what sounds at each onset; what lies well in one hand is not divided."""
    ordered = sorted(notes)
    right: set[Note] = set()
    sounding: list[Note] = []
    border = float(_MIDDLE)
    number = 0
    while number < len(ordered):
        at = ordered[number].start
        new = [note for note in ordered[number : number + 128] if note.start == at]
        number += len(new)
        sounding = [note for note in sounding if note.end > at] + new
        border = _border(sorted(note.pitch for note in sounding), border)
        right.update(note for note in new if note.pitch >= border)
    return right


def _border(pitches: list[int], before: float) -> float:
    """The lowest pitch of the right hand, given what sounds and where it was."""
    if pitches[-1] - pitches[0] <= _SPAN:
        middle = (pitches[0] + pitches[-1]) / 2
        # near the border the hand that had it keeps it
        stays = _MIDDLE + (2 if before > pitches[-1] else -2)
        return pitches[0] if middle >= stays else pitches[-1] + 1
    return min((_cost(pitches, low, high, before), (low + high) / 2) for low, high in pairwise(pitches))[1]


def _cost(pitches: list[int], low: int, high: int, before: float) -> float:
    """How badly a border between two neighbouring pitches divides what sounds: spans wider than a hand most of all."""
    middle = (low + high) / 2
    wide = max(0, low - pitches[0] - _HAND) + max(0, pitches[-1] - high - _HAND)
    return 5 * wide + 0.6 * abs(middle - _MIDDLE) + 0.3 * abs(middle - before) - 0.5 * (high - low)


def stroke_lengths(part: Part) -> Part:
    """A drum part whose strokes last until the next one or the end of their beat: lengths of drums mean nothing."""
    starts = sorted({note.start for note in part.notes})
    following = dict(pairwise([*starts, starts[-1] + UNITS]))
    notes = {
        Note(note.start, min(following[note.start], (note.start // UNITS + 1) * UNITS), note.pitch)
        for note in part.notes
    }
    return Part(part.name, part.program, part.is_drum, tuple(sorted(notes)))
