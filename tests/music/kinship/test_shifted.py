"""Pieces laid over one another."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings

from modeloid.music.kinship import Heard, overlap
from modeloid.music.kinship.shifted import _by_votes, _by_waves
from modeloid.music.represent.parts import ONSET, cut

from .songs import song, transposed
from .test_bars import NOTES, rows_of


@settings(max_examples=30, deadline=None)
@given(y=NOTES.filter(len), x=NOTES)
def test_overlap_is_the_most_frequent_difference(y: list[tuple[int, int, int]], x: list[tuple[int, int, int]]) -> None:
    one, other = ({(onset, pitch) for onset, pitch, _ in notes} for notes in (y, x))
    apart = Counter((a - c, b - d) for a, b in one for c, d in other if abs(b - d) <= 12)
    assert overlap(rows_of(y), rows_of(x)) == max(apart.values(), default=0) / len(one)


def test_a_moved_passage_is_found_whole() -> None:
    x = song(4)
    y = transposed(cut(x, 9, 8), -5)
    y[:, ONSET] += 3
    assert overlap(y, x) == 1


def test_strangers_and_bars_in_another_order_overlap_little() -> None:
    x = cut(song(4), 0, 8)
    shuffled = x.copy()
    shuffled[:, ONSET] = np.array([3, 6, 1, 4, 7, 2, 5, 0])[x[:, ONSET] // 16] * 16 + x[:, ONSET] % 16
    assert overlap(cut(song(5), 0, 8), x) < 0.35
    assert overlap(shuffled, x) < 0.6


@settings(max_examples=30, deadline=None)
@given(y=NOTES.filter(len), x=NOTES.filter(len))
def test_both_ways_of_counting_agree(y: list[tuple[int, int, int]], x: list[tuple[int, int, int]]) -> None:
    one, other = Heard(rows_of(y)), Heard(rows_of(x))
    points = (one.onset, one.pitch, other.onset, other.pitch)
    assert _by_votes(*points) == _by_waves(*points)


def test_silence_overlaps_nothing() -> None:
    x = Heard(song(1))
    assert overlap(song(1)[:0], x) == overlap(x, song(1)[:0]) == 0
