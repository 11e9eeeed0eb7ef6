"""Metrics of instrumentation: which tracks and programs a piece has, and when they sound."""

from __future__ import annotations

import numpy as np

from .notes import Floats, Ints, Notes
from .shares import distinct, histogram, mean_by, ratio

DRUMS = 128
"""What stands for the program of a drum track."""


def programs(notes: Notes) -> Floats:
    """Which programs a piece has notes of, 1 or 0: shape (pieces, 129), drums last."""
    used = distinct(notes.track)
    program = np.where(notes.drum, DRUMS, np.clip(notes.program, 0, 127))
    return np.minimum(histogram(notes.track_piece[used], program[used], notes.pieces, DRUMS + 1), 1)


def tracks_used(notes: Notes) -> Floats:
    """How many tracks have notes, at least 1. Undefined without a note."""
    used = np.bincount(notes.track_piece[distinct(notes.track)], minlength=notes.pieces)
    return np.where(used > 0, used, np.nan)


def programs_used(notes: Notes) -> Floats:
    """How many General MIDI programs have notes, 1 to 129, all drums being one. Undefined without a note."""
    used = programs(notes).sum(axis=1)
    return np.where(used > 0, used, np.nan)


def tracks_per_bar(notes: Notes) -> Floats:
    """How many tracks sound in a bar, at least 1; the mean over bars that are not empty. Undefined without a note."""
    row = _cells(notes) // (len(notes.program) + 1)
    bars = np.bincount(row, minlength=len(notes.bar_piece))
    heard = bars > 0
    return mean_by(notes.bar_piece[heard], bars[heard], notes.pieces)


def track_changes(notes: Notes) -> Floats:
    """How many tracks enter or leave from one bar to the next, at least 0: the mean over neighbouring bars.

    Undefined below two bars.
    """
    tracks = len(notes.program) + 1
    cells = _cells(notes)
    bars = np.bincount(cells // tracks, minlength=len(notes.bar_piece))
    stays = cells[np.isin(cells + tracks, cells, assume_unique=True)]
    same = np.bincount(stays // tracks, minlength=len(bars))
    pair = np.flatnonzero(notes.bar_piece[:-1] == notes.bar_piece[1:])
    changed = bars[:-1] + bars[1:] - 2 * same[:-1]
    return mean_by(notes.bar_piece[pair], changed[pair], notes.pieces)


def drum_bar_rate(notes: Notes) -> Floats:
    """Share of the bars in which drums sound, 0 to 1. Undefined without a note."""
    note, row = notes.in_bars
    rows = distinct(row[~notes.pitched[note]])
    return ratio(np.bincount(notes.bar_piece[rows], minlength=notes.pieces), notes.bars)


def known_ensembles(made: Notes, real: Notes) -> float:
    """Share of the made pieces whose set of programs some real piece has, 0 to 1; NaN without made pieces."""
    seen = {row.tobytes() for row in programs(real)}
    known = [row.tobytes() in seen for row in programs(made)]
    return float(np.mean(known)) if known else float("nan")


def _cells(notes: Notes) -> Ints:
    """Each bar in which each track sounds, sorted: row of the bar * (tracks + 1) + track."""
    note, row = notes.in_bars
    return distinct(row * (len(notes.program) + 1) + notes.track[note])
