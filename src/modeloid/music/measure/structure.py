"""Metrics of structure: how bars return, near and far."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .notes import Floats, Ints, Notes
from .shares import distinct

LAGS = 40
"""How many bars apart `similarity_curve` looks."""
SPANS = {"short": (1, 4), "mid": (5, 16), "long": (17, 64)}
"""Name -> distances in bars, both counted."""
_BARS = 1024
_STEPS = 256


def self_similarity(notes: Notes) -> Floats:
    """Mean similarity of all pairs of bars that are not empty, 0 (nothing returns) to 1 (all bars alike).

    Two bars are as similar as the sets of their notes: ``|A and B| / |A or B|``, a note being its 16th in the bar and
    its pitch, drums told from pitches. After the bar pairs of Yu et al.: Museformer, NeurIPS 2022, section 4.2, who
    compare durations too. Undefined below two bars with notes; of longer pieces the first 1,024 bars are taken.
    """
    return notes.once("structure", _all)[:, 0]


def structureness(notes: Notes, span: str) -> Floats:
    """How much of a bar was heard before at a distance of `SPANS`: 0 (nothing) to 1 (some bar was the same).

    For each bar that has notes and a bar with notes at that distance before it, the similarity (as in
    `self_similarity`) of the most similar of these; the mean over the bars. Its spans follow the structureness
    indicators of Wu and Yang, ISMIR 2020, section 5.4, which take seconds and the maximum of a fitness scape plot: see
    `fitness`. Undefined where a piece has no two such bars.
    """
    return notes.once("structure", _all)[:, 1 + list(SPANS).index(span)]


def _all(notes: Notes) -> Floats:
    """`self_similarity` and `structureness` at each of `SPANS`, the bars compared once: shape (pieces, 4)."""
    out = np.full((notes.pieces, 1 + len(SPANS)), np.nan)
    for piece, similar in _similarities(notes):
        known = np.flatnonzero(~np.isnan(similar.diagonal()))
        if len(known) > 1:
            bars = similar[np.ix_(known, known)]
            out[piece, 0] = (bars.sum() - len(known)) / (len(known) * (len(known) - 1))
        for column, (low, high) in enumerate(SPANS.values(), 1):
            best = _best(similar, low, high)
            if len(best):
                out[piece, column] = best.mean()
    return out


def similarity_curve(notes: Notes) -> Floats:
    """Mean similarity of bars that are 1, 2 ... 40 bars apart: shape (pieces, 40), NaN where a piece has no such pair.

    "L_t" of Yu et al.: Museformer, NeurIPS 2022, section 4.2; their similarity error is the mean absolute difference of
    two such curves.
    """
    out = np.full((notes.pieces, LAGS), np.nan)
    for piece, similar in _similarities(notes):
        for lag in range(1, min(LAGS + 1, len(similar))):
            line = similar.diagonal(lag)
            known = line[~np.isnan(line)]
            if len(known):
                out[piece, lag - 1] = known.mean()
    return out


def _similarities(notes: Notes) -> Iterator[tuple[int, Floats]]:
    """For each piece with notes, the similarity of all its bars: shape (bars, bars), NaN where a bar has no onset."""
    for piece, bars, row, name in _sets(notes):
        member = np.zeros((bars, int(name.max()) + 1), np.float32)
        member[row, name] = 1
        both = (member @ member.T).astype(np.float64)
        size = both.diagonal()
        either = size[:, None] + size[None, :] - both
        similar = np.divide(both, either, out=np.full_like(both, np.nan), where=either > 0)
        similar[size == 0] = np.nan
        similar[:, size == 0] = np.nan
        yield piece, similar


def _sets(notes: Notes) -> Iterator[tuple[int, int, Ints, Ints]]:
    """For each piece with notes: its bars, and the notes of them as (bar, number of the note's kind)."""
    number, step, _ = notes.snapped(4)
    kind = (np.minimum(step, _STEPS - 1) * 2 + ~notes.pitched) * 128 + notes.pitch
    kept = number < _BARS
    cells = distinct(((notes.piece * _BARS + number) * (_STEPS * 256) + kind)[kept])
    owner = cells // (_STEPS * 256 * _BARS)
    edges = np.searchsorted(owner, np.arange(notes.pieces + 1))
    for piece in np.flatnonzero(np.diff(edges)):
        part = cells[edges[piece] : edges[piece + 1]]
        row = part // (_STEPS * 256) % _BARS
        _, name = np.unique(part % (_STEPS * 256), return_inverse=True)
        yield int(piece), int(row[-1]) + 1, row, name


def _best(similar: Floats, low: int, high: int) -> Floats:
    bars = len(similar)
    apart = np.arange(bars)[:, None] - np.arange(bars)[None, :]
    candidates = np.where((apart >= low) & (apart <= high) & ~np.isnan(similar), similar, -1.0)
    best = candidates.max(axis=1, initial=-1.0)
    return np.asarray(best[best >= 0])
