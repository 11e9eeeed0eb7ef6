from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from modeloid.music.columns import from_score
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import representation

from ..pieces import piece

SPEC = {"kind": "roll", "steps_per_beat": 4, "window_steps": 64, "low": 36, "high": 84}


def trimmed(roll):
    """Without the silence at the end, which no piece holds."""
    sounding = np.flatnonzero(roll.any(axis=tuple(range(1, roll.ndim))))
    return roll[: sounding[-1] + 1] if len(sounding) else roll[:0]


@given(arrays(np.uint8, st.tuples(st.integers(0, 40), st.just(48)), elements=st.integers(0, 1)), st.integers(1, 24))
def test_a_roll_comes_back(array, steps_per_beat):
    roll = representation(SPEC | {"steps_per_beat": steps_per_beat})
    assert np.array_equal(roll.encode(roll.decode(array)), trimmed(array))


@given(
    st.sets(st.tuples(st.integers(0, 60), st.integers(36, 83)), max_size=30),
    st.integers(1, 6),
    st.booleans(),
)
def test_a_piece_on_the_grid_comes_back_unless_notes_touch(places, steps, onset):
    roll = representation(SPEC | {"onset": onset})
    # the notes of one pitch lie `steps` apart (touching) with onsets, one more without
    apart = steps + (not onset)
    notes = [(place * apart / 4, steps / 4, pitch) for place, pitch in places]
    before = piece(notes)
    array, losses = roll.encode_columns(before)
    after = from_score(roll.decode(array))
    assert losses.merged == losses.out_of_range == 0
    keys = ("onset", "duration", "pitch")
    assert sorted(zip(*(after.notes[key].tolist() for key in keys), strict=True)) == sorted(
        zip(*(before.notes[key].tolist() for key in keys), strict=True)
    )


@given(arrays(np.uint8, st.tuples(st.integers(1, 30), st.just(48), st.just(2)), elements=st.integers(0, 1)))
def test_with_onsets_what_decodes_encodes_to_the_same_again(array):
    roll = representation(SPEC | {"onset": True})
    once = roll.encode(roll.decode(array))
    assert np.array_equal(roll.encode(roll.decode(once)), once)
    assert np.array_equal(once[..., 0], trimmed(array[..., 0]))


def test_touching_notes_merge_and_are_counted_unless_onsets_are_kept():
    twice = piece([(0, 1, 60), (1, 1, 60)])
    plain, losses = representation(SPEC).encode_columns(twice)
    assert losses.merged == 1
    assert representation(SPEC).decode(plain).note_num() == 1
    kept, losses = representation(SPEC | {"onset": True}).encode_columns(twice)
    assert losses.merged == 0
    assert representation(SPEC | {"onset": True}).decode(kept).note_num() == 2


def test_notes_out_of_range_and_drums_are_dropped_and_counted():
    array, losses = representation(SPEC).encode_columns(piece([(0, 1, 35), (0, 1, 36), (0, 1, 83), (0, 1, 84)]))
    assert (losses.notes, losses.out_of_range, losses.drums) == (4, 2, 0)
    assert np.flatnonzero(array[0]).tolist() == [0, 47]
    array, losses = representation(SPEC).encode_columns(piece([(0, 1, 40)], drum=True))
    assert (losses.drums, losses.out_of_range, array.shape, array.any()) == (1, 0, (4, 48), False)


def test_times_are_rounded_to_the_nearest_step_and_no_note_vanishes():
    array = representation(SPEC).encode_columns(piece([(0.1, 0.25, 60), (1.13, 0.01, 62)]))[0]
    assert np.flatnonzero(array[:, 24]).tolist() == [0]
    assert np.flatnonzero(array[:, 26]).tolist() == [5]


def test_a_transposed_piece_is_the_roll_moved():
    notes = [(0, 1, 60), (1, 0.5, 64), (1.5, 2, 67)]
    array = representation(SPEC).encode_columns(piece(notes))[0]
    higher = representation(SPEC).encode_columns(piece([(onset, length, pitch + 3) for onset, length, pitch in notes]))
    assert np.array_equal(higher[0][:, 3:], array[:, :-3])


def test_tempo_and_grid_of_a_decoded_piece():
    score = representation(SPEC | {"tempo_bpm": 60, "steps_per_beat": 3}).decode(np.ones((6, 48)))
    assert score.to("second").end() == pytest.approx(2.0)


def test_an_empty_piece_is_an_empty_roll_and_comes_back():
    roll = representation(SPEC)
    assert roll.encode_columns(piece([]))[0].shape == (0, 48)
    assert roll.decode(np.zeros((64, 48))).note_num() == 0


def test_the_spec_says_everything():
    roll = representation(SPEC)
    assert representation(roll.spec).spec == roll.spec
    assert roll.shape == (64, 48)
    assert representation(SPEC | {"onset": True}).shape == (64, 48, 2)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"kind": "rol"}, "Did you mean 'roll'"),
        ({"step_per_beat": 4}, "Did you mean 'steps_per_beat'"),
        ({"low": 84}, "low=84 is not below high=84"),
        ({"low": -1}, "0 to 127"),
        ({"high": 129}, "1 to 128"),
        ({"steps_per_beat": 0}, "1 to 96"),
        ({"steps_per_beat": 2.5}, "not a whole number"),
        ({"window_steps": True}, "not a whole number"),
        ({"window_steps": "64"}, "not a whole number"),
        ({"onset": 1}, "neither true nor false"),
        ({"tempo_bpm": float("nan")}, "out of range"),
    ],
)
def test_what_cannot_be_built_is_refused(change, text):
    with pytest.raises(RepresentationError, match=text):
        representation(SPEC | change)


def test_no_kind_and_a_wrong_shape_are_refused():
    with pytest.raises(RepresentationError, match="no kind"):
        representation({})
    with pytest.raises(RepresentationError, match=r"64x47.*stepsx48"):
        representation(SPEC).decode(np.zeros((64, 47)))
