"""Velocities on the keyboard of a piece: its own values, and no louder or softer than before by more than a class."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from modeloid.models.inspired.keyboard import EVERY, keyboard, played
from modeloid.music.represent.parts import VELOCITY

from .small import a_song

SOME = st.lists(st.integers(1, 127), min_size=1, max_size=60).map(np.array)


@given(SOME, SOME)
def test_velocities_stay_in_their_class_and_in_order(own, others):
    table = keyboard(own, np.sort(np.concatenate([own, others])))
    assert (table // 4 == EVERY // 4).all() and (np.diff(table) >= 0).all()


@given(SOME)
def test_where_the_piece_has_velocities_there_are_no_others(own):
    table = keyboard(own, np.repeat(np.arange(2, 127, 4), 3))
    there = np.isin(EVERY // 4, own // 4)
    assert np.isin(table[there], own).all()
    # elsewhere those of all pieces: here one in four
    assert (table[~there] % 4 == 2).all()


def test_the_values_come_as_often_as_in_the_piece():
    own = np.array([60] * 30 + [63] * 10)
    assert keyboard(own, own)[60:64].tolist() == [60, 60, 60, 63]
    assert keyboard(own, own)[64:].tolist() == EVERY[64:].tolist()


def test_only_velocities_are_played_anew():
    rows = a_song(0)
    found = played(rows, np.full(128, 77))
    assert set(found[:, VELOCITY]) == {77}
    assert np.array_equal(np.delete(found, VELOCITY, 1), np.delete(rows, VELOCITY, 1))
    assert not (rows[:, VELOCITY] == 77).all()
