"""How much of a bar some bar of another piece has."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.kinship import Heard, barcopy, barcopy_mean, nearest_bars
from modeloid.music.represent.parts import ONSET, PART, PITCH, Rows, cut, in_order

from .songs import song, transposed

NOTES = st.lists(st.tuples(st.integers(0, 63), st.integers(40, 80), st.integers(0, 1)), max_size=40)


def rows_of(notes: list[tuple[int, int, int]]) -> Rows:
    rows = [[onset, 1, pitch, 64, part] for onset, pitch, part in notes]
    return in_order(np.array(rows, np.int64).reshape(-1, 5))


def by_hand(y: Rows, x: Rows) -> list[float]:
    """The definition, bar by bar and shift by shift, with sets."""

    def bars(rows: Rows, shift: int = 0) -> list[set[tuple[int, int]]]:
        last = int(rows[:, ONSET].max()) // 16 + 1 if len(rows) else 0
        found: list[set[tuple[int, int]]] = [set() for _ in range(last)]
        for onset, pitch in rows[:, [ONSET, PITCH]].tolist():
            found[onset // 16].add((onset % 16, pitch + shift))
        return found

    others = [bar for shift in range(-12, 13) for bar in bars(x, shift)]
    shares = [[2 * len(bar & other) / (len(bar) + len(other)) for other in others if bar] for bar in bars(y)]
    return [max(each, default=0.0) for each in shares]


@settings(max_examples=60, deadline=None)
@given(y=NOTES, x=NOTES)
def test_barcopy_is_what_its_definition_says(y: list[tuple[int, int, int]], x: list[tuple[int, int, int]]) -> None:
    np.testing.assert_allclose(barcopy(rows_of(y), rows_of(x)), by_hand(rows_of(y), rows_of(x)), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 50), by=st.integers(-12, 12), order=st.permutations(range(8)))
def test_a_transposed_piece_of_shuffled_bars_is_copied_whole(seed: int, by: int, order: list[int]) -> None:
    x = cut(song(seed), 0, 8)
    y = transposed(x, by)
    y[:, ONSET] = np.array(order)[y[:, ONSET] // 16] * 16 + y[:, ONSET] % 16
    near = nearest_bars(Heard(in_order(y)), Heard(x))
    assert near.share.min() == 1
    assert barcopy_mean(in_order(y), x) == 1


def test_beyond_an_octave_no_copy_is_looked_for() -> None:
    x = cut(song(1), 0, 8)
    assert barcopy_mean(transposed(x, 13), x) < 0.6


def test_strangers_share_less_than_a_piece_with_half_its_notes() -> None:
    x, stranger = cut(song(1), 0, 8), cut(song(2), 0, 8)
    assert barcopy_mean(stranger, x) < 0.5 < barcopy_mean(x[::2], x)


def test_the_bar_and_the_shift_are_named() -> None:
    x = cut(song(3), 0, 8)
    near = nearest_bars(Heard(transposed(cut(x, 5, 1), 4)), Heard(x))
    assert (near.bar[0], near.shift[0], near.share[0]) == (5, 4, 1)


def test_drums_and_who_plays_do_not_count() -> None:
    x = cut(song(1), 0, 8)
    other_hands = x.copy()
    other_hands[:, PART] = 1 - x[:, PART]
    drums = x.copy()
    drums[:, PART] = 2
    both = in_order(np.concatenate([other_hands, drums + np.array([1, 0, 0, 0, 0])]))
    assert barcopy_mean(both, x, drum_parts=(2,)) == 1
    assert barcopy_mean(both, x) < 1
    assert not barcopy(drums, x, drum_parts=(2,)).any()


@pytest.mark.parametrize("y,x", [(0, 9), (9, 0), (0, 0)])
def test_silence_copies_nothing(y: int, x: int) -> None:
    rows = song(1)
    assert barcopy_mean(rows[:y], rows[:x]) == 0


def test_empty_bars_do_not_dilute_a_copy() -> None:
    x = cut(song(1), 0, 8)
    late = cut(x, 0, 2)
    late[:, ONSET] += 96
    assert barcopy(late, x).tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    assert barcopy_mean(late, x) == 1


def test_it_is_fast_enough_for_a_gate() -> None:
    y, x = Heard(cut(song(1), 0, 8)), Heard(cut(song(2), 0, 8))
    times = []
    for _ in range(20):
        begin = time.process_time()
        barcopy_mean(y, x)
        times.append(time.process_time() - begin)
    assert min(times) < 0.01
