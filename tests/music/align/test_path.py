"""The way through a score: chord by chord, over chords that are left out, and back."""

import numpy as np

from modeloid.music.align.notes import Notes, chords
from modeloid.music.align.path import way


def line(*pitches, step_s=0.5):
    return Notes(np.arange(len(pitches)) * step_s, np.array(pitches, np.int64))


def test_a_line_is_followed_note_by_note():
    score = chords(line(60, 62, 64, 65))
    assert way(score, line(60, 62, 64, 65)).tolist() == [0, 1, 2, 3]


def test_notes_that_are_repeated_are_no_chord():
    score = chords(line(60, 60, 60, 65))
    assert way(score, line(60, 60, 60, 65)).tolist() == [0, 1, 2, 3]


def test_a_false_note_stays_and_one_left_out_is_passed_over():
    score = chords(line(60, 62, 64, 65, 67))
    assert way(score, line(60, 62, 65, 67)).tolist() == [0, 1, 3, 4]
    found = way(score, line(60, 62, 80, 64, 65, 67))
    assert found[[0, 1, 3, 4, 5]].tolist() == [0, 1, 2, 3, 4]


def test_a_long_way_back_is_a_leap():
    rng = np.random.default_rng(0)
    pitches = rng.integers(40, 90, 100)
    score = chords(line(*pitches))
    found = way(score, line(*pitches[:80], *pitches[20:]))
    assert (found == [*range(80), *range(20, 100)]).mean() > 0.98


def test_chords_are_what_begins_together():
    found = chords(Notes(np.array([1.0, 0.0, 0.01, 1.5]), np.array([64, 60, 67, 65])))
    assert found.of.tolist() == [1, 0, 0, 2] and found.size.tolist() == [2, 1, 1]
    assert found.has[67].tolist() == [True, False, False]
