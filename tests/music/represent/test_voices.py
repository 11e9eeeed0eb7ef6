from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from modeloid.cycle.rng import Rng
from modeloid.music.columns import from_score
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import Augmentation, representation
from modeloid.music.represent.assign import by_skyline

from ..pieces import piece
from .strategies import DRUM_TRACK, columns, pieces

SPEC = {"kind": "voices", "low": 36, "high": 84, "window_steps": 8}


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(4)), elements=st.integers(0, 49)))
def test_an_array_comes_back(array):
    coder = representation(SPEC | {"assign": "tracks"})
    score = coder.decode(array)
    # a hold after a rest says nothing; and the voices are sorted by their mean pitch
    clean = array.copy()
    for step in range(len(clean)):
        before = clean[step - 1] if step else np.zeros(4, np.uint8)
        clean[step] = np.where((clean[step] == 1) & (before == 0), 0, clean[step])
    if not (clean > 1).any(axis=0).all():
        return
    means = [-clean[clean[:, v] > 1, v].astype(int).mean() for v in range(4)]
    clean = clean[:, np.argsort(means, kind="stable")]
    steps = np.flatnonzero(clean.any(axis=1))[-1] + 1
    assert np.array_equal(coder.encode(score), clean[:steps])


@given(pieces(36, 84))
def test_what_was_encoded_once_comes_back_as_notes(before):
    coder = representation(SPEC)
    try:
        array, losses = coder.encode_columns(before)
    except RepresentationError:
        assert set(before.notes["track"].tolist()) == {2}
        return
    decoded = from_score(coder.decode(array))
    assert len(decoded) == len(before) - losses.left_out
    assert losses.notes == len(before)
    for voice in range(4):
        mine = decoded.notes["track"] == voice
        ends = decoded.notes["onset"][mine].astype(int) + decoded.notes["duration"][mine]
        assert (ends[:-1] <= decoded.notes["onset"][mine][1:]).all()


def test_the_numbers_of_a_small_piece_are_these():
    two = columns([(0, 0, 60, 960, 80), (1, 0, 48, 480, 80), (1, 720, 50, 240, 80)], [["", 0, 0], ["", 0, 0]])
    coder = representation(SPEC | {"voices": 2, "steps_per_beat": 2})
    assert coder.encode_columns(two)[0].tolist() == [[26, 14], [1, 1], [1, 0], [1, 16]]
    assert coder.vocabulary()[:3] == ["Rest", "Hold", "Pitch_36"]
    assert len(coder.vocabulary()) == coder.size == 50


def test_tracks_are_voices_from_high_to_low_and_else_notes_are_dealt_out():
    chord = [(0, 0, pitch, 480, 80) for pitch in (40, 52, 60, 67)]
    tracks = [(track, *rest) for track, (_, *rest) in enumerate(chord)]
    expected = [[33, 26, 18, 6]]
    coder = representation(SPEC | {"steps_per_beat": 1})
    assert coder.encode_columns(columns(tracks, [["", 0, 0]] * 4))[0].tolist() == expected
    assert coder.encode_columns(columns(chord, [["", 0, 0]]))[0].tolist() == expected
    with pytest.raises(RepresentationError, match="1 tracks for 4 voices"):
        representation(SPEC | {"assign": "tracks"}).encode_columns(columns(chord, [["", 0, 0]]))


def test_dealt_out_voices_move_little_and_keep_held_notes():
    start, stop = np.array([0, 0, 1, 2, 2]), np.array([3, 1, 2, 3, 3])
    pitch = np.array([72, 48, 50, 52, 70])
    assert by_skyline(start, stop, pitch, 3).tolist() == [0, 2, 2, 2, 1]
    # five at once: the outer ones stay
    assert by_skyline(np.zeros(5, int), np.ones(5, int), np.array([60, 61, 62, 63, 64]), 4).tolist() == [3, 2, -1, 1, 0]


def test_what_is_lost_is_counted():
    rows = [(0, 0, 60, 960, 80), (0, 480, 62, 480, 80), (0, 480, 59, 480, 80), (1, 0, 48, 480, 80), (1, 0, 20, 480, 80)]
    rows += [(2, 0, 38, 60, 80)]
    array, losses = representation(SPEC | {"voices": 2}).encode_columns(
        columns(rows, [["", 0, 0], ["", 0, 0], DRUM_TRACK])
    )
    assert (losses.notes, losses.drums, losses.out_of_range) == (6, 1, 1)
    assert (losses.shortened, losses.dropped) == (1, 1)
    assert array[:, 0].tolist() == [26, 1, 1, 1, 28, 1, 1, 1]


class Fixed:
    """An address whose numbers are given."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def uniforms(self, indices, k=1):
        return np.tile(self.numbers, (len(indices), 1))[:, :k]


def scales():
    return [
        columns([(v, 480 * i, 70 - 8 * v + i % 3, 480, 80) for v in range(4) for i in range(n)], [["", 0, 0]] * 4)
        for n in (3, 9)
    ]


def test_a_window_that_begins_within_a_note_starts_it():
    coder = representation(SPEC)
    long = columns([(v, 0, 70 - 5 * v, 480 * 6, 80) for v in range(4)], [["", 0, 0]] * 4)
    items = coder.prepare([long], Augmentation())
    batch = items.still(np.arange(len(items)))
    assert len(batch) == 3
    assert (batch[:, 0] == [36, 31, 26, 21]).all()
    assert (batch[:, 1:] == 1).all()


@pytest.mark.parametrize(("uniform", "shift"), [(0.0, -4), (0.9999, 5)])
def test_transposed_items_are_those_of_the_transposed_piece(uniform, shift):
    coder, some = representation(SPEC), scales()
    items = coder.prepare(some, Augmentation((-4, 5)))
    for one in some:
        one.notes["pitch"] += np.uint8(shift % 256)
    still = coder.prepare(some, Augmentation())
    indices = np.flatnonzero(items.item == 0)
    assert np.array_equal(items.moved(indices, Fixed(0, uniform)), still.still(indices))


def test_items_lie_in_their_pieces_and_depend_on_their_own_address_alone():
    items = representation(SPEC | {"window_steps": 16}).prepare([piece([]), *scales()], Augmentation((-2, 2)))
    assert [number for number, _ in items.refused] == [0]
    assert items.owner.tolist() == [1, 2, 2, 2]
    assert items.padded == 1
    assert items.offset.tolist() == [0, 0, 16, 20]
    rng, chosen = Rng(3, ("item", 1)), np.array([2, 0, 1, 2])
    batch = items.moved(chosen, rng)
    assert (batch.dtype, batch.shape) == (np.uint8, (4, 16, 4))
    for row, index in enumerate(chosen):
        assert np.array_equal(items.moved(np.array([index]), rng)[0], batch[row])


def test_what_cannot_be_taken_is_refused():
    coder = representation(SPEC)
    with pytest.raises(RepresentationError, match="no note to encode, of 1"):
        coder.encode_columns(piece([(0, 1, 3)]))
    with pytest.raises(RepresentationError, match=r"2x3.*stepsx4"):
        coder.decode(np.zeros((2, 3)))
    with pytest.raises(RepresentationError, match="0 to 49"):
        coder.decode(np.full((2, 4), 50))
    with pytest.raises(RepresentationError, match="tempo cannot be varied"):
        coder.prepare([], Augmentation(tempo=(0.9, 1.1)))
    for change, text in (({"voices": 17}, "1 to 16"), ({"assign": "track"}, "Did you mean 'tracks'")):
        with pytest.raises(RepresentationError, match=text):
            representation(SPEC | change)
