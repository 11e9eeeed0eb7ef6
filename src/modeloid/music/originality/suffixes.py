"""A suffix array over sequences: for each place of a query, the longest run that the sequences hold, and where."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..hashing import scramble

Ints = NDArray[np.int64]
_BASE = np.uint64(0x9E3779B97F4A7C15)
_DEEPEST = 4096
_HEAD_BITS = 60


class Suffixes:
    """All suffixes of some sequences, sorted (Manber and Myers: Suffix arrays, 1993; sorted by prefix doubling).

    Two stretches count as equal when their polynomial hashes modulo 2^64 are; the symbols are scrambled before. Runs
    are sorted by at most 4,096 symbols.

    Parameters
    ----------
    symbol
        All sequences end to end, numbers from 0 to ``2 ** bits - 2``.
    line
        The number of the sequence of each symbol, rising; no run crosses from one into the next.
    bits
        Of a symbol, at most 30.
    """

    def __init__(self, symbol: Ints, line: Ints, bits: int = 12) -> None:
        self._bits = bits
        self.left = np.searchsorted(line, line, side="right") - np.arange(len(line))
        self.symbol = symbol.astype(np.int32)
        self.order = _sorted(symbol, self.left).astype(np.int32)
        self._heads = _heads(symbol, self.left, bits)[self.order]
        self._hash = prefix_hashes(symbol)

    def longest(self, symbol: Ints, line: Ints) -> tuple[Ints, Ints]:
        """The longest run from each place of a query on that occurs here.

        Parameters
        ----------
        symbol, line
            As of the sequences.

        Returns
        -------
        The lengths, 0 where not even the symbol occurs, and a place where each occurs here (of no meaning at length 0);
        shape (symbols,) each.
        """
        query = _Query(symbol, line)
        if not len(self.order) or not len(symbol):
            return np.zeros(len(symbol), np.int64), np.zeros(len(symbol), np.int64)
        place, every = self._place(query), np.arange(len(symbol))
        length, found = np.zeros(len(symbol), np.int64), np.zeros(len(symbol), np.int64)
        for neighbour in (place - 1, place):
            here = self.order[np.clip(neighbour, 0, len(self.order) - 1)].astype(np.int64)
            common = self._common(query, every, here)
            better = common > length
            length[better], found[better] = common[better], here[better]
        return length, found

    def _place(self, query: _Query) -> Ints:
        """Where each suffix of the query would stand: by its first symbols, then by halving what these leave."""
        heads = _heads(query.symbol, query.left, self._bits)
        low, high = (np.searchsorted(self._heads, heads, side) for side in ("left", "right"))
        open_ = np.flatnonzero(low < high)
        while len(open_):
            middle = (low[open_] + high[open_]) // 2
            below = self._below(query, open_, self.order[middle].astype(np.int64))
            low[open_[below]] = middle[below] + 1
            high[open_[~below]] = middle[~below]
            open_ = open_[low[open_] < high[open_]]
        return low

    def _below(self, query: _Query, at: Ints, here: Ints) -> NDArray[np.bool_]:
        """Whether suffixes at `here` are smaller than the query's `at`; a suffix is smaller than what it begins."""
        common = self._common(query, at, here)
        ended, done = common >= self.left[here], common >= query.left[at]
        mine = self.symbol[np.minimum(here + common, len(self.symbol) - 1)]
        theirs = query.symbol[np.minimum(at + common, len(query.symbol) - 1)]
        return np.where(ended, ~done, ~done & (mine < theirs))

    def _common(self, query: _Query, at: Ints, here: Ints) -> Ints:
        """How many symbols the query's suffixes `at` and those at `here` have in common, by doubling steps."""
        most = np.minimum(self.left[here], query.left[at])
        common = np.zeros(len(here), np.int64)
        step = 1 << max(0, int(most.max(initial=0)).bit_length() - 1)
        while step:
            more = np.flatnonzero(common + step <= most)
            start = common[more]
            mine, theirs = here[more] + start, at[more] + start
            power = query.powers[step]
            same = self._hash[mine + step] - self._hash[mine] * power == (
                query.hash[theirs + step] - query.hash[theirs] * power
            )
            common[more[same]] += step
            step >>= 1
        return common


class _Query:
    """A query's symbols with their hashes, and how many symbols each has left in its line."""

    def __init__(self, symbol: Ints, line: Ints) -> None:
        self.symbol = symbol
        self.left = np.searchsorted(line, line, side="right") - np.arange(len(line))
        self.hash = prefix_hashes(symbol)
        longest = int(self.left.max(initial=1))
        steps = [1 << bit for bit in range(longest.bit_length())]
        self.powers = dict(zip(steps, _powers(len(steps)), strict=True))


def _heads(symbol: Ints, left: Ints, bits: int) -> Ints:
    """The first symbols of each suffix as one number that sorts as they do; 0 stands behind the end."""
    head = np.zeros(len(symbol), np.int64)
    for ahead in range(_HEAD_BITS // bits):
        later = np.minimum(np.arange(len(symbol)) + ahead, len(symbol) - 1)
        head = (head << bits) + np.where(left > ahead, symbol[later] + 1, 0)
    return head


def prefix_hashes(symbol: Ints) -> NDArray[np.uint64]:
    """``h[i] = sum over j < i of s[j] b^(i - 1 - j)`` modulo 2^64: shape (symbols + 1,)."""
    # h[i] = b^i * sum of s[j] b^-(j + 1): the powers of an odd number and of its inverse are both whole
    inverse = np.uint64(pow(int(_BASE), -1, 2**64))
    values = scramble(symbol.astype(np.uint64) + np.uint64(1))
    down = _all_powers(inverse, len(symbol) + 1)[1:]
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values * down, dtype=np.uint64)])
    return np.asarray(total * _all_powers(_BASE, len(symbol) + 1))


def gram_hashes(hashes: NDArray[np.uint64], at: Ints, length: int) -> NDArray[np.uint64]:
    """The hashes of the `length` symbols from each place on, from `prefix_hashes`."""
    power = np.uint64(pow(int(_BASE), length, 2**64))
    return np.asarray(hashes[at + length] - hashes[at] * power)


def _all_powers(base: np.uint64, count: int) -> NDArray[np.uint64]:
    factors = np.full(count, base)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _powers(count: int) -> list[np.uint64]:
    """``b^1, b^2, b^4 ...``."""
    return [np.uint64(pow(int(_BASE), 1 << bit, 2**64)) for bit in range(count)]


def _sorted(symbol: Ints, left: Ints) -> Ints:
    """The suffixes in order: by one symbol, then two, four ... until all differ."""
    size = len(symbol)
    order = np.argsort(symbol, kind="stable")
    rank = _ranks(symbol[order], order)
    length = 1
    while length < _DEEPEST and size and int(rank.max()) < size - 1:
        # a suffix that ends within the first half stands before all that go on
        tail = np.where(left > length, rank[np.minimum(np.arange(size) + length, size - 1)] + 1, 0)
        key = rank * (size + 1) + tail
        order = np.argsort(key, kind="stable")
        fresh = _ranks(key[order], order)
        if np.array_equal(fresh, rank):
            break
        rank = fresh
        length *= 2
    return order


def _ranks(ordered: Ints, order: Ints) -> Ints:
    rank = np.empty(len(order), np.int64)
    rank[order] = np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0)
    return rank
