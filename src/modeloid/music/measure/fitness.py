"""Structureness by fitness: how well some stretch of a piece, by its returns, explains the whole. Slow: ask by name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .notes import BEAT, LONGEST_BEATS, Floats, Ints, Notes
from .shares import histogram

SPANS_BEATS = {"short": (6.0, 16.0), "mid": (16.0, 30.0), "long": (30.0, np.inf)}
"""Name -> lengths of stretches in beats, both counted: 3 to 8, 8 to 15, and 15 and more seconds at 120 a minute."""
FRAMES = 128
"""A piece has at most so many frames; of longer ones two bars, three ... are one frame."""
THRESHOLD = 0.9
"""With it songs (POP909) and the same with their bars in another order lie two deviations apart in the long span; with
0.8 it is one."""
PENALTY = -2.0
_STEPS = 256


def fitness_structureness(notes: Notes, span: str) -> Floats:
    """The highest fitness of any stretch whose length lies in `SPANS_BEATS`: 0 (nothing returns) to below 1.

    A stretch that is the whole of a piece k times over has ``1 - 1 / k``. SI of Wu and Yang: The Jazz Transformer on
    the Front Line, ISMIR 2020, section 5.4: the maximum over a span of lengths of the fitness scape plot of Müller,
    Jiang and Grosche: A robust fitness measure for capturing repetitions in music recordings, 2013. There on audio and
    seconds; here frame by frame of the notes, a frame being a bar, and at 120 beats a minute, so that neither tempo nor
    sound matters.

    Two frames are as similar as the mean of two cosines: of their chroma (pitch classes, weighted by time) and of their
    onsets on 16ths (all notes, drums too). Similarities above 0.9 are mapped to 0 ... 1, all others and empty frames
    cost 2; a frame is as long as the usual smoothing along diagonals, so there is none, and transpositions are not
    returns. Fitness of a stretch a (ibid., section II-C): its optimal path family P, of paths through frames that go on
    by steps (1, 1), (1, 2) or (2, 1), has a score s, a length L and covers c frames of N;
    ``2 s' c' / (s' + c')`` with ``s' = (s - |a|) / L`` and ``c' = (c - |a|) / N``.

    Stretches longer than half a piece, which cannot return whole, are not looked at. Undefined (NaN) where no stretch
    has a length of the span.
    """
    return notes.once("fitness", _all)[:, list(SPANS_BEATS).index(span)]


def _all(notes: Notes) -> Floats:
    out = np.full((notes.pieces, len(SPANS_BEATS)), np.nan)
    for piece, similar, beats in _frames(notes):
        start, size = _stretches(len(similar))
        if not len(start):
            continue
        edges = np.concatenate([[0.0], np.cumsum(beats)])
        length = edges[start + size] - edges[start]
        found = fitness(enhanced(similar), start, size)
        for column, (low, high) in enumerate(SPANS_BEATS.values()):
            inside = (length >= low) & (length <= high)
            if inside.any():
                out[piece, column] = found[inside].max()
    return out


def _stretches(frames: int) -> tuple[Ints, Ints]:
    """First frame and number of frames of all stretches of at most half a piece."""
    sizes = np.arange(1, frames // 2 + 1)
    size = np.repeat(sizes, frames + 1 - sizes)
    return np.concatenate([np.zeros(0, np.int64), *[np.arange(frames + 1 - each) for each in sizes]]), size


def enhanced(similar: Floats, threshold: float = THRESHOLD, penalty: float = PENALTY) -> Floats:
    """Similarities above a threshold on 0 to 1, all others as the penalty, and 1 on the diagonal."""
    out = np.where(similar > threshold, (similar - threshold) / (1 - threshold), penalty)
    np.fill_diagonal(out, 1.0)
    return out


def fitness(similar: Floats, start: Ints, size: Ints) -> Floats:
    """The fitness of stretches of a piece, all at once; 0 to below 1.

    Parameters
    ----------
    similar
        Enhanced similarities of all frames, shape (frames, frames), 1 on the diagonal.
    start, size
        First frame and number of frames of each stretch, shape (stretches,).
    """
    score, length, covered = _families(similar.astype(np.float32), start, size)
    better = np.maximum(score - size, 0) / np.maximum(length, 1)
    more = np.maximum(covered - size, 0) / len(similar)
    both = better + more
    return np.asarray(np.divide(2 * better * more, both, out=np.zeros(len(size)), where=both > 0))


def _families(similar: NDArray[np.float32], start: Ints, size: Ints) -> tuple[Floats, Ints, Ints]:
    """Score, length and covered frames of the optimal path family over each stretch (ibid., section II-B).

    One row of the accumulated scores of all stretches lies end to end, a cell for each frame of a stretch and one
    before it that is never a step's beginning. ``way`` counts covered frames above 16 bits and the path's cells below.
    """
    first = np.cumsum(size + 1) - size - 1
    last, cells = first + size, int((size + 1).sum())
    column = np.arange(cells) - np.repeat(first - start, size + 1) - 1
    column[first] = 0
    never = np.float32(-np.inf)
    before, score = np.full(cells, never), np.full(cells, never)
    way_before, way = np.zeros(cells, np.int32), np.zeros(cells, np.int32)
    rest, rest_way = np.zeros(len(size), np.float32), np.zeros(len(size), np.int32)
    one, two = np.int32((1 << 16) + 1), np.int32((2 << 16) + 1)
    for row in similar:
        fresh, fresh_way = np.full(cells, never), np.zeros(cells, np.int32)
        # steps (1, 1), then (1, 2), then (2, 1): frames of the piece by frames of the stretch
        fresh[1:], fresh_way[1:] = score[:-1], way[:-1] + one
        for values, ways, apart, gone in ((score, way, 2, one), (before, way_before, 1, two)):
            better = values[:-apart] > fresh[apart:]
            np.copyto(fresh[apart:], values[:-apart], where=better)
            np.copyto(fresh_way[apart:], ways[:-apart] + gone, where=better)
        ended = score[last] > rest
        rest, rest_way = np.where(ended, score[last], rest), np.where(ended, way[last], rest_way)
        fresh[first + 1], fresh_way[first + 1] = rest, rest_way + one
        fresh += row[column]
        fresh[first] = never
        before, way_before, score, way = score, way, fresh, fresh_way
    ended = score[last] > rest
    score, way = np.where(ended, score[last], rest), np.where(ended, way[last], rest_way)
    return score.astype(np.float64), (way & 0xFFFF).astype(np.int64), (way >> 16).astype(np.int64)


def _frames(notes: Notes) -> Iterator[tuple[int, Floats, Floats]]:
    """For each piece with notes: its number, the similarity of its frames, and their lengths in beats."""
    order = np.argsort(notes.piece, kind="stable")
    edges = np.searchsorted(notes.piece[order], np.arange(notes.pieces + 1))
    for piece in np.flatnonzero(np.diff(edges)):
        bars = int(notes.bars[piece])
        together = -(-bars // FRAMES)
        frames = -(-bars // together)
        parts = [
            part for part in _features(notes, order[edges[piece] : edges[piece + 1]], frames, together) if part.any()
        ]
        sizes = notes.bar_sizes[notes.first_bar[piece] + np.arange(bars)] / BEAT
        beats = np.bincount(np.arange(bars) // together, sizes, minlength=frames)
        similar = sum((_cosines(part) for part in parts), np.zeros((frames, frames))) / len(parts)
        yield int(piece), similar, beats.astype(np.float64)


def _features(notes: Notes, rows: Ints, frames: int, together: int) -> tuple[Floats, Floats]:
    """Chroma and onsets of each frame of the piece with these notes, so many bars being one frame."""
    number, step, _ = notes.snapped(4)
    frame, tonal = number[rows] // together, notes.pitched[rows]
    time = np.minimum(notes.end[rows] - notes.onset[rows], LONGEST_BEATS * BEAT)
    chroma = histogram(frame[tonal], notes.pitch[rows][tonal] % 12, frames, 12, time[tonal])
    place = np.minimum(step[rows], _STEPS - 1) + number[rows] % together * _STEPS
    return chroma, np.minimum(histogram(frame, place, frames, together * _STEPS), 1)


def _cosines(rows: Floats) -> Floats:
    """The cosine of each row with each; 0 where one is empty."""
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, size, out=np.zeros_like(rows), where=size > 0)
    return np.asarray(unit @ unit.T)
