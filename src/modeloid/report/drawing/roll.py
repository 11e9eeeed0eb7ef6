"""A short passage as a small piano roll: notes by beat and pitch, with lines at the bars' beats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from .frame import px
from .theme import LIGHT, Theme

LETTERS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
Note = tuple[float, float, float]
"""Onset and length in quarters, MIDI pitch."""


def svg(
    title: str,
    notes: Sequence[Note],
    theme: Theme = LIGHT,
    *,
    series: int = 0,
    beats: float | None = None,
    rows: int | None = None,
    width: float = 320.0,
    height: float = 110.0,
) -> str:
    """Draw a passage.

    Parameters
    ----------
    title
        What a screen reader says before the names of the notes.
    notes
        May be empty: then only the ground is drawn.
    series
        Number of the colour.
    beats, rows
        How many quarters and semitones are shown, so that two passages go by the same scale; from the notes where None.
    """
    shown = max(1.0, beats or reach(notes)[0])
    tall = max(8, (rows or reach(notes)[1]) + 2)
    lowest = min((note[2] for note in notes), default=60) - 1
    spare = (tall - 2 - (reach(notes)[1] if notes else 0)) / 2
    row, beat = height / tall, width / shown
    said = quoteattr(f"{title}: {names(notes)}" if notes else title)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {px(width)} {px(height)}" role="img" aria-label={said}>'
    )
    drawn = [head]
    for number in range(math.ceil(shown) + 1):
        x = px(min(number * beat, width - 0.5) or 0.5)
        drawn.append(f'<path d="M{x},0V{px(height)}" stroke="{theme.line}" stroke-width="1"/>')
    for onset, length, pitch in notes:
        y = height - (pitch - lowest + 1 + spare) * row
        wide = max(2.0, min(length, shown - onset) * beat - 1)
        drawn.append(
            f'<rect x="{px(onset * beat + 0.5)}" y="{px(y)}" width="{px(wide)}" height="{px(max(2.0, row - 1))}" '
            f'rx="1.5" fill="{theme.colour(series)}"/>'
        )
    return "".join([*drawn, "</svg>"])


def reach(notes: Sequence[Note]) -> tuple[float, int]:
    """How many quarters and semitones a passage covers."""
    if not notes:
        return 4.0, 8
    pitches = [note[2] for note in notes]
    return max(note[0] + note[1] for note in notes), int(max(pitches) - min(pitches)) + 1


def names(notes: Sequence[Note]) -> str:
    """The notes by name, in time: "C4 E4 G4"; a sharp or a flat by what is more usual."""
    return " ".join(f"{LETTERS[int(pitch) % 12]}{int(pitch) // 12 - 1}" for _, _, pitch in sorted(notes))
