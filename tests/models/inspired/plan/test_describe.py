"""The plan of known notes is known; it changes with nothing that it does not speak of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.models.inspired.plan import layout
from modeloid.models.inspired.plan import plan_of as described
from modeloid.models.inspired.plan.fields import LAGS

from .small import PARTS, notes

FIELDS = layout(PARTS)
DRUMS = (2,)
C, F, G = (60, 64, 67), (65, 69, 72), (67, 71, 74)


def plan_of(rows, bars):
    return described(rows, bars, FIELDS, DRUMS)


def column(plan, name):
    return plan[:, FIELDS.place(name)].tolist()


def chord(bar, triad, step=0, length=8, velocity=70):
    return [(16 * bar + step, length, pitch - 12, velocity, 1) for pitch in triad]


def tune(bar, *pitches, velocity=90):
    return [(16 * bar + 4 * beat, 4, pitch, velocity, 0) for beat, pitch in enumerate(pitches)]


def song():
    """Four bars: the third repeats the first; the fourth is empty but for drums."""
    rows = [*tune(0, 76, 77, 79, 76), *chord(0, C), *chord(0, F, step=8)]
    rows += [*tune(1, 74, 74), *chord(1, G, length=16)]
    rows += [*tune(2, 76, 77, 79, 76, velocity=120), *chord(2, C), *chord(2, F, step=8)]
    rows += [(48 + 2 * step, 1, 42, 40, 2) for step in range(8)]
    return notes(*rows)


def test_what_a_known_song_is_like():
    plan = plan_of(song(), 4)
    assert column(plan, "again") == [0, 0, LAGS.index(2), 0]
    assert column(plan, "chord.0") == [1, 8, 1, 0]
    assert column(plan, "chord.1") == [6, 8, 6, 0]
    assert column(plan, "level.MELODY") == [1, 1, 1, 0]
    assert column(plan, "level.piano") == [2, 1, 2, 0]
    assert column(plan, "level.drums") == [0, 0, 0, 2]
    assert column(plan, "lead.0") == [1, 1, 1, 0]
    assert column(plan, "lead.2") == [1, 0, 1, 0]
    assert column(plan, "under.0") == [1, 1, 1, 0]
    assert column(plan, "under.1") == [0, 0, 0, 0]
    assert column(plan, "loud.MELODY") == [5, 5, 7, 0]
    assert column(plan, "loud.drums") == [0, 0, 0, 1]
    assert [low > 0 for low in column(plan, "register")] == [True, True, True, False]


def test_an_onset_inside_a_beat_sets_its_own_bit():
    plan = plan_of(notes((4, 1, 70, 80, 0), (7, 1, 70, 80, 0)), 1)
    assert column(plan, "lead.1") == [1 + 8]
    assert column(plan, "lead.0") == [0]


def test_a_bar_that_is_only_half_alike_is_new():
    first = notes(*tune(0, 60, 62, 64, 65), *tune(1, 60, 62, 71, 72))
    assert column(plan_of(first, 2), "again") == [0, 0]
    more = notes(*tune(0, 60, 62, 64, 65), *tune(1, 60, 62, 64, 72))
    assert column(plan_of(more, 2), "again") == [0, 1]


def test_the_nearest_of_equally_good_repeats_is_taken_and_a_far_better_one_before_it():
    same = notes(*[note for bar in range(3) for note in tune(bar, 60, 62, 64, 65)])
    assert column(plan_of(same, 3), "again")[2] == LAGS.index(1)
    better = notes(*tune(0, 60, 62, 64, 65), *tune(1, 60, 62, 64, 72), *tune(2, 60, 62, 64, 65))
    assert column(plan_of(better, 3), "again")[2] == LAGS.index(2)


@pytest.mark.parametrize("bars", [1, 5])
def test_silence_has_a_plan_of_nothing(bars):
    assert not plan_of(np.zeros((0, 5), np.int64), bars).any()


def test_what_lies_behind_the_last_bar_counts_as_little_as_the_order_of_equal_bars():
    whole = song()
    assert np.array_equal(plan_of(whole, 2), plan_of(whole[whole[:, 0] < 32], 2))
    assert not np.array_equal(plan_of(whole, 2)[:1], plan_of(whole, 4)[1:2])


note = st.tuples(
    st.integers(0, 95), st.integers(1, 40), st.integers(0, 127), st.integers(1, 127), st.integers(0, len(PARTS) - 1)
)


@given(st.lists(note, max_size=60))
def test_any_notes_have_a_plan_in_range_that_keeps_its_own_rules(given_notes):
    plan = plan_of(notes(*given_notes), 6)
    assert plan.shape == (6, len(FIELDS))
    assert plan.dtype == np.int64
    assert (plan >= 0).all()
    assert (plan < FIELDS.sizes).all()
    for index, field in enumerate(FIELDS.fields):
        if field.off_with:
            off = (plan[:, [FIELDS.place(name) for name in field.off_with]] == 0).all(axis=1)
            assert np.array_equal(plan[:, index] == 0, off)
    back = np.array(LAGS)[plan[:, 0]]
    assert (back <= np.arange(6)).all()


@given(st.lists(note, max_size=60), st.integers(0, 3))
def test_other_velocities_change_nothing_but_loudness(given_notes, halvings):
    rows = notes(*given_notes)
    softer = rows.copy()
    softer[:, 3] = np.maximum(softer[:, 3] >> halvings, 1)
    kept = [index for index, name in enumerate(FIELDS.names) if not name.startswith("loud.")]
    assert np.array_equal(plan_of(rows, 6)[:, kept], plan_of(softer, 6)[:, kept])
