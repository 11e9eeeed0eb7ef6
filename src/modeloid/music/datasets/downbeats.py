"""Where the bars of a piece begin, from annotated beats, or from its chords where only these are annotated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_COSTS: Mapping[int, Mapping[int, float]] = {
    4: {4: 0.0, 2: 3.0, 6: 3.0, 3: 6.0, 5: 6.0},
    3: {3: 0.0, 2: 4.0, 4: 4.0, 6: 4.0},
}
"""Beats of the usual bar -> beats of a bar -> how many chord changes must speak for it."""
_SURER = 0.1
"""By what share of the changes bars of three beats must be better than bars of four."""
_FEWEST_CHANGES = 8


def usual_bar(downbeats: Sequence[int]) -> int:
    """Beats of most bars: 3 where most downbeats are 3 beats apart or 6, else 4.

    Parameters
    ----------
    downbeats
        Numbers of the beats that begin a bar, or two bars.
    """
    gaps = Counter(np.diff(downbeats).tolist())
    return 3 if gaps and gaps.most_common(1)[0][0] in (3, 6) else 4


def bars(downbeats: Sequence[int], usual: int) -> list[tuple[int, int]]:
    """The meters of a piece: the beat each begins at, and how many beats its bars have.

    The first begins at the first downbeat. What is a whole number of usual bars is so many usual bars.
    """
    found: list[tuple[int, int]] = []
    for beat, length in zip(downbeats, [*np.diff(downbeats).tolist(), usual], strict=True):
        numerator = usual if length % usual == 0 else length
        if not found or found[-1][1] != numerator:
            found.append((beat, numerator))
    return found


def from_chords(changes: Sequence[int], beats: int) -> tuple[list[int], int] | None:
    """The downbeats that most chords change at, and the beats of a usual bar; None where too few chords change.

    The best path through all beats: a bar that begins with a change earns one, a bar of unusual length costs some.

    Parameters
    ----------
    changes
        Numbers of the beats at which the chord changes.
    beats
        How many there are.
    """
    if len(changes) < _FEWEST_CHANGES:
        return None
    gain = np.zeros(beats)
    gain[list(changes)] = 1
    paths = {usual: _best_path(gain, usual, costs) for usual, costs in _COSTS.items()}
    met = {usual: float(gain[path].sum() / gain.sum()) for usual, path in paths.items()}
    usual = 3 if met[3] > met[4] + _SURER else 4
    return paths[usual], usual


def _best_path(gain: NDArray[np.float64], usual: int, costs: Mapping[int, float]) -> list[int]:
    best, before = np.full(len(gain), -np.inf), np.full(len(gain), -1)
    best[:usual] = 0
    for beat in range(len(gain)):
        for length, cost in costs.items():
            if beat >= length and best[beat - length] - cost > best[beat]:
                best[beat], before[beat] = best[beat - length] - cost, beat - length
        best[beat] += gain[beat]
    last = max(0, len(gain) - usual)
    beat = last + int(best[last:].argmax())
    path = []
    while beat >= 0:
        path.append(beat)
        beat = int(before[beat])
    return path[::-1]
