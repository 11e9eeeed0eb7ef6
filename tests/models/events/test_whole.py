"""Whole pieces: every token is scored once, on what went before it and nothing else."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.models.events.whole import stretches

from .small import a_modeloid, stirred

BAR = 3
ROWS = st.lists(st.sampled_from([BAR, 4, 5, 6]), min_size=1, max_size=300).map(np.array)
NETWORKS = pytest.mark.parametrize("network", ["transformer", "lstm", "gpt2"])


@given(ROWS, st.integers(1, 40))
def test_every_token_is_scored_once_with_half_a_context_or_all(row, limit):
    found = list(stretches(row, BAR, limit))
    assert found[0].begin == found[0].scored == 0
    assert [one.end for one in found][-1] == len(row)
    assert all(a.end == b.scored for a, b in pairwise(found))
    assert all(one.begin <= one.scored < one.end <= one.begin + limit for one in found)
    for one in found[1:]:
        assert one.scored - one.begin <= limit // 2
        lines = np.flatnonzero(row[one.scored - limit // 2 : one.scored] == BAR)
        assert one.begin == one.scored - limit // 2 + (lines[0] if len(lines) else 0)


@NETWORKS
def test_a_piece_within_the_context_is_an_item(network):
    modeloid = stirred(a_modeloid(network=network))
    row = np.random.default_rng(0).integers(1, modeloid.model["vocabulary"], 64)
    assert modeloid.piece_likelihoods(row) == pytest.approx(modeloid.token_likelihoods(row), abs=1e-6)


def test_a_recurrent_net_carries_its_state_over_the_whole_piece():
    modeloid = stirred(a_modeloid(network="lstm"))
    row = np.random.default_rng(0).integers(1, modeloid.model["vocabulary"], 300)
    assert modeloid.piece_likelihoods(row) == pytest.approx(modeloid.token_likelihoods(row), abs=1e-6)


@pytest.mark.parametrize("network", ["transformer", "gpt2"])
def test_a_longer_piece_is_scored_as_a_net_that_was_begun_at_a_bar(network):
    modeloid = stirred(a_modeloid(network=network))
    row = np.random.default_rng(1).integers(1, modeloid.model["vocabulary"], 250)
    found = modeloid.piece_likelihoods(row)
    checked = 0
    for begin, scored, end in stretches(row, BAR, 64):
        alone = modeloid.token_likelihoods(row[begin:end])
        assert found[scored:end] == pytest.approx(alone[scored - begin :], abs=1e-4)
        checked += end - scored
    assert checked == 250


@NETWORKS
def test_what_comes_later_changes_nothing_before(network):
    modeloid = stirred(a_modeloid(network=network))
    row = np.random.default_rng(2).integers(4, modeloid.model["vocabulary"], 200)
    changed = row.copy()
    changed[150:] = 4 + (row[150:] - 3) % (modeloid.model["vocabulary"] - 4)
    before, after = modeloid.piece_likelihoods(row), modeloid.piece_likelihoods(changed)
    assert after[:150] == pytest.approx(before[:150], abs=1e-5)
    assert np.abs(after[150:] - before[150:]).max() > 0.1


@NETWORKS
def test_pieces_of_three_tokens_sum_to_one(network):
    spec = {"steps_per_beat": 1, "low": 60, "high": 61, "durations": [[1, 1]], "window_tokens": 2}
    modeloid = stirred(a_modeloid(spec, network=network))
    tokens = range(1, modeloid.model["vocabulary"])
    rows = np.stack(np.meshgrid(tokens, tokens, tokens), -1).reshape(-1, 3)
    total = sum(np.exp(modeloid.piece_likelihoods(row).sum()) for row in rows)
    assert total == pytest.approx(1, abs=1e-5)
