"""What an encoding leaves out of a piece, counted."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Losses:
    """What an encoding left out of a piece, in notes (but for `meters_moved`).

    Parameters
    ----------
    notes
        How many notes the piece has.
    out_of_range
        Left out: the pitch lies outside the range.
    drums
        Left out: notes of drum tracks, where the representation has no place for them.
    merged
        Kept, but no longer told from another note of the same pitch: both start at the same step, or (without
        onsets) the second starts where the first still sounds or just ended.
    dropped
        Left out: no voice or track of the representation was free for it.
    shortened
        Kept, but it ends early: cut by the next note of its voice, or longer than the longest duration.
    other_meter
        Left out: it starts in a bar whose meter is not the representation's.
    meters_moved
        Changes of meter that did not lie on a bar line and were moved to the next one.
    """

    notes: int = 0
    out_of_range: int = 0
    drums: int = 0
    merged: int = 0
    dropped: int = 0
    shortened: int = 0
    other_meter: int = 0
    meters_moved: int = 0

    def __add__(self, other: Losses) -> Losses:
        names = [field.name for field in fields(self)]
        return Losses(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def left_out(self) -> int:
        """How many notes are not there at all."""
        return self.out_of_range + self.drums + self.dropped + self.other_meter
