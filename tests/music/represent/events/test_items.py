from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.cycle.rng import Rng
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import Augmentation, representation

from ...split.test_split import tune
from ..strategies import columns, pieces

SPEC = {"kind": "events", "low": 0, "high": 128, "drums": [0, 128], "window_tokens": 40}


class Fixed:
    """An address whose numbers are given."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def uniforms(self, indices, k=1):
        return np.tile(self.numbers, (len(indices), 1))[:, :k]


@settings(max_examples=40)
@given(st.lists(pieces(), min_size=1, max_size=4), st.sampled_from(["bar", "token"]), st.integers(1, 60))
def test_still_items_share_out_every_token_once(some, crop, width):
    coder = representation(SPEC | {"crop": crop, "window_tokens": width})
    items = coder.prepare(some, Augmentation())
    batch = items.still(np.arange(len(items)))
    joined = np.concatenate([row[:length] for row, length in zip(batch.ids, batch.lengths, strict=True)])
    assert np.array_equal(joined, coder.encode_many(some).tokens)
    assert batch.ids.shape == (len(items), width)
    assert batch.lengths.min() >= 1
    assert not batch.ids[np.arange(width) >= batch.lengths[:, None]].any()


@settings(max_examples=40)
@given(st.lists(pieces(), min_size=1, max_size=3), st.floats(0, 0.999999))
def test_moved_items_begin_at_bars_of_their_piece(some, uniform):
    coder = representation(SPEC)
    encoded, items = coder.encode_many(some), coder.prepare(some, Augmentation())
    batch = items.moved(np.arange(len(items)), Fixed(uniform, 0, 0, 0))
    bar = coder.known["Bar"].first
    for ids, length, owner in zip(batch.ids, batch.lengths, items.owner, strict=True):
        whole = encoded.tokens[encoded.edges[owner] : encoded.edges[owner + 1]]
        starts = np.flatnonzero(whole == bar)
        assert any(np.array_equal(ids[:length], whole[at : at + 40]) for at in starts)


def test_every_permitted_start_occurs_and_the_end_is_reached():
    coder = representation(SPEC | {"crop": "token"})
    items = coder.prepare([columns([(0, 480 * i, 60 + i, 240, 80) for i in range(30)], [["", 0, 0]])], Augmentation())
    length = int(items.edges[-1])
    rng = np.random.default_rng(0)
    seen = set()
    for k in range(len(items)):
        batch = items.moved(np.full(300, k), type("U", (), {"uniforms": lambda _, i, n: rng.random((len(i), n))})())
        assert (batch.lengths == 40).all()
        seen |= {tuple(row) for row in batch.ids}
    tokens = items.view[:, 0][: length + 40]
    assert seen == {tuple(tokens[at : at + 40]) for at in range(length - 40 + 1)}


@pytest.mark.parametrize(("uniform", "shift"), [(0.0, -3), (0.999, 4)])
def test_transposed_tokens_are_those_of_the_transposed_piece(uniform, shift):
    rows = [(0, 240 * i, 50 + i % 20, 240, 80) for i in range(40)] + [(1, 480 * i, 38, 60, 90) for i in range(20)]
    tracks = [["", 3, False], ["", 0, True]]
    coder = representation(SPEC | {"window_tokens": 4000})
    items = coder.prepare([columns(rows, tracks)], Augmentation((-3, 4)))
    batch = items.moved(np.arange(1), Fixed(0, uniform, 0, 0))
    moved = columns([(t, o, p + shift * (t == 0), d, v) for t, o, p, d, v in rows], tracks)
    assert np.array_equal(batch.ids[0, : batch.lengths[0]], coder.encode_columns(moved)[0])


def test_a_shift_that_would_leave_the_range_is_cut_to_what_fits():
    coder = representation(SPEC | {"low": 60, "high": 70})
    items = coder.prepare([columns([(0, 0, 61, 240, 80), (0, 480, 68, 240, 80)], [["", 0, 0]])], Augmentation((-9, 9)))
    assert items.shifts.tolist() == [[-1], [1]]
    asked = coder.prepare([columns([(0, 0, 61, 240, 80), (0, 0, 69, 240, 80)], [["", 0, 0]])], Augmentation((3, 9)))
    assert asked.shifts.tolist() == [[0], [0]]


def test_velocity_and_tempo_are_scaled_to_the_nearest_known():
    coder = representation(SPEC)
    items = coder.prepare([columns([(0, 0, 60, 240, 63)], [["", 0, 0]])], Augmentation((0, 0), (0.5, 2.0), (0.8, 1.25)))
    every = coder.vocabulary()
    for uniform, velocity, tempo in ((0.0, 31, 94.19), (0.5, 63, 121.29), (0.9999, 127, 148.39)):
        batch = items.moved(np.arange(1), Fixed(0, 0, uniform, uniform))
        named = [every[token] for token in batch.ids[0, : batch.lengths[0]]]
        assert f"Velocity_{velocity}" in named
        assert f"Tempo_{tempo}" in named


def test_what_the_tokens_do_not_carry_cannot_be_varied():
    with pytest.raises(RepresentationError, match="velocity cannot be varied"):
        representation(SPEC | {"velocities": 0}).prepare([], Augmentation(velocity=(0.8, 1.2)))
    with pytest.raises(RepresentationError, match="tempo cannot be varied"):
        representation(SPEC | {"tempos": 0}).prepare([], Augmentation(tempo=(0.8, 1.2)))


def test_an_item_depends_on_its_own_address_alone():
    some = [columns([(0, 240 * n, p, 240, 80) for n, p in enumerate(range(40, 40 + k))], [["", 0, 0]]) for k in (9, 50)]
    items = representation(SPEC).prepare(some, Augmentation((-5, 6), (0.8, 1.2), (0.9, 1.1)))
    rng, chosen = Rng(3, ("item", 1)), np.array([2, 0, 1, 2])
    batch = items.moved(chosen, rng)
    for row, index in enumerate(chosen):
        alone = items.moved(np.array([index]), rng)
        assert np.array_equal(alone.ids[0], batch.ids[row])
        assert alone.lengths[0] == batch.lengths[row]


def test_a_piece_that_is_refused_has_no_item_and_short_ones_are_counted():
    odd = columns([(0, 0, 60, 480, 80)], [["", 0, 0]], meters=[(0, 11, 16)])
    short, long = (columns([(0, 240 * i, 60, 240, 80) for i in range(n)], [["", 0, 0]]) for n in (2, 50))
    items = representation(SPEC).prepare([odd, short, odd, long], Augmentation())
    assert [number for number, _ in items.refused] == [0, 2]
    assert set(items.owner.tolist()) == {1, 3}
    assert items.padded == 1
    assert items.offset[items.item == 0].tolist() == [0, 0]


def test_a_batch_takes_well_under_a_millisecond():
    from ...pieces import piece

    some = [piece(tune(seed, length=400)) for seed in range(20)]
    spec = {"kind": "events", "low": 0, "high": 128}
    items = representation(spec).prepare(some, Augmentation((-5, 6), (0.8, 1.25), (0.9, 1.1)))
    times = []
    for _ in range(50):
        begin = time.perf_counter()
        items.moved(np.arange(64) % len(items), Rng(0))
        times.append(time.perf_counter() - begin)
    assert min(times) < 1e-3
