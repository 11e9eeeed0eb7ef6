"""Baselines with known answers: a constant predictor, a sum over all rolls, and pasts that matter or do not."""

import itertools

import numpy as np
import pytest

from modeloid.bench.baselines import chords, history, marginals


def rolls(seed, count=3, frames=200, pitches=4, rate=0.3):
    return list((np.random.default_rng(seed).random((count, frames, pitches)) < rate).astype(np.uint8))


def test_marginals_have_their_analytic_value():
    train, scored = rolls(0), rolls(1)
    every = np.concatenate(train)
    share = (every.sum(0) + 0.5) / (len(every) + 1)
    known = [np.log(np.where(roll, share, 1 - share)).sum() for roll in scored]
    assert marginals(train, scored) == pytest.approx(known)


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_the_probabilities_of_all_rolls_sum_to_one(frames):
    train = rolls(2, frames=30, pitches=2)
    every = [np.array(bits, np.uint8).reshape(4, 2) for bits in itertools.product((0, 1), repeat=8)]
    assert np.exp(history(train, every, frames)).sum() == pytest.approx(1)


def test_a_past_that_matters_is_used_and_one_that_does_not_costs_little():
    steps = np.arange(400)[:, None] + np.arange(3)
    periodic = [(steps // 2 % 2).astype(np.uint8)]
    assert -history(periodic, periodic, 2).sum() < 0.1 * -history(periodic, periodic, 1).sum()
    noise, more = rolls(3, 8), rolls(4, 8)
    assert history(noise, more, 3).sum() == pytest.approx(marginals(noise, more).sum(), rel=0.02)


def test_only_so_long_a_past():
    with pytest.raises(ValueError, match="0 to 8"):
        history(rolls(0), rolls(1), 9)


@pytest.mark.parametrize(("frames", "past"), [(0, 0), (1, 1), (3, 2)])
def test_the_probabilities_of_all_rolls_sum_to_one_with_chords(frames, past):
    train = rolls(2, frames=30, pitches=2)
    every = [np.array(bits, np.uint8).reshape(4, 2) for bits in itertools.product((0, 1), repeat=8)]
    nats = chords(train, every, frames, past)
    assert np.exp(nats).sum() == pytest.approx(1)
    assert nats.std() > 0.3, "rolls that are all as likely prove nothing"


def test_chords_by_hand():
    one, two, new = ([1, 0, 0], [0, 1, 1], [1, 1, 1])
    train, scored = [np.array([one, two, one, two], np.uint8)], [np.array([one, new], np.uint8)]
    base = history([train[0]], [np.array([frame], np.uint8) for frame in (one, new)], 0)
    single = [(2 + 2 * np.exp(base[0])) / 6, 2 * np.exp(base[1]) / 6]
    first = (1 + 1 * single[0]) / 2  # one piece, and it began with it
    second = (0 + 1 * single[1]) / 3  # twice followed, by one kind
    assert chords(train, scored, 1, 0) == pytest.approx([np.log(first) + np.log(second)])


def test_chords_know_what_single_pitches_do_not():
    drawn = np.random.default_rng(5).integers(0, 3, 600)
    words = np.array([[1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]], np.uint8)
    train, scored = [words[drawn[:400]]], [words[drawn[400:]]]
    assert -chords(train, scored, 0, 0).sum() / 200 == pytest.approx(np.log(3), rel=0.05)
    assert marginals(train, scored).sum() < 1.5 * chords(train, scored, 0, 0).sum()
