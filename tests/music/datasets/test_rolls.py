from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from modeloid.music.datasets.rolls import TPQ, from_roll, from_voices
from modeloid.music.represent import representation


@given(arrays(np.uint8, st.tuples(st.integers(1, 20), st.just(88)), elements=st.integers(0, 1)))
def test_the_roll_of_a_piece_is_the_roll_it_was_made_from(roll):
    piece = from_roll(roll, 21, TPQ)
    made = np.zeros_like(roll)
    for onset, duration, pitch in zip(*(piece.notes[name] for name in ("onset", "duration", "pitch")), strict=True):
        made[onset // TPQ : (onset + duration) // TPQ, pitch - 21] += 1
    assert np.array_equal(made, roll)
    assert piece.about["steps"] == len(roll)


def test_our_own_representation_gives_the_published_cells_back():
    roll = (np.random.default_rng(0).random((40, 88)) < 0.1).astype(np.uint8)
    roll[-1, 3] = 1
    spec = {"kind": "roll", "steps_per_beat": 1, "window_steps": 8, "low": 21, "high": 109}
    made, _ = representation(spec).encode_columns(from_roll(roll, 21, TPQ))
    assert np.array_equal(made, roll)


def test_notes_stand_in_the_order_of_all_columns():
    roll = np.zeros((4, 88), np.uint8)
    roll[1:3, 10] = roll[1:2, 5] = roll[0, 7] = 1
    notes = from_roll(roll, 21, 10).notes
    rows = list(zip(*(notes[name].tolist() for name in ("onset", "duration", "pitch")), strict=True))
    assert rows == [(0, 10, 28), (10, 10, 26), (10, 20, 31)]


def test_a_run_of_one_pitch_in_a_voice_is_one_note_and_silence_is_none():
    voices = np.array([[60, 48], [60, -1], [62, -1], [60, 48]])
    piece = from_voices(voices, ("A", "B"), 120)
    rows = [piece.notes[name].tolist() for name in ("track", "onset", "duration", "pitch")]
    assert list(zip(*rows, strict=True)) == [
        (0, 0, 240, 60),
        (0, 240, 120, 62),
        (0, 360, 120, 60),
        (1, 0, 120, 48),
        (1, 360, 120, 48),
    ]
    assert [name for name, *_ in piece.about["tracks"]] == ["A", "B"]


def test_silence_is_a_piece_without_notes():
    assert len(from_roll(np.zeros((5, 88), np.uint8), 21, TPQ)) == 0
    assert len(from_voices(np.full((5, 2), -1), ("A", "B"), TPQ)) == 0
