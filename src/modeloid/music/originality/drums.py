"""The drums of pieces as lines of bar patterns: which drum is struck where in the bar."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..hashing import scramble
from ..measure.notes import BEAT, Ints, Notes
from .lines import Lines
from .passage import DIGITS, Passage

BITS = 30
"""Of a pattern's number: two of a million different ones are hardly ever taken for the same."""
STEPS_PER_BEAT = 4
VOICES: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {
        36: (35,),
        38: (37, 40),
        42: (22, 44),
        46: (26,),
        43: (41, 58),
        47: (45,),
        50: (48,),
        49: (52, 55, 57),
        51: (53, 59),
    }
)
"""Drum -> the pitches that count as it: bass, snare, closed and open hi-hat, three toms, crash and ride, after Gillick
et al.: Learning to Groove with Inverse Sequence Transformations, ICML 2019. All other pitches are drums of their own.
"""
_SPAN = 1 << 24


def drum_lines(notes: Notes) -> Lines:
    """Take the drums of each piece as one line, broken where a bar has none.

    A step is a bar, as which of `VOICES` are struck at which of its 16ths (the nearest ones) and how long it is;
    loudness and small delays change nothing. A bar like the one before is no step of its own: a beat kept up for
    sixteen bars is one pattern, and lines tell how patterns follow one another.
    """
    rows = np.flatnonzero(~notes.pitched)
    number, step, size = (each[rows] for each in notes.snapped(STEPS_PER_BEAT))
    piece = notes.piece[rows]
    bar = notes.first_bar[piece] + number
    order = np.lexsort([notes.onset[rows], bar])
    edge = np.flatnonzero(np.diff(bar[order], prepend=-1))
    cells = np.unique(bar * _SPAN + step * 128 + _voice()[notes.pitch[rows]])
    pattern = _patterns(cells, bar[order][edge], size[order][edge])
    owner, place = piece[order][edge], bar[order][edge]
    onset, before = notes.bar_starts[place], rows[order][edge]
    after = rows[order][np.append(edge[1:], len(order))[: len(edge)] - 1]
    follows = np.zeros(len(edge), bool)
    follows[1:] = (np.diff(place) == 1) & (owner[1:] == owner[:-1])
    fresh = ~follows
    fresh[1:] |= pattern[1:] != pattern[:-1]
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(edge))[: len(first)] - 1
    line = np.cumsum(~follows[first]) - 1
    return Lines(
        symbol=pattern[first],
        line=line,
        piece=owner[first],
        onset=onset[first],
        before=before[first].astype(np.int32),
        after=after[last].astype(np.int32),
    )


def drum_passage(notes: Notes, steps: Lines, first: int, count: int) -> Passage:
    """The drum notes of `count` patterns in a row, all their bars."""
    number, _, _ = notes.snapped(STEPS_PER_BEAT)
    low, high = number[steps.before[first]], number[steps.after[first + count - 1]]
    piece, start = int(steps.piece[first]), int(steps.onset[first])
    inside = (notes.piece == piece) & ~notes.pitched & (number >= low) & (number <= high)
    rows = np.flatnonzero(inside)
    rows = rows[np.lexsort([notes.pitch[rows], notes.onset[rows]])]
    return Passage(
        piece=piece,
        bar=int(low) + 1,
        beat=1,
        onset_beats=tuple(((notes.onset[rows] - start) / BEAT).round(DIGITS).tolist()),
        length_beats=tuple(((notes.end[rows] - notes.onset[rows]) / BEAT).round(DIGITS).tolist()),
        pitch=tuple(notes.pitch[rows].tolist()),
    )


def _patterns(cells: Ints, bars: Ints, size: Ints) -> Ints:
    """One number for what is struck in each of these bars."""
    struck = scramble((cells % _SPAN).astype(np.uint64) + np.uint64(1))
    total = np.zeros(len(bars), np.uint64)
    np.add.at(total, np.searchsorted(bars, cells // _SPAN), struck)
    words: NDArray[np.uint64] = scramble(total + size.astype(np.uint64))
    return (words % np.uint64((1 << BITS) - 1)).astype(np.int64)


def _voice() -> Ints:
    table = np.arange(128)
    for drum, pitches in VOICES.items():
        table[list(pitches)] = drum
    return table
