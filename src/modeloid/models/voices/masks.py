"""What is given in training, and which frames are learned from: drawn for every item of a batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng

_TOP, _SOME = 0.4, 0.75
"""Below the first the highest voice is given, below the second some voices, above both all but some frames."""
_SHORTEST, _LONGEST = 4, 64
"""Frames of such a gap."""


def given_cells(shape: tuple[int, int, int], lengths: NDArray[np.int64], share: float, rng: Rng) -> NDArray[np.bool_]:
    """Draw what is given of each item: nothing of most, of the others whole voices or all around a gap.

    Parameters
    ----------
    shape
        (n, frames, voices).
    lengths
        Shape (n,): frames of each item.
    share
        Of the items of which something is given.
    rng
        Row i of the batch draws by its place in it.
    """
    n, _, voices = shape
    given = np.zeros(shape, np.bool_)
    uniform = rng.uniforms(np.arange(n), 6 + voices)
    for item in np.flatnonzero(uniform[:, 0] < share):
        kind, keeps, place, size, one = uniform[item, 1:6]
        kept = _voices(kind, uniform[item, 6:], one)
        given[item, :, kept] = True
        if kind >= _SOME:
            long = min(int(lengths[item]), int(_SHORTEST + size * (_LONGEST - _SHORTEST + 1)))
            first = int(place * (lengths[item] - long + 1))
            given[item] = True
            given[item, first : first + long] = False
            given[item, first : first + long, 0] = keeps < 0.5 and voices > 1
        # what lies behind an item's end is no rest
        given[item, lengths[item] :] = False
    return given


def _voices(kind: float, uniform: NDArray[np.float64], one: float) -> NDArray[np.bool_]:
    """Which voices are given; never all."""
    kept: NDArray[np.bool_] = uniform < 0.5
    if kind < _TOP:
        kept = np.arange(len(uniform)) == 0
    if kept.all():
        kept[int(one * len(uniform))] = False
    return kept


def drawn_frames(
    given: NDArray[np.bool_], often: NDArray[np.float64], count: int, rng: Rng
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Draw frames to learn from among those of which some cell is not given.

    Parameters
    ----------
    given
        Shape (n, frames, voices).
    often
        Shape (n, frames): how often each frame is drawn, beside the others; 0 behind an item's end.
    count
        How many are drawn, with replacement; where there are no more, each is taken once.
    rng
        Where the draws come from.

    Returns
    -------
    Item, frame and weight of each; the weighted mean over them is on average that over all frames.
    """
    often = np.where(given.all(axis=2), 0.0, often)
    owner, frame = np.nonzero(often)
    if len(owner) <= count:
        return owner, frame, np.ones(len(owner))
    edges = np.cumsum(often[owner, frame])
    place = (np.arange(count) + rng.generator().random(count)) / count * edges[-1]
    chosen = np.minimum(np.searchsorted(edges, place, side="right"), len(owner) - 1)
    owner, frame = owner[chosen], frame[chosen]
    return owner, frame, edges[-1] / len(edges) / often[owner, frame]


def often(frames: int, lengths: NDArray[np.int64], starts: NDArray[np.int64], beat: int) -> NDArray[np.float64]:
    """How often frames are drawn, shape (n, frames): those on a beat and in its middle thrice as often as the others.

    Voices move there: elsewhere there is little to learn.
    """
    number = starts[:, None] + np.arange(frames)
    strong = (number % beat == 0) | (2 * (number % beat) == beat)
    return np.where(np.arange(frames) < lengths[:, None], np.where(strong, 3.0, 1.0), 0.0)
