"""Counted token models: known values, and probabilities that sum to 1."""

import itertools

import numpy as np
import pytest

from modeloid.bench.token_counts import Counted

TRAIN = [np.array(row) for row in ([1, 2, 3, 1, 2, 3, 1, 2], [2, 3, 3], [4])]


def test_the_unigram_is_witten_and_bells():
    # 12 tokens of 4 kinds were seen: (count + 4 / 4) / (12 + 4), the four others being as likely
    counted = Counted(TRAIN, 5, 1)
    for token, count in ((1, 3), (2, 4), (3, 4), (4, 1)):
        assert np.exp(counted.log_likelihood(np.array([token]))) == pytest.approx((count + 1) / 16)


def test_a_bigram_leans_on_the_unigram():
    counted = Counted(TRAIN, 5, 2)
    found = np.exp(counted.log_likelihood(np.array([1, 2])))
    first = (1 + 3 * 4 / 16) / (3 + 3)  # three pieces begin in three ways
    second = (3 + 1 * 5 / 16) / (3 + 1)  # behind 1 came three tokens, all 2
    assert found == pytest.approx(first * second)
    assert np.exp(counted.log_likelihood(np.array([1, 2]), 1)) == pytest.approx(4 / 16 * 5 / 16)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_all_rows_of_three_tokens_sum_to_one(order):
    counted = Counted(TRAIN, 5, 4)
    rows = itertools.product(range(1, 5), repeat=3)
    assert sum(np.exp(counted.log_likelihood(np.array(row), order)) for row in rows) == pytest.approx(1)


def test_what_was_seen_often_is_likelier_the_more_is_counted_together():
    counted = Counted([np.tile([1, 2, 3, 4, 2], 20)], 6, 3)
    row = np.tile([1, 2, 3, 4, 2], 4)
    one, two, three = (counted.log_likelihood(row, order) for order in (1, 2, 3))
    assert one < two < three < 0
    assert counted.different(1) == 4 < counted.different(2)


def test_tokens_that_do_not_fit_into_one_number_are_refused():
    with pytest.raises(ValueError, match="1 to 7"):
        Counted(TRAIN, 300, 8)
