from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.cycle.rng import Rng
from modeloid.music.columns import from_score
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import Augmentation, representation
from modeloid.music.represent.ensemble import columns_of, parts

from ..pieces import piece
from .strategies import DRUM_TRACK, columns, pieces, same_notes

SPEC = {"kind": "multitrack", "low": 0, "high": 128, "window_bars": 2}
ANY = SPEC | {"other_meters": "cut"}
TRACKS = [DRUM_TRACK, ["keys", 0, False], ["bass", 32, False]]


@st.composite
def exact(draw):
    """Pieces on the grid of 16ths whose notes of one pitch and track never touch; drums of one step."""
    places = draw(
        st.sets(st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(0, 127)), min_size=1, max_size=25)
    )
    steps = draw(st.integers(1, 6))
    rows = [
        (track, place * (steps + 1), pitch, steps if track else 1, draw(st.integers(1, 127)))
        for track, place, pitch in places
    ]
    used = sorted({row[0] for row in rows})
    return columns([(used.index(t), *rest) for t, *rest in rows], [TRACKS[t] for t in used], 4)


@given(exact())
def test_a_piece_on_the_grid_comes_back_unless_notes_touch(before):
    coder = representation(SPEC)
    array, losses = coder.encode_columns(before)
    after = from_score(coder.decode(array))
    assert same_notes(before, after)
    assert [track[0] for track in after.about["tracks"]] == [track[0] for track in before.about["tracks"]]
    assert losses.merged == losses.left_out == losses.shortened == 0
    assert (array.dtype, array.shape[1:]) == (np.float32, (16, 128, 5))


@given(pieces(), st.sampled_from(["velocity", "binary"]))
def test_what_was_encoded_once_sounds_the_same_again(before, values):
    coder = representation(ANY | {"values": values})
    try:
        array, losses = coder.encode_columns(before)
    except RepresentationError:
        return
    again = coder.encode(coder.decode(array))
    sounding = array[: len(again)] > 0
    assert np.array_equal(again > 0, sounding)
    assert not array[len(again) :].any()
    decoded = from_score(coder.decode(array))
    assert len(decoded) == len(before) - losses.merged - losses.left_out


def test_a_note_sounds_through_its_bars_as_loud_as_it_is_and_a_drum_for_a_step():
    two = columns([(0, 480 * 3, 60, 480 * 2, 127), (1, 0, 36, 480 * 3, 64)], [["", 0, 0], DRUM_TRACK])
    array = representation(SPEC).encode_columns(two)[0]
    assert array.shape == (2, 16, 128, 5)
    assert np.flatnonzero(array[:, :, 60, 1]).tolist() == list(range(12, 20))
    assert set(array[:, :, 60, 1].ravel().tolist()) == {0.0, 1.0}
    assert np.flatnonzero(array[..., 0]).size == 1
    assert array[0, 0, 36, 0] == np.float32(64 / 127)


def test_tracks_are_told_by_program_by_name_or_as_drums():
    tracks = [["Melody ", 0, 0], ["x", 33, 0], ["y", 60, 0], ["MELODY", 0, True]]
    assert columns_of(tracks, parts("band")) == [1, 3, 4, 0]
    assert columns_of(tracks, parts(["MELODY", "drums"])) == [0, -1, -1, 1]
    assert columns_of(tracks, parts([["low", 32, 39]])) == [-1, 0, -1, -1]
    assert len(parts("families")) == 17


def test_what_has_no_place_is_counted():
    rows = [(0, 0, 60, 480, 80), (0, 0, 20, 480, 80), (1, 0, 60, 480, 80), (2, 0, 36, 60, 80)]
    mixed = columns(rows, [["", 33, 0], ["", 60, 0], DRUM_TRACK])
    losses = representation(SPEC | {"low": 24, "tracks": [["bass", 32, 39]]}).encode_columns(mixed)[1]
    assert (losses.notes, losses.out_of_range, losses.dropped, losses.drums) == (4, 1, 1, 1)
    touching = representation(SPEC).encode_columns(piece([(0, 1, 60), (1, 1, 60)]))[1]
    assert touching.merged == 1


def test_another_meter_is_refused_or_cut_out():
    # a bar of 4/4, two of 3/4, then 4/4 again; one note across the first change
    rows = [(0, 480 * 3, 60, 960, 80), (0, 480 * 5, 62, 240, 80), (0, 480 * 10, 64, 480, 80)]
    changing = columns(rows, [["", 0, 0]], meters=[(0, 4, 4), (1920, 3, 4), (4800, 4, 4)])
    with pytest.raises(RepresentationError, match=r"quarter 4: the meter is 3/4, not 4/4.*other_meters"):
        representation(SPEC).encode_columns(changing)
    coder = representation(ANY)
    array, losses = coder.encode_columns(changing)
    assert len(array) == 2
    assert np.flatnonzero(array[:, :, 60, 1]).tolist() == [12, 13, 14, 15]
    assert np.flatnonzero(array[:, :, 64, 1]).tolist() == [16, 17, 18, 19]
    assert (losses.other_meter, losses.shortened) == (1, 1)
    items = coder.prepare([changing], Augmentation())
    assert len(items) == 2
    # bars that were not neighbours never share an item
    batch = items.still(np.arange(2))
    assert np.array_equal(batch[:, 0], array)
    assert not batch[:, 1].any()


def test_an_empty_piece_a_wrong_shape_and_a_huge_bar_are_refused():
    with pytest.raises(RepresentationError, match="no note to encode, of 0"):
        representation(SPEC).encode_columns(piece([]))
    with pytest.raises(RepresentationError, match=r"1x16x127x5.*barsx16x128x5"):
        representation(SPEC).decode(np.zeros((1, 16, 127, 5)))
    with pytest.raises(RepresentationError, match="too large"):
        representation(SPEC | {"meter": [64, 1], "steps_per_beat": 96, "tracks": "families"})


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"tracks": "bands"}, "Did you mean 'band'"),
        ({"tracks": []}, "no list"),
        ({"tracks": ["a", "A"]}, "twice"),
        ({"tracks": [["bass", 39, 32]]}, "out of range"),
        ({"tracks": [["bass", 39]]}, "has the row"),
        ({"values": "velocities"}, "Did you mean 'velocity'"),
        ({"other_meters": "keep"}, "is unknown"),
        ({"meter": [3, 5]}, "meter 3/5 is none"),
        ({"meter": [1, 32]}, "no whole number of steps"),
        ({"window_bars": 0}, "1 to 4096"),
    ],
)
def test_what_cannot_be_built_is_refused(change, text):
    with pytest.raises(RepresentationError, match=text):
        representation(SPEC | change)


class Fixed:
    """An address whose numbers are given."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def uniforms(self, indices, k=1):
        return np.tile(self.numbers, (len(indices), 1))[:, :k]


@settings(max_examples=40)
@given(st.lists(pieces(), min_size=1, max_size=3), st.sampled_from(["velocity", "binary"]))
def test_still_items_are_windows_of_the_encoded_piece(some, values):
    coder = representation(SPEC | {"values": values, "meter": [4, 4], "other_meters": "refuse"})
    items = coder.prepare(some, Augmentation())
    refused = {number for number, _ in items.refused}
    batch, expected = items.still(np.arange(len(items))), []
    for number, one in enumerate(some):
        if number in refused:
            continue
        array = coder.encode_columns(one)[0]
        array = np.pad(array, [(0, max(0, 2 - len(array)))] + [(0, 0)] * 3)
        expected += [array[min(at, len(array) - 2) :][:2] for at in range(0, len(array), 2)]
    assert batch.shape == (len(expected), *coder.shape)
    assert all(np.array_equal(one, other) for one, other in zip(batch, expected, strict=True))


@pytest.mark.parametrize(("uniform", "shift"), [(0.0, -3), (0.9999, 4)])
def test_a_transposed_item_is_that_of_the_transposed_piece_but_for_drums(uniform, shift):
    rows = [(0, 240 * i, 50 + i % 20, 240, 80) for i in range(40)] + [(1, 480 * i, 38, 60, 90) for i in range(20)]
    tracks = [["", 3, False], DRUM_TRACK]
    coder = representation(SPEC | {"window_bars": 5})
    items = coder.prepare([columns(rows, tracks)], Augmentation((-3, 4)))
    moved = columns([(t, o, p + shift * (t == 0), d, v) for t, o, p, d, v in rows], tracks)
    assert np.array_equal(items.moved(np.arange(1), Fixed(0, uniform, 0))[0], coder.encode_columns(moved)[0])


def test_louder_items_stay_within_one():
    items = representation(SPEC).prepare([piece([(0, 1, 60)])], Augmentation(velocity=(0.5, 2.0)))
    for uniform, expected in ((0.0, 40 / 127), (0.5, 80 / 127), (0.99999, 1.0)):
        assert items.moved(np.arange(1), Fixed(0, 0, uniform)).max() == pytest.approx(expected, rel=1e-3)
    with pytest.raises(RepresentationError, match="velocity cannot be varied"):
        representation(SPEC | {"values": "binary"}).prepare([], Augmentation(velocity=(0.5, 2.0)))


def test_an_item_depends_on_its_own_address_alone():
    some = [columns([(0, 240 * n, p, 240, 80) for n, p in enumerate(range(40, 40 + k))], [["", 0, 0]]) for k in (9, 50)]
    items = representation(SPEC).prepare(some, Augmentation((-5, 6), (0.8, 1.2)))
    rng, chosen = Rng(3, ("item", 1)), np.array([2, 0, 1, 2])
    batch = items.moved(chosen, rng)
    for row, index in enumerate(chosen):
        assert np.array_equal(items.moved(np.array([index]), rng)[0], batch[row])
