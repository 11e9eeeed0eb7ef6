"""Every note of a made performance is found again; what plays another piece is told by its share."""

import numpy as np
import pytest

from modeloid.music.align import Notes, align

from .made import a_performance, a_score, wanted


@pytest.mark.parametrize("seed", range(4))
def test_a_performance_with_wrong_notes_and_a_wandering_tempo_is_found_again(seed):
    score = a_score(seed, 60)
    performance, truth = a_performance(score, seed)
    found, want = align(score, performance), wanted(truth, len(score.pitch))
    assert (found.played == want)[want >= 0].mean() >= 0.98
    assert (found.played[want < 0] >= 0).mean() < 0.3
    assert found.share > 0.93


def test_without_a_wrong_note_all_are_found():
    score = a_score(5)
    performance, truth = a_performance(score, 5, wrong=0.0, spread_s=0.005)
    found = align(score, performance)
    assert np.array_equal(found.played, wanted(truth, len(score.pitch)))
    assert found.share == 1


def test_another_piece_has_a_small_share():
    performance, _ = a_performance(a_score(1), 1)
    assert align(a_score(2), performance).share < 0.6
    assert align(a_score(1), performance).share > 0.9


def test_only_notes_of_the_same_pitch_play_one():
    score = a_score(3)
    performance, _ = a_performance(score, 3, wrong=0.3)
    found = align(score, performance).played
    hit = found >= 0
    assert (performance.pitch[found[hit]] == score.pitch[hit]).all()


def test_what_two_voices_write_at_once_is_one_key():
    score = Notes(np.array([0.0, 0.0, 1.0]), np.array([60, 60, 62]))
    found = align(score, Notes(np.array([3.0, 4.0]), np.array([60, 62])))
    assert found.played.tolist() == [0, 0, 1] and found.share == 1


def _unfolded(score, sections):
    """The score with its bars in another order: (first, last) quarters."""
    onset, pitch, number, at = [], [], [], 0.0
    for first, last in sections:
        own = np.flatnonzero((score.onset >= first) & (score.onset < last))
        onset.append(score.onset[own] - first + at)
        pitch.append(score.pitch[own])
        number.append(own)
        at += last - first
    return Notes(np.concatenate(onset), np.concatenate(pitch)), np.concatenate(number)


def test_a_repeat_that_is_played_twice_and_written_once_is_followed():
    score = a_score(7, 40)
    unfolded, number = _unfolded(score, [(0, 80), (0, 80), (80, 160)])
    performance, truth = a_performance(unfolded, 7, wrong=0.0)
    found = align(score, performance)
    assert found.share > 0.99
    # either time is right
    assert (number[truth[found.played]] == np.arange(len(score.pitch))).mean() > 0.98


def test_a_repeat_that_is_left_out_lacks_and_the_rest_is_found():
    score = a_score(8, 40)
    cut, number = _unfolded(score, [(0, 48), (96, 160)])
    performance, truth = a_performance(cut, 8, wrong=0.0)
    found, want = align(score, performance), np.full(len(score.pitch), -1)
    want[number[truth]] = np.arange(len(truth))
    assert (found.played == want)[want >= 0].mean() > 0.98
    assert abs(found.share - len(number) / len(score.pitch)) < 0.03


def test_nothing_plays_nothing():
    none = Notes(np.zeros(0), np.zeros(0, np.int64))
    assert align(none, a_score()).share == align(a_score(), none).share == 0
    assert (align(a_score(), none).played == -1).all()


def test_order_does_not_matter():
    score = a_score(9)
    performance, _ = a_performance(score, 9)
    turned = Notes(performance.onset[::-1], performance.pitch[::-1])
    found = align(score, turned).played
    straight = align(score, performance).played
    assert np.array_equal(np.where(found >= 0, len(turned.pitch) - 1 - found, -1), straight)
