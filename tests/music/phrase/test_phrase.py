from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from modeloid.music.phrase import CHORDS, bass, chords, in_c, key_shift, lead, onset_steps, pitched
from modeloid.music.represent.parts import ONSET, PART, PITCH, in_order


def rows(*notes):
    return in_order(np.array(notes, np.int64).reshape(-1, 5))


def scale(root, minor=False):
    steps = [0, 2, 3, 5, 7, 8, 10] if minor else [0, 2, 4, 5, 7, 9, 11]
    return rows(*[(4 * at, 4, root + step, 80, 0) for at, step in enumerate(steps)])


@st.composite
def some_rows(draw):
    places = st.tuples(st.integers(0, 60), st.integers(30, 90))
    return rows(
        *[
            (on, draw(st.integers(1, 12)), at, 80, 0)
            for on, at in sorted(draw(st.sets(places, min_size=1, max_size=30)))
        ]
    )


def test_a_scale_comes_to_c_major_from_anywhere_and_a_minor_one_to_a():
    for root in range(48, 72):
        assert (root + key_shift(scale(root))) % 12 == 0
        assert (root + key_shift(scale(root, minor=True))) % 12 == 9


@given(some_rows(), st.integers(-20, 20))
def test_transposing_moves_the_key_by_as_much_whatever_the_notes(notes, by):
    moved = notes.copy()
    moved[:, PITCH] += by
    assert (key_shift(moved) + by - key_shift(notes)) % 12 == 0
    assert np.array_equal(in_c(moved)[0][:, PITCH] % 12, in_c(notes)[0][:, PITCH] % 12)


def test_drums_stay_and_pitches_are_folded_into_range():
    notes = rows((0, 4, 126, 80, 0), (0, 4, 121, 80, 0), (0, 1, 36, 80, 1))
    moved, shift = in_c(notes, (1,))
    assert moved[moved[:, PART] == 1, PITCH].tolist() == [36]
    assert ((moved[:, PITCH] - notes[:, PITCH] - shift)[moved[:, PART] == 0] % 12 == 0).all()
    assert moved[:, PITCH].max() <= 127
    assert len(pitched(notes, (1,))) == 2


def test_the_lead_is_the_skyline_and_held_notes_hide_lower_ones():
    notes = rows((0, 8, 72, 80, 0), (0, 4, 48, 80, 1), (4, 4, 60, 80, 1), (8, 4, 60, 80, 1), (8, 4, 40, 80, 1))
    assert lead(notes)[:, [ONSET, PITCH]].tolist() == [[0, 72], [8, 60]]
    assert bass(notes)[:, [ONSET, PITCH]].tolist() == [[0, 48], [4, 60], [8, 40]]


def test_parts_do_not_change_the_lead():
    notes = rows((0, 8, 72, 80, 0), (0, 4, 48, 80, 1), (4, 4, 60, 80, 1), (8, 4, 60, 80, 1))
    other = notes.copy()
    other[:, PART] = 1 - other[:, PART]
    assert np.array_equal(lead(in_order(other))[:, [ONSET, PITCH]], lead(notes)[:, [ONSET, PITCH]])


def test_triads_are_named_and_silence_is_none():
    notes = rows(
        (0, 8, 48, 80, 0), (0, 8, 52, 80, 0), (0, 8, 55, 80, 0), (8, 8, 45, 80, 0), (8, 8, 48, 80, 0), (8, 8, 52, 80, 0)
    )
    assert chords(notes, 2).tolist() == [[1, 22], [0, 0]]


@given(some_rows(), st.integers(1, 11))
def test_roots_move_with_the_notes(notes, by):
    moved = notes.copy()
    moved[:, PITCH] += by
    here, there = chords(notes, 5), chords(moved, 5)
    assert np.array_equal(here > 0, there > 0)
    assert here.max() < CHORDS
    clear = rows((0, 16, 60, 80, 0), (0, 16, 64, 80, 0), (0, 16, 67, 80, 0))
    up = clear.copy()
    up[:, PITCH] += by
    assert chords(up, 1).tolist() == [[1 + by, 1 + by]]


def test_onsets_by_step():
    steps = onset_steps(rows((0, 1, 60, 80, 0), (17, 1, 60, 80, 0), (40, 1, 60, 80, 0)), 2)
    assert np.argwhere(steps).tolist() == [[0, 0], [1, 1]]
