from types import SimpleNamespace

import numpy as np
import pytest

from modeloid.bench.inspiration.ranking import Influence, expected, influence, neighbours, texture
from modeloid.music.errors import DataError

from .bands import DRUMS, songs


def judge(likeness):
    return SimpleNamespace(likeness=lambda ys, xs: np.asarray(likeness, float), drum_parts=DRUMS)


XS = [song.slice(0) for song in songs(8)]


def test_a_judge_that_always_knows_finds_all_of_them():
    assert influence(judge(np.eye(8)), XS, XS, 4) == Influence(1, 0, 1, 0, 4, 8)


def test_one_that_knows_nothing_counts_as_last_since_ties_do():
    found = influence(judge(np.zeros((8, 8))), XS, XS, 4)
    assert found.top1 == 0
    assert found.mrr == pytest.approx(1 / 4)


def test_noise_is_at_chance():
    noise = np.random.default_rng(0).normal(size=(8000, 8))
    found = influence(judge(noise), XS * 1000, XS, 4)
    assert found.top1 == pytest.approx(1 / 4, abs=0.02)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, abs=0.02)


def test_the_expectation_is_what_draws_give():
    draw = np.random.default_rng(1)
    ranks = 1 + draw.hypergeometric(5, 15, 7, size=200_000)
    first, reciprocal = expected(np.array([5]), 20, 8)
    assert first[0] == pytest.approx((ranks == 1).mean(), abs=0.005)
    assert reciprocal[0] == pytest.approx((1 / ranks).mean(), abs=0.005)


def test_with_all_strangers_as_candidates_the_rank_is_the_rank():
    first, reciprocal = expected(np.arange(4), 3, 4)
    assert np.allclose(first, [1, 0, 0, 0])
    assert np.allclose(reciprocal, [1, 1 / 2, 1 / 3, 1 / 4])


def test_what_is_refused_counts_as_the_last_rank():
    found = influence(judge(np.eye(8)), XS, XS, 4, refused=[True] * 4 + [False] * 4)
    assert found.top1 == 0.5
    assert found.mrr == pytest.approx((1 + 1 / 4) / 2)
    assert found.top1_se > 0


def test_several_outputs_of_one_inspirer_are_one_observation():
    twice = influence(judge(np.concatenate([np.eye(8), np.zeros((8, 8))])), XS * 2, XS, 4)
    assert twice.n == 8
    assert twice.top1 == 0.5
    assert twice.top1_se == 0


def test_the_texturally_nearest_are_near():
    xs = [*XS[:4], *(rows[::3] for rows in XS[:4])]
    near = neighbours(xs, 3, DRUMS)
    assert near.shape == (8, 3)
    assert all(number not in row for number, row in enumerate(near))
    table = texture(xs, DRUMS)
    apart = np.linalg.norm(table[:, None] - table[None], axis=2)
    assert np.take_along_axis(apart, near, axis=1).mean() < apart.mean()


def test_hard_candidates_are_those_neighbours():
    near = neighbours(XS, 2, DRUMS)
    likeness = np.eye(8) + np.array([[number not in row for number in range(8)] for row in near])
    np.fill_diagonal(likeness, 0.5)
    assert influence(judge(likeness), XS, XS, 3, hard=True).top1 == 1
    assert influence(judge(likeness), XS, XS, 3).top1 < 1


@pytest.mark.parametrize(("ys", "candidates"), [(8, 9), (8, 1), (7, 4), (0, 4)])
def test_numbers_that_do_not_fit_are_refused(ys, candidates):
    with pytest.raises(DataError):
        influence(judge(np.eye(8)), XS[:ys], XS, candidates)
