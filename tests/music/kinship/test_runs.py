"""Stretches that two lines share."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.kinship import lead_grams_shared, longest_run
from modeloid.music.kinship.runs import grams, longest_common
from modeloid.music.represent.parts import ONSET, PITCH, Rows, cut

from .songs import song, transposed

SEQUENCE = st.lists(st.integers(0, 2), max_size=30)


def line(pitches: list[int], gap: int = 2) -> Rows:
    return np.array([[gap * place, gap, pitch, 64, 0] for place, pitch in enumerate(pitches)], np.int64)


@settings(max_examples=50, deadline=None)
@given(mine=SEQUENCE, theirs=SEQUENCE)
def test_the_longest_stretch_is_found_and_is_there(mine: list[int], theirs: list[int]) -> None:
    spans = [mine[i:j] for i in range(len(mine)) for j in range(i + 1, len(mine) + 1)]
    longest = max((len(s) for s in spans if any(theirs[k : k + len(s)] == s for k in range(len(theirs)))), default=0)
    length, at, there = longest_common(np.array(mine, np.int64), np.array(theirs, np.int64))
    assert length == longest
    assert mine[at : at + length] == theirs[there : there + length]


@settings(max_examples=50, deadline=None)
@given(sequence=SEQUENCE, n=st.integers(1, 8))
def test_grams_are_equal_where_the_stretches_are(sequence: list[int], n: int) -> None:
    found = grams(np.array(sequence, np.int64), n).tolist()
    stretches = [tuple(sequence[at : at + n]) for at in range(len(sequence) - n + 1)]
    assert len(found) == len(stretches)
    assert len(set(found)) == len(set(stretches))


def test_a_run_is_named_with_its_bars_whatever_the_key() -> None:
    x = song(6)
    y = song(7, bars=16)
    planted = transposed(cut(x, 17, 3), 2)
    planted[:, ONSET] += 4 * 16
    mixed = np.concatenate([cut(y, 0, 4), planted])
    in_lead, in_all = longest_run(mixed, x)
    assert in_all.notes >= len(planted)
    assert (in_all.bar, in_all.other_bar) == (4, 17)
    assert in_lead.notes >= 8
    assert (in_lead.bar, in_lead.other_bar) == (4, 17)


def test_strangers_share_short_runs_only() -> None:
    in_lead, in_all = longest_run(song(6), song(7))
    assert 0 < in_lead.notes < 8
    assert 0 < in_all.notes < 10
    assert lead_grams_shared(song(6), song(7)) < 0.01


def test_a_run_is_counted_in_notes() -> None:
    assert longest_run(line([60, 62, 65, 61]), line([50, 52, 55, 58]))[0].notes == 3
    assert longest_run(line([60, 62]), line([60, 61]))[0] == (0, 0, 0)
    assert longest_run(line([]).reshape(-1, 5), line([60, 61]))[0].notes == 0


def test_grams_see_rhythm_and_interval_but_no_key() -> None:
    x = line([60, 62, 64, 65, 67, 65, 64, 62])
    assert lead_grams_shared(transposed(x, 5), x) == 1
    assert lead_grams_shared(line(x[:, PITCH].tolist(), gap=3), x) == 0
    assert lead_grams_shared(x[:6], x) == 0
