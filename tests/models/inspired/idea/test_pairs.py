import numpy as np
import pytest

from modeloid.models.inspired.idea.pairs import COPY_LIMIT, copying, low_copy
from modeloid.models.inspired.idea.slices import together
from modeloid.models.inspired.idea.vary import Variation, varied
from modeloid.music.represent.parts import ONSET, PART, PITCH, Excerpts, in_order

from .made import DRUMS, KEYS, LEAD, a_batch, a_slice, a_song


def pairs_of(batch, seed=0):
    return low_copy(batch, np.random.default_rng(seed), DRUMS)


def test_pairs_lie_apart_inside_their_excerpt():
    for seed in range(10):
        found = pairs_of(a_batch(range(6)), seed)
        assert np.array_equal(found.which, np.arange(6))
        assert (np.abs(found.left - found.right) >= 8).all()
        assert min(found.left.min(), found.right.min()) >= 0
        assert max(found.left.max(), found.right.max()) <= 24


def test_a_repeated_half_is_not_taken_for_its_copy():
    # bars 0-7 and 16-23 are the same, bars 8-15 and 24-31 others
    one, other, third = (a_slice(seed) for seed in (1, 2, 3))
    parts = [one, other, one, third]
    moved = [part + np.array([128 * number, 0, 0, 0, 0]) for number, part in enumerate(parts)]
    rows = in_order(np.concatenate(moved))
    batch = Excerpts(rows, np.array([0, len(rows)]), *(np.array([value]) for value in (0, 0, 32, 100.0, 32)))
    copied = copying(batch, DRUMS)[0]
    assert copied[0, 16] == pytest.approx(1)
    assert copied[0, 8] < COPY_LIMIT
    for seed in range(20):
        found = pairs_of(batch, seed)
        assert {int(found.left[0]), int(found.right[0])} != {0, 16}
        assert found.copied[0] <= COPY_LIMIT


def test_a_piece_that_only_repeats_gives_its_least_copy():
    rows = np.array([(step, 1, 60 + step % 16, 80, LEAD) for step in range(16 * 20)], np.int64)
    batch = Excerpts(rows, np.array([0, len(rows)]), *(np.array([value]) for value in (0, 0, 20, 100.0, 20)))
    found = pairs_of(batch)
    assert found.copied[0] == pytest.approx(1)


def test_short_excerpts_give_no_pair():
    batch = a_batch(range(3))
    short = batch._replace(bars=np.array([15, 32, 16]))
    found = pairs_of(short)
    assert np.array_equal(found.which, [1, 2])
    assert {int(found.left[1]), int(found.right[1])} == {0, 8}
    assert len(pairs_of(a_batch(range(2), bars=12)).which) == 0


def test_varied_slices_keep_their_owner_and_lose_little():
    slices = together([a_slice(seed) for seed in range(40)])
    found = varied(slices, np.random.default_rng(0), DRUMS, Variation(lost=0.2, silent=0.0, moved=0.0))
    assert 0.85 < len(found.rows) / len(slices.rows) < 0.95
    assert np.array_equal(np.unique(found.owner), np.arange(40))
    none = varied(slices, np.random.default_rng(0), DRUMS, Variation(0, 0, 0))
    assert np.array_equal(none.rows, slices.rows)


def test_varied_slices_move_whole_parts_by_octaves_and_no_drums():
    slices = together([a_slice(seed) for seed in range(40)])
    found = varied(slices, np.random.default_rng(1), DRUMS, Variation(lost=0, silent=0, moved=0.5))
    by = found.rows[:, PITCH] - slices.rows[:, PITCH]
    assert set(np.unique(by)) == {-12, 0, 12}
    assert not by[slices.rows[:, PART] == 0].any()
    for number in range(40):
        mine = (slices.owner == number) & (slices.rows[:, PART] == KEYS)
        assert len(np.unique(by[mine])) == 1


def test_a_silenced_part_is_never_the_only_one():
    lone = [a_slice(seed)[a_slice(seed)[:, PART] == LEAD] for seed in range(10)]
    full = [a_slice(seed) for seed in range(10)]
    found = varied(together(lone + full), np.random.default_rng(2), DRUMS, Variation(0, 1.0, 0))
    for number in range(20):
        parts = np.unique(found.rows[found.owner == number, PART])
        assert len(parts) == (1 if number < 10 else 2)


def test_nothing_varied_is_nothing():
    none = together([np.zeros((0, 5), np.int64)])
    assert varied(none, np.random.default_rng(0), DRUMS).total == 1


def test_the_song_itself_is_not_changed():
    batch = a_batch([0])
    before = batch.rows.copy()
    pairs_of(batch)
    assert np.array_equal(before, batch.rows)
    assert (np.diff(a_song(0)[:, ONSET]) >= 0).all()
