"""Whole rolls: pieces scored whole, crops that stay inside their piece, transposed so that nothing falls out."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import Augmentation, representation

from ..pieces import piece

SPEC = {"kind": "roll", "steps_per_beat": 1, "window_steps": 8, "low": 40, "high": 80, "whole": True}
LONG = piece([(beat, 1, 41 + beat % 7) for beat in range(40)])
SHORT = piece([(0, 2, 60), (2, 1, 64)])


def items(pieces, **augment):
    return representation(SPEC).prepare(pieces, Augmentation(**augment))


def test_still_items_are_whole_pieces_padded_to_the_longest():
    found = items([LONG, SHORT], moves=False)
    rolls = found.still(np.array([1, 0]))
    assert len(found) == 2 and rolls.frames.shape == (2, 40, 40)
    assert rolls.lengths.tolist() == [3, 40] and rolls.starts.tolist() == [0, 0]
    roll = representation(SPEC)
    assert np.array_equal(rolls.frames[1], roll.encode_columns(LONG)[0])
    assert np.array_equal(rolls.frames[0, :3], roll.encode_columns(SHORT)[0]) and not rolls.frames[0, 3:].any()
    assert found.still(np.array([1])).frames.shape == (1, 3, 40)


def test_moved_items_are_crops_of_their_piece_and_say_where_they_start():
    found = items([SHORT, LONG])
    assert len(found) == 1 + 5
    whole = representation(SPEC).encode_columns(LONG)[0]
    for epoch in range(20):
        rolls = found.moved(np.arange(6), Rng(0).at("item", epoch))
        assert rolls.lengths.tolist() == [3, 8, 8, 8, 8, 8]
        for item in range(1, 6):
            start = rolls.starts[item]
            assert np.array_equal(rolls.frames[item], whole[start : start + 8])
    again = found.moved(np.array([3]), Rng(0).at("item", 19))
    assert np.array_equal(again.frames[0], rolls.frames[3]) and again.starts[0] == rolls.starts[3]


def test_beginnings_and_ends_are_seen_as_often_as_the_rest():
    found = items([LONG])
    starts = np.concatenate([found.moved(np.arange(5), Rng(0).at(epoch)).starts for epoch in range(2000)])
    seen = np.zeros(40)
    for start in range(33):
        seen[start : start + 8] += np.count_nonzero(starts == start)
    assert starts.min() == 0 and starts.max() == 32
    assert seen.min() > 0.3 * seen.mean()
    uniform = np.convolve(np.ones(33), np.ones(8))
    assert uniform.min() < 0.2 * uniform.mean(), "starts that are only uniform would fail it"


def test_transposed_items_keep_every_note():
    edge = piece([(beat, 1, 78) for beat in range(8)] + [(beat, 1, 45) for beat in range(8)])
    found = items([edge, LONG], transpose=(-12, 12))
    lowest = []
    for epoch in range(60):
        rolls = found.moved(np.arange(len(found)), Rng(1).at(epoch))
        assert rolls.frames[0].sum() == 16
        assert (rolls.frames[1:].sum(axis=(1, 2)) == 8).all()
        lowest.append(int(np.flatnonzero(rolls.frames[0].any(axis=0))[0]))
    assert set(lowest) == set(range(7)), "the shifts that fit, each of them"


def test_a_piece_without_a_note_in_range_has_no_item():
    found = items([piece([(0, 1, 100)]), SHORT])
    assert found.owner.tolist() == [1] and found.refused == ((0, "holds no note in range"),)


def test_onsets_come_along():
    roll = representation(SPEC | {"onset": True})
    found = roll.prepare([LONG, SHORT], Augmentation(transpose=(2, 2)))
    rolls = found.moved(np.array([5]), Rng(0))
    assert rolls.frames.shape == (1, 3, 40, 2)
    still = roll.prepare([SHORT], Augmentation(moves=False)).still(np.array([0]))
    assert np.array_equal(rolls.frames[0, :, 2:], still.frames[0, :, :-2])


def test_whole_is_a_flag():
    with pytest.raises(RepresentationError, match="whole"):
        representation(SPEC | {"whole": 1})
