"""Notes become maps and come back; what maps cannot show is told in the docstring, and is so."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from modeloid.models.inspired.roll.rolls import BEGIN, HOLD, LOUD, rolls_of, rows_of
from modeloid.music.represent.parts import LENGTH, ONSET, PART, PITCH, in_order

from .small import DRUMS, PARTS, random_maps

_note = some.tuples(
    some.integers(0, 31), some.integers(1, 40), some.integers(0, 127), some.integers(1, 127), some.integers(0, 2)
)


def rows(*notes):
    return in_order(np.array(notes, np.int64).reshape(-1, 5))


def shown(*notes, bars=2):
    return rows_of(rolls_of([rows(*notes)], bars, PARTS, DRUMS))[0].tolist()


def test_maps_say_where_notes_begin_go_on_and_how_loud():
    maps = rolls_of([rows((3, 3, 60, 127, 1))], 1, PARTS)
    assert maps.shape == (1, 1, PARTS, 3, 16, 64)
    assert np.argwhere(maps[0, 0, :, BEGIN]).tolist() == [[1, 3, 36]]
    assert np.argwhere(maps[0, 0, :, HOLD]).tolist() == [[1, 4, 36], [1, 5, 36]]
    assert maps[0, 0, 1, LOUD, 3, 36] == 1
    assert maps.sum() == 4


def test_maps_come_back_from_rows():
    for seed in range(4):
        maps = random_maps(seed=seed)
        assert np.array_equal(rolls_of(rows_of(maps), 8, PARTS, DRUMS), maps)
    assert rows_of(maps)[0][:, LENGTH].max() > 3


def test_notes_go_on_over_bar_lines_and_end_with_the_piece():
    assert shown((14, 10, 60, 80, 1)) == [[14, 10, 60, 80, 1]]
    assert shown((30, 10, 60, 80, 1)) == [[30, 2, 60, 80, 1]]
    assert shown((32, 1, 60, 80, 1)) == []


def test_a_note_ends_where_the_same_begins_again_in_its_part_alone():
    assert shown((0, 8, 60, 80, 1), (4, 2, 60, 70, 1)) == [[0, 4, 60, 80, 1], [4, 2, 60, 70, 1]]
    apart = [[0, 8, 60, 80, 1], [4, 2, 60, 70, 2]]
    assert shown(*apart) == apart


def test_notes_fold_by_octaves_and_drums_do_not():
    assert [note[PITCH] for note in shown((0, 1, 23, 80, 1), (1, 1, 88, 80, 1), (2, 1, 127, 80, 1))] == [35, 76, 79]
    assert shown((0, 1, 23, 80, 0), (1, 1, 88, 80, 0)) == []
    assert shown((0, 1, 36, 80, 0)) == [[0, 1, 36, 80, 0]]


@settings(max_examples=40, deadline=None)
@given(some.lists(_note, max_size=30), some.lists(_note, max_size=30))
def test_what_is_shown_once_stays_as_it_is(one, other):
    first = rolls_of([rows(*one), rows(*other)], 2, PARTS, DRUMS)
    back = rows_of(first)
    assert np.array_equal(rolls_of(back, 2, PARTS, DRUMS), first)
    # and neither piece depends on the other
    assert np.array_equal(rolls_of([rows(*other)], 2, PARTS, DRUMS)[0], first[1])
    places = {(note[ONSET], note[PART], note[PITCH] % 12) for note in rows(*one).tolist() if note[PART]}
    assert {(note[ONSET], note[PART], note[PITCH] % 12) for note in back[0].tolist() if note[PART]} == places
