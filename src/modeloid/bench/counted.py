"""Baselines of `modeloid bench poly` that only count: how far they look back is chosen on the validation part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .baselines import Roll, chords, history, marginals
from .score import Score, means

BACK = range(1, 7)
"""How many frames back `history` may look."""

CHORDS = range(4)
"""How many frames back `chords` may look."""


class Counted(NamedTuple):
    """A baseline, its choices made.

    Parameters
    ----------
    likelihoods
        Log-likelihoods of rolls in nats.
    detail
        In words.
    tried
        Choice -> nats per frame on the validation part.
    """

    likelihoods: Callable[[Sequence[Roll]], NDArray[np.float64]]
    detail: str
    tried: Mapping[str, float]


def _marginals(train: Sequence[Roll], valid: Sequence[Roll]) -> Counted:  # noqa: ARG001  there is nothing to choose
    return Counted(lambda rolls: marginals(train, rolls), "each pitch with its share of the training frames", {})


def _history(train: Sequence[Roll], valid: Sequence[Roll]) -> Counted:
    back, tried = _best(BACK, valid, lambda frames: history(train, valid, frames))
    detail = f"each pitch given its own last {back} frames, chosen of 1 to 6 on the validation part"
    return Counted(lambda rolls: history(train, rolls, back), detail, tried)


def _chords(train: Sequence[Roll], valid: Sequence[Roll]) -> Counted:
    past, _ = _best(BACK, valid, lambda frames: history(train, valid, frames))
    back, tried = _best(CHORDS, valid, lambda frames: chords(train, valid, frames, past))
    detail = f"the frame given the last {back}, chosen of 0 to 3 on the validation part; leans on history of {past}"
    return Counted(lambda rolls: chords(train, rolls, back, past), detail, tried)


KINDS: Mapping[str, Callable[[Sequence[Roll], Sequence[Roll]], Counted]] = {
    "marginals": _marginals,
    "history": _history,
    "chords": _chords,
}


def scored(name: str, model: str, train: Sequence[Roll], valid: Sequence[Roll], test: Sequence[Roll]) -> Score:
    """One of `KINDS` on one set.

    Parameters
    ----------
    name, model
        Of the set and of the baseline.
    train, valid, test
        Rolls of its parts.
    """
    found = KINDS[model](train, valid)
    lengths = [len(roll) for roll in test]
    value, error, pieces = means(found.likelihoods(test), lengths)
    on_valid = means(found.likelihoods(valid), [len(roll) for roll in valid])[0]
    return Score(name, model, 0, value, error, pieces, on_valid, sum(lengths), 0, 0.0, found.detail, tried=found.tried)


def _best(
    choices: Iterable[int], valid: Sequence[Roll], likelihoods: Callable[[int], NDArray[np.float64]]
) -> tuple[int, dict[str, float]]:
    lengths = [len(roll) for roll in valid]
    tried = {frames: means(likelihoods(frames), lengths)[0] for frames in choices}
    return min(tried, key=tried.__getitem__), {f"frames={frames}": value for frames, value in tried.items()}
