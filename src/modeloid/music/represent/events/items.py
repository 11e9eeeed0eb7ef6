"""Windows of tokens: pieces end to end, cut at bars or anywhere, varied by one table of numbers an item."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...losses import Losses
from ...windows import Address
from ..augment import Augmentation, drawn_factors, drawn_shifts, fitting
from .encode import Encoded
from .rearrange import DRAWS, Rearranging
from .vocabulary import PAD, Vocabulary, nearest_of


class Tokens(NamedTuple):
    """A batch of windows.

    Parameters
    ----------
    ids
        Shape (n, window_tokens), int64; 0 behind an item's end.
    lengths
        Shape (n,), int64, 1 to window_tokens: how many of them are the item's.
    """

    ids: NDArray[np.int64]
    lengths: NDArray[np.int64]


@dataclass(frozen=True)
class TokenWindows:
    """Every window of some pieces.

    Still, the items of a piece share its tokens out without a gap or an overlap: each is as long as a window or, cut at
    bars, ends with the last bar that is whole in it (a bar longer than a window is cut inside). Moved, the
    permitted starts of a piece (its bars, or any token, up to the first from which the window reaches the piece's end)
    are cut into as many equal stretches as the piece has items, and item k starts anywhere in the k-th.

    Parameters
    ----------
    known, augment
        The vocabulary and what is varied.
    view
        Shape (tokens, W): all windows as strides over one row of tokens.
    start, length
        Of each item that lies still.
    owner, item, items
        Of each item: the number of its piece, its number in it, how many that has.
    edges
        Shape (pieces + 1,): where pieces begin.
    starts, first_start, choices
        The permitted random starts; where those of a piece begin among them and how many it has.
    shifts
        Shape (2, pieces): lowest and highest transposition.
    losses, refused, padded
        What the encoding left out; the pieces that have no item, and why; how many are shorter than a window.
    rearranging
        How moved items are put into another order, or None.
    """

    known: Vocabulary
    augment: Augmentation
    view: NDArray[np.int16]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    owner: NDArray[np.int64]
    item: NDArray[np.int64]
    items: NDArray[np.int64]
    edges: NDArray[np.int64]
    starts: NDArray[np.int64]
    first_start: NDArray[np.int64]
    choices: NDArray[np.int64]
    shifts: NDArray[np.int64]
    losses: Losses
    refused: tuple[tuple[int, str], ...]
    padded: int
    rearranging: Rearranging | None = None

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def offset(self) -> NDArray[np.int64]:
        """The token of its piece at which each item lies when it is not moved."""
        return self.start - self.edges[self.owner]

    def still(self, indices: NDArray[np.int64]) -> Tokens:
        """Items where and as they are."""
        lengths = self.length[indices]
        ids = self.view[self.start[indices]].astype(np.int64)
        return Tokens(_ended(ids, lengths), lengths)

    def moved(self, indices: NDArray[np.int64], rng: Address) -> Tokens:
        """Items cut at random and varied, each from its own address."""
        uniform, owner = rng.uniforms(indices, 4), self.owner[indices]
        choices = self.choices[owner]
        choice = ((self.item[indices] + uniform[:, 0]) * choices / self.items[indices]).astype(np.int64)
        start = self.starts[self.first_start[owner] + np.minimum(choice, choices - 1)]
        lengths = np.minimum(self.edges[owner + 1] - start, self.view.shape[1])
        table = self._tables(owner, uniform)
        if table is None:
            ids = self.view[start].astype(np.int64)
        else:
            rows = np.arange(0, table.size, table.shape[1])[:, None]
            ids = np.take(table.ravel(), self.view[start] + rows)
        made = Tokens(_ended(ids, lengths), lengths)
        if self.rearranging is None:
            return made
        return self._rearranged(made, start + lengths == self.edges[owner + 1], rng.uniforms(indices, 4 + DRAWS)[:, 4:])

    def _rearranged(self, items: Tokens, is_last: NDArray[np.bool_], uniform: NDArray[np.float64]) -> Tokens:
        """What is missing of some items stands behind what is given of them, see `gaps`."""
        assert self.rearranging is not None
        ids, lengths = np.full_like(items.ids, PAD), items.lengths.copy()
        for number, (row, length) in enumerate(zip(items.ids, items.lengths, strict=True)):
            draws = uniform[number]
            made = self.rearranging(row[:length], ids.shape[1], bool(is_last[number]), self.known, draws)
            ids[number, : len(made)], lengths[number] = made, len(made)
        return Tokens(ids, lengths)

    def _tables(self, owner: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.int64] | None:
        """Token -> varied token, one row an item; None where nothing is varied."""
        if self.augment == Augmentation():
            return None
        known, augment = self.known, self.augment
        table = np.tile(np.arange(known.size), (len(owner), 1))
        if augment.transpose != (0, 0):
            table[:, known["Pitch"].slice] += drawn_shifts(uniform[:, 1], *self.shifts[:, owner])[:, None]
            block = known["Pitch"]
            # entries that no note of the piece uses would fall out of the block
            np.clip(table[:, block.slice], block.first, block.first + block.size - 1, out=table[:, block.slice])
        if augment.velocity != (1.0, 1.0):
            factor = drawn_factors(uniform[:, 2], augment.velocity)
            numbers = nearest_of(known.velocities, known.velocities * factor[:, None])
            table[:, known["Velocity"].slice] = known["Velocity"].first + numbers
        if augment.tempo != (1.0, 1.0):
            factor = drawn_factors(uniform[:, 3], augment.tempo)
            numbers = nearest_of(known.tempos, known.tempos * factor[:, None])
            table[:, known["Tempo"].slice] = known["Tempo"].first + numbers
        return table


def _ended(ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    width = ids.shape[1]
    short = np.flatnonzero(lengths < width)
    if len(short):
        ids[short] = np.where(np.arange(width) < lengths[short, None], ids[short], PAD)
    return ids


def cut(
    encoded: Encoded,
    known: Vocabulary,
    width: int,
    at_bars: bool,
    augment: Augmentation,
    rearranging: Rearranging | None = None,
) -> TokenWindows:
    """Cut pieces into windows of `width` tokens, at bars or anywhere."""
    edges, tokens = encoded.edges, encoded.tokens
    bars = np.flatnonzero(tokens == known["Bar"].first)
    spans = [_piece_cuts(a, b, width, bars if at_bars else None) for a, b in pairwise(edges)]
    counts = np.array([len(still) for still, _ in spans], np.int64)
    start = np.concatenate([np.zeros(0, np.int64), *[still for still, _ in spans]])
    owner = np.repeat(np.arange(len(counts)), counts)
    begun = np.cumsum(counts) - counts
    is_last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    ends = np.append(start[1:], 0)
    ends[is_last] = edges[owner[is_last] + 1]
    choices = np.array([len(free) for _, free in spans], np.int64)
    padded = np.concatenate([tokens, np.full(width, PAD, np.int16)])
    lengths = np.diff(edges)
    return TokenWindows(
        known=known,
        augment=augment,
        view=np.lib.stride_tricks.sliding_window_view(padded, width),
        start=start,
        length=ends - start,
        owner=owner,
        item=np.arange(len(owner)) - begun[owner],
        items=counts[owner],
        edges=edges,
        starts=np.concatenate([np.zeros(0, np.int64), *[free for _, free in spans]]),
        first_start=np.cumsum(choices) - choices,
        choices=choices,
        shifts=_shifts(encoded, known, augment),
        losses=encoded.losses,
        refused=encoded.refused,
        padded=int(((lengths < width) & (lengths > 0)).sum()),
        rearranging=rearranging,
    )


def _piece_cuts(
    begin: int, end: int, width: int, bars: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the still items of a piece begin, and where random ones may."""
    if begin == end:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if bars is None:
        return np.arange(begin, end, width), np.arange(begin, max(begin, end - width) + 1)
    lines = bars[slice(*np.searchsorted(bars, [begin, end]))].copy()
    lines[0] = begin
    free = lines[: int(np.searchsorted(lines, end - width)) + 1]
    still = [begin]
    while still[-1] + width < end:
        reached = int(lines[np.searchsorted(lines, still[-1] + width, side="right") - 1])
        still.append(reached if reached > still[-1] else still[-1] + width)
    return np.array(still, np.int64), free


def _shifts(encoded: Encoded, known: Vocabulary, augment: Augmentation) -> NDArray[np.int64]:
    """The transpositions that each piece permits; a piece of drums alone permits all."""
    at = np.flatnonzero(known["Pitch"].holds(encoded.tokens))
    pitch = encoded.tokens[at].astype(np.int64) - known["Pitch"].first + known.low
    first = np.searchsorted(at, encoded.edges)
    lowest = np.full(len(encoded.edges) - 1, known.low)
    highest = lowest.copy()
    pitched = np.diff(first) > 0
    if pitched.any():
        lowest[pitched] = np.minimum.reduceat(pitch, first[:-1][pitched])
        highest[pitched] = np.maximum.reduceat(pitch, first[:-1][pitched])
    return np.stack(fitting(augment.transpose, lowest, highest, known.low, known.high))
