"""Which voice sings which note: by the piece's own tracks, or from high to low where they do not say."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

NOBODY = -1


def by_track(track: NDArray[np.int64], pitch: NDArray[np.int64], voices: int) -> NDArray[np.int64] | None:
    """The voice of each note where the notes lie on as many tracks as there are voices, else None.

    The tracks are sorted from high to low by their mean pitch, equal ones by their number.
    """
    names = np.unique(track)
    if len(names) != voices:
        return None
    means = np.array([pitch[track == name].mean() for name in names])
    voice = np.empty(voices, np.int64)
    voice[np.argsort(-means, kind="stable")] = np.arange(voices)
    return voice[np.searchsorted(names, track)]


def by_skyline(
    start: NDArray[np.int64], stop: NDArray[np.int64], pitch: NDArray[np.int64], voices: int
) -> NDArray[np.int64]:
    """The voice of each note, 0 the highest, or -1 where none is free.

    Step by step in time: the voices whose note still sounds keep it. The notes that start take free voices in the order
    of their pitches, so that the voices move as little as they can in all (at the first step: as they are spread from
    high to low). Where more notes start than voices are free, the highest and the lowest of them are kept first. No two
    voices cross at the step at which a note starts unless a held note is crossed by all that is free.

    Parameters
    ----------
    start, stop, pitch
        Of each note; in steps.
    voices
        How many there are.
    """
    voice = np.full(len(start), NOBODY)
    until, last = [0] * voices, [0.0] * voices
    order = np.lexsort([-pitch, start])
    edges = np.flatnonzero(np.diff(start[order], prepend=-1, append=-1))
    top, low = (int(pitch.max()), int(pitch.min())) if len(pitch) else (0, 0)
    last = [top - (top - low) * v / max(1, voices - 1) for v in range(voices)]
    for a, b in pairwise(edges):
        notes = order[a:b]
        now = int(start[notes[0]])
        free = [v for v in range(voices) if until[v] <= now]
        held = {v: last[v] for v in range(voices) if until[v] > now}
        chosen = _outer(notes.tolist(), len(free))
        for note, v in zip(chosen, _places([int(pitch[n]) for n in chosen], free, last, held), strict=True):
            voice[note], until[v], last[v] = v, int(stop[note]), float(pitch[note])
    return voice


def _outer(notes: list[int], room: int) -> list[int]:
    """At most `room` of notes that fall in pitch, the outer ones first, in their order."""
    if len(notes) <= room:
        return notes
    above = (room + 1) // 2
    return notes[:above] + notes[len(notes) - (room - above) :]


def _places(pitches: list[int], free: list[int], last: list[float], held: dict[int, float]) -> tuple[int, ...]:
    """The free voices for falling pitches that cross fewest held notes and move least."""
    if len(pitches) == len(free):
        return tuple(free)

    def cost(voices: tuple[int, ...]) -> tuple[int, float]:
        pairs = list(zip(voices, pitches, strict=True))
        crossed = sum((v < h) != (p >= at) for v, p in pairs for h, at in held.items() if p != at)
        return crossed, sum(abs(p - last[v]) for v, p in pairs)

    return min(combinations(free, len(pitches)), key=cost)
