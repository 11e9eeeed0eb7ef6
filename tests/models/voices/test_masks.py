"""What is given in training: never all, never behind an item's end, all kinds in their shares."""

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.models.voices.masks import drawn_frames, given_cells, often

LENGTHS = np.full(4000, 100)
LENGTHS[::3] = 3


def drawn(share=0.5, of=4):
    return given_cells((4000, 110, of), LENGTHS, share, Rng(0))


def test_the_share_of_items_with_something_given_is_as_asked():
    assert drawn().any((1, 2)).mean() == pytest.approx(0.5 - 0.35 / 2 / 16, abs=0.03)
    assert not drawn(0.0).any()


@pytest.mark.parametrize("of", [1, 2, 4])
def test_never_all_is_given_and_nothing_behind_the_end(of):
    given = drawn(of=of)
    inside = np.arange(110) < LENGTHS[:, None]
    assert not given[~inside].any()
    assert not (given | ~inside[..., None]).all((1, 2)).any()


def test_all_kinds_are_drawn():
    given = drawn()[1::3]
    throughout = given[:, :100].all(1)
    assert (throughout.sum(1)[:, None] == np.arange(4)).any(0).all()
    top = (throughout == [True, False, False, False]).all(1) & ~given[..., 1:].any((1, 2))
    assert 0.15 < top.mean() < 0.35
    gaps = (~given[:, :100].all(2)).sum(1)
    assert {4, 64} <= set(gaps[gaps < 100].tolist()) and gaps[gaps < 100].max() == 64


def test_frames_to_learn_from_have_something_to_learn_and_their_weights_even_out():
    given = np.zeros((2, 50, 2), bool)
    given[0, 10:30] = True
    rate = often(50, np.array([40, 50]), np.array([0, 2]), 4)
    owner, frame, weight = drawn_frames(given, rate, 1000, Rng(0))
    assert len(owner) == 70 and not given[owner, frame].all(1).any() and (weight == 1).all()
    counts, weighted = np.zeros((2, 50)), np.zeros((2, 50))
    for seed in range(1500):
        owner, frame, weight = drawn_frames(given, rate, 14, Rng(seed))
        np.add.at(counts, (owner, frame), 1)
        np.add.at(weighted, (owner, frame), weight / 14 / 1500)
    assert np.count_nonzero(counts) == 70 and weighted.sum() == pytest.approx(1, abs=0.02)
    assert weighted[counts > 0] == pytest.approx(np.full(70, 1 / 70), rel=0.35)
    strong = counts[1, 0::2].mean() / counts[1, 1::2].mean()
    assert strong == pytest.approx(3, rel=0.1)


def test_beats_are_counted_from_the_beginning_of_the_piece():
    rate = often(6, np.array([6, 5]), np.array([0, 1]), 4)
    assert rate.tolist() == [[3, 1, 3, 1, 3, 1], [1, 3, 1, 3, 1, 0]]
    assert often(4, np.array([4]), np.array([0]), 1).tolist() == [[3, 3, 3, 3]]
