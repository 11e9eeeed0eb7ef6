"""A piano roll as plain shapes for any picture: tracks in colour, velocity as shade, a row for every drum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..columns import Columns
from .drums import drum_name

# Okabe and Ito's colours, told apart with any colour vision; their yellow, too light on white, goes for an olive
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a7a1f", "#333333")
_MARGIN_PITCHES = 2
_KEYS_PX = 34.0
_DRUM_LABELS_PX = 92.0
_ROW_PX = 12.0
_DRUM_PX = 10.0
_GAP_PX = 8.0
_BLACK_KEYS = (1, 3, 6, 8, 10)
_LETTER_PX = 6.0
_NARROW_BEAT_PX = 6.0


class Box(NamedTuple):
    """A filled rectangle; `note` marks those that are notes."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    opacity: float = 1.0
    note: bool = False


class Label(NamedTuple):
    """A line of text; `y` is its lower edge."""

    x: float
    y: float
    text: str
    colour: str


@dataclass(frozen=True)
class Picture:
    """What to draw, in this order: boxes, then labels."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]


class _Frame(NamedTuple):
    """Where things lie."""

    left: float
    top: float
    low: int
    high: int
    drums: tuple[int, ...]
    beat_px: float
    pitch_px: float
    width: float

    @property
    def keys_end(self) -> float:
        return self.top + (self.high - self.low + 1) * self.pitch_px

    @property
    def drums_top(self) -> float:
        return self.keys_end + _GAP_PX

    @property
    def bottom(self) -> float:
        return self.drums_top + len(self.drums) * _DRUM_PX if self.drums else self.keys_end


def picture(columns: Columns, beat_px: float, pitch_px: float) -> Picture:
    """Lay out a piece.

    Parameters
    ----------
    columns
        May be empty: then one empty bar is drawn.
    beat_px, pitch_px
        How wide a quarter and how high a semitone is.
    """
    lines = list(_bars(columns))
    is_drum = np.array([drum for _, _, drum in columns.about["tracks"]] + [False], bool)[columns.notes["track"]]
    pitch = columns.notes["pitch"].astype(int)
    keys, drums = pitch[~is_drum], np.unique(pitch[is_drum])
    low, high = (int(keys.min()), int(keys.max())) if len(keys) else (60, 71) if not len(drums) else (60, 60)
    legend = _legend(columns)
    left = _DRUM_LABELS_PX if len(drums) else _KEYS_PX
    frame = _Frame(
        left=left,
        top=_ROW_PX * (2 if legend else 1),
        low=max(0, low - _MARGIN_PITCHES),
        high=min(127, high + _MARGIN_PITCHES),
        drums=tuple(int(drum) for drum in drums[::-1]),
        beat_px=beat_px,
        pitch_px=pitch_px,
        width=left + lines[-1][0] * beat_px,
    )
    labels = [*_places(legend, frame.left), *_bar_numbers(lines, frame), *_row_labels(frame)]
    boxes = (*_rows(frame), *_grid(lines, frame), *_notes(columns, is_drum.tolist(), frame))
    width = max([frame.width, *(label.x + len(label.text) * _LETTER_PX for label in labels)])
    return Picture(width, frame.bottom + 1, boxes, tuple(labels))


def _bars(columns: Columns) -> Iterator[tuple[float, float]]:
    """Where bars begin, in quarters, and how long their beats are; the last is the end. 4/4 until a meter says else."""
    tpq = columns.about["tpq"]
    meters = {0.0: (4.0, 1.0)}
    for tick, top, bottom in columns.about["meters"]:
        compound = 3 if bottom >= 8 and top % 3 == 0 else 1
        meters[tick / tpq] = (4.0 * top / bottom, 4.0 * compound / bottom)
    changes = [*sorted(meters), float("inf")]
    end = max(columns.end_tick / tpq, 1e-9)
    for change, following in pairwise(changes):
        length, beat = meters[change]
        at = change
        while at < min(following, end):
            yield at, beat
            at += length
        if following >= end:
            yield min(at, following), beat
            return


def _legend(columns: Columns) -> list[tuple[str, str]]:
    """Names and colours of the tracks that have notes, where there are several."""
    used = np.unique(columns.notes["track"]).tolist()
    if len(used) < 2:
        return []
    names = [columns.about["tracks"][track][0].strip() or f"track {track + 1}" for track in used]
    return [(name[:24], _colour(track)) for name, track in zip(names, used, strict=True)]


def _places(legend: Sequence[tuple[str, str]], x: float) -> Iterator[Label]:
    for name, colour in legend:
        yield Label(x, _ROW_PX - 2, name, colour)
        x += (len(name) + 2) * _LETTER_PX


def _bar_numbers(lines: Sequence[tuple[float, float]], frame: _Frame) -> Iterator[Label]:
    free = 0.0
    for number, (at, _) in enumerate(lines[:-1], 1):
        x = frame.left + at * frame.beat_px + 2
        if x >= free:
            yield Label(x, frame.top - 2, str(number), "#777777")
            free = x + (len(str(number)) + 1) * _LETTER_PX


def _row_labels(frame: _Frame) -> Iterator[Label]:
    for pitch in range(frame.low, frame.high + 1):
        if pitch % 12 == 0:
            y = frame.top + (frame.high - pitch + 0.5) * frame.pitch_px + 4
            yield Label(frame.left - _KEYS_PX + 2, y, f"C{pitch // 12 - 1}", "#333333")
    for row, drum in enumerate(frame.drums):
        yield Label(2, frame.drums_top + (row + 1) * _DRUM_PX - 2, drum_name(drum)[:14], "#333333")


def _rows(frame: _Frame) -> Iterator[Box]:
    wide = frame.width - frame.left
    for pitch in range(frame.low, frame.high + 1):
        y = frame.top + (frame.high - pitch) * frame.pitch_px
        if pitch % 12 in _BLACK_KEYS:
            yield Box(frame.left, y, wide, frame.pitch_px, "#f1f1f1")
            yield Box(frame.left - 12, y, 10, frame.pitch_px, "#555555")
        if pitch % 12 == 0:
            yield Box(frame.left - 12, y + frame.pitch_px - 0.5, wide + 12, 0.5, "#bbbbbb")
    for row in range(0, len(frame.drums), 2):
        yield Box(frame.left, frame.drums_top + row * _DRUM_PX, wide, _DRUM_PX, "#f1f1f1")


def _grid(lines: Sequence[tuple[float, float]], frame: _Frame) -> Iterator[Box]:
    tall = frame.bottom - frame.top
    for (bar, beat), (following, _) in pairwise(lines):
        if beat * frame.beat_px >= _NARROW_BEAT_PX:
            for at in np.arange(bar + beat, following - 1e-9, beat).tolist():
                yield Box(frame.left + at * frame.beat_px, frame.top, 1, tall, "#e2e2e2")
        yield Box(frame.left + bar * frame.beat_px, frame.top, 1, tall, "#a8a8a8")


def _notes(columns: Columns, is_drum: Sequence[bool], frame: _Frame) -> Iterator[Box]:
    px = frame.beat_px / columns.about["tpq"]
    names = ("onset", "duration", "pitch", "velocity", "track")
    rows = zip(*(columns.notes[name].tolist() for name in names), is_drum, strict=True)
    for onset, duration, pitch, velocity, track, drum in rows:
        x, opacity = frame.left + onset * px, 0.35 + 0.65 * velocity / 127
        if drum:
            # how long a drum is held means nothing: every stroke has one size
            y = frame.drums_top + frame.drums.index(pitch) * _DRUM_PX + 1
            yield Box(x, y, max(3.0, min(6.0, frame.beat_px / 4)), _DRUM_PX - 2, _colour(track), opacity, note=True)
            continue
        y = frame.top + (frame.high - pitch) * frame.pitch_px
        # a sliver of white keeps repeated notes apart
        yield Box(x, y, max(1.0, duration * px - 0.8), frame.pitch_px, _colour(track), opacity, note=True)


def _colour(track: int) -> str:
    return COLOURS[track % len(COLOURS)]
