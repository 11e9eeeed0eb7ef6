"""How unlike the pieces of a set are, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.measure.diversity import diversity
from modeloid.music.measure.notes import lay

from ..pieces import piece

ONE = [(0, 1, 60), (1, 1, 62), (2, 1, 64), (3, 1, 65)]
HALF = [(0, 1, 60), (1, 1, 62), (2, 1, 67), (3, 1, 69)]


def test_the_same_piece_again_has_none():
    assert diversity(lay([piece(ONE)] * 5)) == 0


def test_half_of_the_onsets_shared_is_two_thirds():
    assert diversity(lay([piece(ONE), piece(HALF)])) == pytest.approx(1 - 2 / 6)


def test_nothing_shared_is_one():
    moved = [(onset, length, pitch + 12) for onset, length, pitch in ONE]
    assert diversity(lay([piece(ONE), piece(moved)])) == 1


def test_lengths_and_small_shifts_do_not_count():
    loose = [(onset + 0.05, length / 2, pitch) for onset, length, pitch in ONE]
    assert diversity(lay([piece(ONE), piece(loose)])) == 0


def test_fewer_than_two_have_none_and_silence_is_like_silence():
    assert diversity(lay([piece(ONE)])) is None
    assert diversity(lay([piece([]), piece([])])) == 0
    assert diversity(lay([piece([]), piece(ONE)])) == 1


def test_of_many_some_are_compared():
    many = [piece([(onset, 1, 40 + number % 2) for onset in range(4)]) for number in range(1000)]
    assert diversity(lay(many)) == pytest.approx(0.5, abs=0.02)
    assert np.isfinite(diversity(lay(many[:3])))
