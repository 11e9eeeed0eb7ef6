"""Addressed randomness: the same address, the same numbers; different addresses, unrelated ones."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.cycle.rng import Rng

N = 100_000
elements = st.one_of(st.text(max_size=5), st.integers(-(2**70), 2**70))


def numbers(indices, k=1, seed=0):
    return Rng(seed).at("item", 3).uniforms(indices, k)


def bad_hash(indices, k=1, seed=0):
    """One multiplication and no mixing: what a careless counter hash looks like."""
    words = np.asarray(indices, np.uint64)[:, None] * np.uint64(k + 1) + np.arange(k, dtype=np.uint64) + np.uint64(seed)
    return (words * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(11)) * 2.0**-53


def faults(draw):
    """Names of the tests that a source of uniforms fails; each bound is about five standard errors."""
    found, error = [], 5 / np.sqrt(N)
    column = draw(np.arange(N))[:, 0]
    grid = draw(np.arange(N // 10), 10)

    def check(name, value, bound):
        if abs(value) > bound:
            found.append(name)

    def related(a, b):
        return np.corrcoef(a, b)[0, 1]

    check("mean", column.mean() - 0.5, error * np.sqrt(1 / 12))
    check("variance", column.var() - 1 / 12, error * np.sqrt(1 / 180))
    for lag in (1, 2, 64):
        check(f"serial {lag}", related(column[:-lag], column[lag:]), error)
    check("columns", max(abs(related(grid[:, 0], grid[:, j])) for j in range(1, 10)), 5 / np.sqrt(N // 10))
    check("seeds", related(column, draw(np.arange(N), seed=1)[:, 0]), error)
    for name, sample in (("chi2 rows", column), ("chi2 grid", grid.ravel())):
        counts = np.histogram(sample, 256, (0, 1))[0]
        expected = N / 256
        check(name, ((counts - expected) ** 2 / expected).sum() - 255, 5 * np.sqrt(2 * 255))
    pairs = np.histogram2d(column[:-1], column[1:], 16, ((0, 1), (0, 1)))[0]
    check("chi2 pairs", ((pairs - (N - 1) / 256) ** 2 / ((N - 1) / 256)).sum() - 255, 5 * np.sqrt(2 * 255))
    return found


def test_uniforms_pass_the_statistics():
    assert faults(numbers) == []


def test_a_bad_hash_fails_the_same_statistics():
    assert {"seeds", "chi2 pairs"} <= set(faults(bad_hash))


@given(st.lists(st.integers(0, 2**62), min_size=1, max_size=40), st.integers(1, 5), st.integers(0, 2**63 - 1))
def test_an_item_gets_the_same_numbers_in_any_batch(indices, k, seed):
    rng = Rng(seed).at("item", 0)
    whole = rng.uniforms(indices, k)
    alone = np.concatenate([rng.uniforms([index], k) for index in indices])
    assert whole.shape == (len(indices), k) and np.array_equal(whole, alone)
    assert np.array_equal(rng.uniforms(indices[::-1], k), whole[::-1])
    assert np.array_equal(rng.uniforms(indices, k + 3)[:, :k], whole)
    assert ((whole >= 0) & (whole < 1)).all()


def test_no_items_and_no_columns():
    assert Rng(0).uniforms([], 3).shape == (0, 3) and Rng(0).uniforms([1, 2], 0).shape == (2, 0)


@given(st.lists(elements, max_size=4), st.lists(elements, max_size=4), st.integers(0, 3), st.integers(0, 3))
def test_two_addresses_share_a_key_only_if_they_are_the_same(one, other, seed, other_seed):
    same = (seed, one) == (other_seed, other)
    assert (Rng(seed, tuple(one)).key() == Rng(other_seed, tuple(other)).key()) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [(("1",), (1,)), (("a", "b"), ("ab",)), (("as1:b",), ("a", "b")), (("",), ()), ((1, 23), (12, 3)), ((0,), (-0, 0))],
)
def test_paths_are_not_ambiguous(one, other):
    assert Rng(0).at(*one).key() != Rng(0).at(*other).key()
    assert Rng(0).at(*one).generator().random() != Rng(0).at(*other).generator().random()


def test_refining_in_steps_is_refining_at_once():
    assert Rng(7).at("train").at(3, 1) == Rng(7).at("train", 3, 1)
    assert Rng(7).at("train", np.int64(3)).key() == Rng(7).at("train", 3).key()


def test_generators_begin_at_their_address_again_and_again():
    rng = Rng(5).at("sample", 2)
    first = rng.generator().random(1000)
    assert np.array_equal(first, rng.generator().random(1000))
    assert abs(np.corrcoef(first, Rng(5).at("sample", 3).generator().random(1000))[0, 1]) < 0.16
    assert rng.generator().bit_generator.__class__ is np.random.Philox


def test_integers_fit_their_bits():
    values = [Rng(seed).integer(31) for seed in range(200)]
    assert max(values) < 2**31 and max(values) > 2**30 and len(set(values)) == 200


def test_known_values_never_change():
    """These stand in old modeloids: an order, a crop or an initialisation that changed would break their resume."""
    assert Rng(0).key().hex() == "fa0f92d49a0e3adb27ade15263e164db"
    assert Rng(1).at("item", 2).uniforms([3])[0, 0] == 0.5557361704826258
    assert Rng(0).at("order", 0).generator().permutation(8).tolist() == [4, 6, 5, 0, 1, 2, 7, 3]


def test_64_items_cost_well_below_100_microseconds():
    rng, indices = Rng(0).at("item", 0), np.arange(64)
    best = np.inf
    for _ in range(20):
        begin = time.perf_counter()
        for _ in range(50):
            rng.uniforms(indices, 2)
        best = min(best, (time.perf_counter() - begin) / 50)
    assert best < 100e-6
