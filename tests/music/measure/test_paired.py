from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.errors import MusicError
from modeloid.music.measure.notes import lay
from modeloid.music.measure.paired import aligned, velocity_error, velocity_spread_ratio

from ..pieces import piece
from .small_pieces import rows_piece

PIANO = [(0, False)]


def played(velocities, pitches=None, delay=0):
    """A scale played with these velocities; its notes come in the order of the scale."""
    pitches = pitches or range(60, 60 + len(velocities))
    rows = [
        (4 * at + delay, 4, pitch, velocity, 0)
        for at, (pitch, velocity) in enumerate(zip(pitches, velocities, strict=True))
    ]
    return rows_piece(rows, PIANO)


def test_errors_and_ratios_by_hand():
    real = lay([played([40, 60, 80]), played([50, 50]), played([10, 30]), played([])])
    made = lay([played([50, 60, 70]), played([60, 40]), played([30, 50]), played([])])
    assert velocity_error(made, real)[:3] == pytest.approx([20 / 3, 10, 20])
    # half as wide; undefined where the real one is flat; as wide, only louder
    ratio = velocity_spread_ratio(made, real)
    assert ratio[[0, 2]] == pytest.approx([0.5, 1.0])
    assert np.isnan(ratio[[1, 3]]).all()
    assert np.isnan(velocity_error(made, real)[3])


def test_a_flat_rendering_has_a_spread_of_nothing():
    real, flat = lay([played([40, 60, 80])]), lay([played([63, 63, 63])])
    assert velocity_spread_ratio(flat, real) == [0]
    assert velocity_error(real, real) == [0]
    assert velocity_spread_ratio(real, real) == [1]


def test_keys_find_the_same_notes_whatever_their_order():
    # the made one strikes the chord the other way round, leaves out one note and adds another
    real = lay([rows_piece([(0, 4, 60, 50, 0), (1, 4, 64, 70, 0), (8, 4, 67, 90, 0)], PIANO), played([20, 30])])
    made = lay([rows_piece([(0, 4, 64, 80, 0), (1, 4, 60, 40, 0), (9, 4, 72, 5, 0)], PIANO), played([20, 40])])
    keys = (np.array([7, 3, 9, 1, 2]), np.array([3, 7, 5, 1, 2]))
    rows, others = aligned(made, real, keys)
    assert sorted(zip(rows.tolist(), others.tolist(), strict=True)) == [(0, 1), (1, 0), (3, 3), (4, 4)]
    assert velocity_error(made, real, keys) == pytest.approx([10, 5])
    assert velocity_spread_ratio(made, real, keys) == pytest.approx([2.0, 2.0])


def test_what_is_no_rendering_is_refused():
    real = lay([played([40, 60, 80])])
    for other in ([played([40, 60])], [played([40, 60, 80], [60, 61, 63])]):
        with pytest.raises(MusicError, match="other notes"):
            velocity_error(lay(other), real)
    with pytest.raises(MusicError, match="cannot be renderings"):
        velocity_error(lay([piece([])] * 2), real)
    three = np.arange(3)
    with pytest.raises(MusicError, match="names two notes"):
        velocity_error(real, real, (np.array([1, 1, 2]), three))
    with pytest.raises(MusicError, match="2 keys cannot name 3 notes"):
        velocity_error(real, real, (three, three[:2]))
    assert np.isnan(velocity_error(real, real, (three, three + 3))).all()


VELOCITIES = st.lists(st.integers(1, 127), min_size=2, max_size=20)


@settings(max_examples=60, deadline=None)
@given(VELOCITIES, st.integers(-30, 30), st.randoms())
def test_keys_in_any_order_give_the_same(velocities, louder, random):
    moved = [min(127, max(1, velocity + louder)) for velocity in velocities]
    real, made = lay([played(velocities)]), lay([played(moved, delay=3)])
    keys = list(range(100, 100 + len(velocities)))
    plain = velocity_error(made, real), velocity_spread_ratio(made, real)
    assert plain[0] == pytest.approx([np.mean(np.abs(np.subtract(moved, velocities)))])
    order = random.sample(range(len(keys)), len(keys))
    shuffled = lay([played([velocities[at] for at in order], [60 + at for at in order])])
    named = (np.array(keys), np.array([keys[at] for at in order]))
    found = velocity_error(made, shuffled, named), velocity_spread_ratio(made, shuffled, named)
    assert np.allclose(plain, found, equal_nan=True)
    if np.std(velocities):
        assert plain[1] == pytest.approx([np.std(moved) / np.std(velocities)])
