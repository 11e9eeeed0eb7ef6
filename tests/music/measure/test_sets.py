from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import linalg, stats

from modeloid.cycle.rng import Rng
from modeloid.music.measure.distance import (
    frechet,
    frechets,
    moved,
    overlap,
    overlaps,
    total_variation,
    total_variations,
    wasserstein,
    wassersteins,
)
from modeloid.music.measure.resample import Draws, Still, divisions, resamples
from modeloid.music.measure.sets import FEATURES, compare_sets, interval, unit
from modeloid.music.measure.table import METRICS, Table, measure

from ..pieces import piece
from ..split.test_split import tune

RANDOM = np.random.default_rng(0)


def test_total_variation_is_zero_for_the_same_and_one_for_strangers():
    one, other = np.array([1.0, 1, 0, 0]), np.array([0.0, 0, 3, 1])
    assert total_variation(one, 5 * one) == 0.0
    assert total_variation(one, other) == 1.0
    assert total_variation(one, np.array([1.0, 0, 1, 0])) == 0.5


def test_wasserstein_is_how_far_values_are_moved():
    one, other = RANDOM.normal(size=30), RANDOM.normal(2, 3, size=17)
    assert wasserstein(one, one) == pytest.approx(0)
    assert wasserstein(one, one + 2.5) == pytest.approx(2.5)
    assert wasserstein(one, other) == pytest.approx(stats.wasserstein_distance(one, other))
    weights, others = RANDOM.random((4, 30)), RANDOM.random((4, 17))
    expected = [stats.wasserstein_distance(one, other, *pair) for pair in zip(weights, others, strict=True)]
    assert wassersteins(one, other, weights, others) == pytest.approx(expected)


def test_distances_of_histograms_are_those_of_their_sums():
    counts, others = RANDOM.integers(1, 9, (6, 12)).astype(float), RANDOM.integers(1, 9, (4, 12)).astype(float)
    once = np.ones((1, 6)), np.ones((1, 4))
    expected = total_variation(counts.sum(0), others.sum(0))
    assert total_variations(counts, others, *once) == pytest.approx([expected])
    bins = np.arange(12)
    expected = stats.wasserstein_distance(bins, bins, counts.sum(0), others.sum(0))
    assert moved(counts, others, *once) == pytest.approx([expected])
    weights = np.eye(6)[:2], np.ones((2, 4))
    assert total_variations(counts, others, *weights)[1] == pytest.approx(total_variation(counts[1], others.sum(0)))
    assert moved(np.eye(12)[:1], np.eye(12)[5:6], np.ones((1, 1)), np.ones((1, 1))) == [5]


def test_draws_are_made_once_and_are_those_of_the_address():
    draws = Draws(Rng(3), 7)
    assert np.array_equal(draws.resamples(5), resamples(5, 7, Rng(3)))
    assert draws.resamples(5) is draws.resamples(5)
    assert np.array_equal(draws.divisions(9, 4)[0], divisions(9, 4, 7, Rng(3))[0])
    assert draws.divisions(9, 4) is draws.divisions(9, 4) is not draws.divisions(9, 3)


def test_an_interval_holds_the_value_and_its_width_falls_with_the_count():
    random = np.random.default_rng(5)
    real = random.normal(size=400)
    widths = []
    for count in (10, 200):
        value, low, high = interval(wassersteins, random.normal(1, 1, count), real, Draws(Still(), 300))
        assert low < value < high
        widths.append(high - low)
    assert widths[1] < 0.5 * widths[0]
    # a set against itself: draws lie above 0, the interval does not
    assert interval(wassersteins, real, real, Draws(Still(), 300))[:2] == (0, 0)
    assert interval(overlaps, real, real, Draws(Still(), 300), 1.0)[2] == 1
    # 19 of 20 intervals hold the true distance of two normals one apart
    held = [
        interval(wassersteins, random.normal(1, 1, 60), random.normal(size=60), Draws(Still(), 200)) for _ in range(60)
    ]
    assert np.mean([low <= 1 <= high for _, low, high in held]) > 0.85


def test_overlap_is_one_for_the_same_and_falls_with_distance():
    one = RANDOM.normal(size=2000)
    assert overlap(one, one) == pytest.approx(1)
    assert overlap(one, one + 100) == pytest.approx(0, abs=1e-6)
    # two normals two deviations apart overlap by 2 Phi(-1)
    assert overlap(one, one + 2) == pytest.approx(2 * stats.norm.cdf(-1), abs=0.05)
    assert overlap(np.ones(3), np.ones(5)) == 1
    assert overlap(np.ones(3), np.full(5, 2.0)) < 0.2


def test_frechet_is_that_of_the_formula():
    one, other = RANDOM.normal(size=(50, 4)), RANDOM.normal(1, 2, size=(40, 4))
    c, d = (np.cov(sample.T, bias=True) for sample in (one, other))
    expected = ((one.mean(0) - other.mean(0)) ** 2).sum() + np.trace(c + d - 2 * linalg.sqrtm(c @ d).real)
    assert frechet(one, other) == pytest.approx(expected)
    assert frechet(one, one) == pytest.approx(0, abs=1e-6)
    assert frechet(one, one + np.array([3, 0, 0, 4])) == pytest.approx(25)
    assert frechet(one[:1], one[:1]) == pytest.approx(0, abs=1e-6)
    assert frechets(one, other, np.ones((3, 50)), np.ones((3, 40))) == pytest.approx([expected] * 3)


@pytest.mark.parametrize("rng", [Still(), Rng(0, ("draws",))])
def test_draws_are_whole_and_spread(rng):
    drawn = resamples(40, 500, rng)
    assert (drawn.sum(axis=1) == 40).all()
    # a bootstrap sample leaves out about 1 / e of the pieces
    assert (drawn == 0).mean() == pytest.approx(np.exp(-1), abs=0.02)
    assert drawn.mean(axis=0) == pytest.approx(np.ones(40), abs=0.25)
    inside, outside = divisions(40, 10, 500, rng)
    assert (inside.sum(axis=1) == 10).all()
    assert (inside + outside == 1).all()
    assert inside.mean(axis=0) == pytest.approx(np.full(40, 0.25), abs=0.1)


def test_still_is_uniform():
    numbers = Still().uniforms(np.arange(1000), 20)
    assert stats.kstest(numbers.ravel(), "uniform").pvalue > 0.001
    assert abs(np.corrcoef(numbers.T)[np.triu_indices(20, 1)]).max() < 0.15


def tunes(count, first=0, **more):
    return [piece(tune(first + seed, length=40, **more)) for seed in range(count)]


def test_real_against_real_lies_at_the_floor_and_another_kind_far_above():
    real, same = measure(tunes(60)), measure(tunes(30, first=100))
    other = measure([piece([(onset / 4, 0.25, 40) for onset in range(60)]) for _ in range(30)])
    near, far = (compare_sets(made, real, Rng(0)) for made in (same, other))
    for kind, sign in (("wasserstein", 1), ("overlap", -1)):
        close, apart = (found.metrics["notes_per_beat"].distances[kind] for found in (near, far))
        assert close.floor_low * 0.3 < close.value < close.floor_high * 3
        assert sign * (apart.value - apart.floor) > 5 * abs(apart.floor_high - apart.floor_low) * (sign > 0)
        assert apart.low <= apart.value * 1.0001
        assert apart.high >= apart.value * 0.9999
    assert near.frechet.value < 3 * near.frechet.floor_high
    assert far.frechet.value > 10 * far.frechet.floor_high


def test_metrics_without_values_have_no_distance_and_their_count_says_so():
    found = compare_sets(measure([*tunes(3), piece([])]), measure([*tunes(6), piece([])]), Rng(0), draws=10)
    pitch, drums = found.metrics["pitch_range"], found.metrics["drum_pattern_rate"]
    assert (pitch.made_count, pitch.real_count) == (3, 6)
    assert (drums.made_mean, drums.made_count, drums.distances) == (None, 0, {})
    assert found.features == FEATURES
    assert found.filled == (len(FEATURES), len(FEATURES))
    json.loads(json.dumps(found.plain()), parse_constant=pytest.fail)


def test_a_metric_that_real_pieces_share_outweighs_no_other():
    real = np.full(5, 4.0)
    assert unit("tracks_used", real) == pytest.approx(0.2)
    assert unit("velocity_spread", 0 * real) == pytest.approx(0.02 * 63.5)
    assert unit("tracks_used", np.array([1.0, 9.0])) == 4
    assert unit("tracks_used", 0 * real) > 0


def test_too_little_is_not_compared():
    real = measure(tunes(4))
    assert compare_sets(measure([]), real, Rng(0)).frechet is None
    single = compare_sets(measure(tunes(2)), measure(tunes(1)), Rng(0))
    assert single.frechet is None
    assert not any(row.distances for row in single.metrics.values())
    some = compare_sets(measure(tunes(2), ["polyphony"]), real, Rng(0))
    assert list(some.metrics) == ["polyphony"]


def test_the_same_address_gives_the_same_comparison():
    made, real = measure(tunes(5)), measure(tunes(12, first=50))
    assert compare_sets(made, real, Rng(1), 20).plain() == compare_sets(made, real, Rng(1), 20).plain()
    assert compare_sets(made, real, Rng(1), 20).plain() != compare_sets(made, real, Rng(2), 20).plain()
    assert isinstance(real, Table)
    assert set(FEATURES) <= set(METRICS)
