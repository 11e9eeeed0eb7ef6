from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.originality.suffixes import Suffixes, gram_hashes, prefix_hashes

LINES = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=14), min_size=1, max_size=6)


def flat(lines):
    symbol = np.concatenate([np.array(line, np.int64) for line in lines] or [np.zeros(0, np.int64)])
    return symbol, np.repeat(np.arange(len(lines)), [len(line) for line in lines])


def slowly(known, line, at):
    """The longest run from `at` on that some known line has, by looking everywhere."""
    best = 0
    for other in known:
        for start in range(len(other)):
            length = 0
            while (
                at + length < len(line) and start + length < len(other) and line[at + length] == other[start + length]
            ):
                length += 1
            best = max(best, length)
    return best


@settings(max_examples=300, deadline=None)
@given(LINES, LINES)
def test_the_longest_runs_are_those_of_the_slow_search(known, asked):
    symbol, line = flat(known)
    suffixes = Suffixes(symbol, line)
    query, of = flat(asked)
    length, place = suffixes.longest(query, of)
    assert length.tolist() == [slowly(known, row, at) for row in asked for at in range(len(row))]
    for at in np.flatnonzero(length):
        stretch = slice(place[at], place[at] + length[at])
        assert symbol[stretch].tolist() == query[at : at + length[at]].tolist()
        assert len(set(line[stretch])) == 1


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_suffixes_stand_in_order(known):
    symbol, line = flat(known)
    suffixes = Suffixes(symbol, line)
    ends = np.searchsorted(line, line, side="right")
    written = [symbol[at : ends[at]].tolist() for at in suffixes.order]
    assert written == sorted(written)


def test_long_repeats_are_sorted_and_found():
    line = [0] * 500 + [1] + [0] * 300 + [2]
    length, place = Suffixes(*flat([line, [0] * 100])).longest(*flat([[0] * 300 + [2], [0] * 600]))
    assert (length[0], place[0]) == (301, 501)
    assert length[301] == 500


def test_nothing_is_found_in_nothing():
    empty, query = flat([]), flat([[1, 2]])
    assert Suffixes(*empty).longest(*query)[0].tolist() == [0, 0]
    assert Suffixes(*query).longest(*empty)[0].tolist() == []
    assert Suffixes(*query).longest(*flat([[7, 8]]))[0].tolist() == [0, 0]


def test_hashes_of_equal_stretches_are_equal_and_others_differ():
    symbol = np.random.default_rng(0).integers(0, 1000, 5000)
    symbol[3000:3040] = symbol[100:140]
    hashes = prefix_hashes(symbol)
    grams = gram_hashes(hashes, np.arange(len(symbol) - 8), 8)
    assert np.array_equal(grams[100:132], grams[3000:3032])
    assert len(np.unique(grams)) == len(grams) - 33
