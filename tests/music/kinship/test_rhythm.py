"""Rhythm without pitches."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.kinship import rhythm_copy
from modeloid.music.kinship.rhythm import f1
from modeloid.music.represent.parts import LENGTH, ONSET, PITCH, cut, in_order

from .songs import song

COUNTS = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(one=COUNTS, other=COUNTS)
def test_f1_counts_what_both_have(one: list[list[int]], other: list[list[int]]) -> None:
    found = f1(np.array(one, np.float32), np.array(other, np.float32))
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            both = 2 * sum(map(min, a, b)) / max(sum(a) + sum(b), 1)
            assert abs(found[i, j] - both) < 1e-6


def test_other_pitches_keep_the_rhythm() -> None:
    x = cut(song(1), 0, 8)
    y = x.copy()
    y[:, PITCH] = np.random.default_rng(0).permutation(128)[: len(x) % 128].repeat(3)[: len(x)]
    found = rhythm_copy(in_order(y), x)
    assert found.aligned > 0.95
    assert found.lengths > 0.95


def test_bars_in_another_order_are_not_aligned() -> None:
    x = cut(song(1, bars=16), 0, 8)
    y = x.copy()
    y[:, ONSET] = np.array([3, 6, 1, 4, 7, 2, 5, 0])[x[:, ONSET] // 16] * 16 + x[:, ONSET] % 16
    found = rhythm_copy(in_order(y), x)
    assert found.lengths == 1
    assert found.voices > 0.95, "a note held over a bar line may hide another one"
    assert found.aligned < 0.95


def test_other_lengths_are_another_rhythm_of_lengths_alone() -> None:
    x = cut(song(1), 0, 8)
    y = x.copy()
    y[:, LENGTH] += 7
    found = rhythm_copy(y, x)
    assert found.aligned == 1
    assert found.lengths == 0


def test_strangers_have_their_own_rhythm() -> None:
    found = rhythm_copy(cut(song(1), 0, 8), cut(song(2), 0, 8))
    assert max(found) < 0.8
    assert rhythm_copy(song(1)[:0], song(2)) == (0, 0, 0)
