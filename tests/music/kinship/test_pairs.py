"""Slices of one song that do not copy one another."""

from __future__ import annotations

import numpy as np

from modeloid.music.kinship import barcopy_mean, lead_grams_shared, low_copy_pairs
from modeloid.music.kinship.pairs import LOW_COPY
from modeloid.music.represent.parts import ONSET, cut

from .songs import song, transposed


def test_pairs_lie_apart_and_copy_little() -> None:
    rows = song(11, bars=48)
    pairs = low_copy_pairs(rows)
    assert len(pairs) > 3
    for one, other in pairs.tolist():
        y, x = cut(rows, one, 8), cut(rows, other, 8)
        assert other - one >= 8
        assert max(barcopy_mean(y, x), barcopy_mean(x, y)) <= LOW_COPY + 1e-6
        assert lead_grams_shared(y, x) == 0


def test_a_repeated_section_is_no_pair() -> None:
    part = cut(song(11), 0, 8)
    again = transposed(part, 2)
    again[:, ONSET] += 128
    rows = np.concatenate([part, again])
    assert low_copy_pairs(rows).shape == (0, 2)
    assert len(low_copy_pairs(rows, most=1.0)) == 0, "the leads are one"


def test_a_looser_limit_finds_more() -> None:
    rows = song(11, bars=48)
    counts = [len(low_copy_pairs(rows, most=most)) for most in (0.2, LOW_COPY, 0.9)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_bars_limit_where_slices_may_begin() -> None:
    rows = song(11, bars=48)
    assert low_copy_pairs(rows, bars=24).max(initial=0) <= 16
    assert len(low_copy_pairs(rows, bars=15)) == 0


def test_short_and_silent_songs_have_none() -> None:
    assert low_copy_pairs(song(1)[:0]).shape == low_copy_pairs(song(1)[:1]).shape == (0, 2)
    assert low_copy_pairs(cut(song(1), 0, 15)).shape == (0, 2)


def test_drums_alone_have_none() -> None:
    rows = song(11)
    rows[:, 4] = 2
    assert len(low_copy_pairs(rows, drum_parts=(2,))) == 0
    assert len(low_copy_pairs(rows)) > 0
