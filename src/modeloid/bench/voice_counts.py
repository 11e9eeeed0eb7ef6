"""Baselines of voices that only count: each voice by itself, and given the voice above it. Exact likelihoods."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.uint8]
_NOTHING = -1


def marginals(train: Sequence[Grid], scored: Sequence[Grid], values: int) -> NDArray[np.float64]:
    """Each voice has each value with the share of training frames in which it did; add-one-half (KT 1981).

    Parameters
    ----------
    train, scored
        Grids of shape (frames, voices), whole numbers below `values`.
    values
        How many there are.

    Returns
    -------
    Log-likelihood in nats of each scored grid, shape (len(scored),).
    """
    every = np.concatenate(train)
    nats = np.zeros(len(scored))
    for voice in range(every.shape[1]):
        count = np.bincount(every[:, voice], minlength=values) + 0.5
        shares = np.log(count / count.sum())
        nats += [shares[grid[:, voice]].sum() for grid in scored]
    return nats


def ngram(
    train: Sequence[Grid], scored: Sequence[Grid], values: int, frames: int, above: bool = False
) -> NDArray[np.float64]:
    """An n-gram of each voice: given its own last frames and, where it is wanted, the voice above in this frame.

    Before the beginning is nothing. Contexts are shortened one frame at a time, the voice above goes last; each leans
    on the shorter one as often as it was seen to go on in a new way (Witten and Bell 1991, method C, interpolated), the
    shortest on all values being as likely.

    Parameters
    ----------
    frames
        How many frames back, at least 0.
    above
        Whether the voice above is known; the highest voice has none.

    Returns
    -------
    As `marginals`.
    """
    nats = np.zeros(len(scored))
    for voice in range(train[0].shape[1]):
        seen: defaultdict[Hashable, Counter[int]] = defaultdict(Counter)
        for grid in train:
            for contexts, value in _steps(grid, voice, frames, above):
                for context in contexts:
                    seen[context][value] += 1
        totals = {context: count.total() for context, count in seen.items()}
        for number, grid in enumerate(scored):
            nats[number] += sum(
                np.log(_likely(seen, totals, contexts, value, values))
                for contexts, value in _steps(grid, voice, frames, above)
            )
    return nats


def _steps(grid: Grid, voice: int, frames: int, above: bool) -> list[tuple[list[Hashable], int]]:
    """Contexts from the shortest to the longest, and the value, of each frame."""
    own = [_NOTHING] * frames + grid[:, voice].tolist()
    upper = grid[:, voice - 1].tolist() if above and voice else None
    found = []
    for frame in range(len(grid)):
        past = own[frame : frame + frames]
        backs = [past[frames - back :] for back in range(1, frames + 1)]
        contexts: list[Hashable] = [(), *(tuple(back) for back in backs[: 1 if upper else frames])]
        contexts += [("above", upper[frame], *back) for back in backs] if upper else []
        found.append((contexts, own[frame + frames]))
    return found


def _likely(
    seen: defaultdict[Hashable, Counter[int]],
    totals: dict[Hashable, int],
    contexts: Sequence[Hashable],
    value: int,
    values: int,
) -> float:
    likely = 1 / values
    for context in contexts:
        if context not in totals:
            break
        kinds = len(seen[context])
        likely = (seen[context][value] + kinds * likely) / (totals[context] + kinds)
    return likely
