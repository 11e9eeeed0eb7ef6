"""Voices as pitches on a grid: what comes back, which track is which voice, items that keep their piece's bounds."""

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

from ..shared_data import archive
from .strategies import columns, pieces

SPEC = {"kind": "grid", "low": 36, "high": 84, "window_steps": 8}
FOUR = [[name, 52, False] for name in ("Soprano", "Alto", "Tenor", "Bass")]


def chorale(steps, high=0, seed=0):
    """Columns of four voices, each in a range of its own, that move now and then."""
    walk = np.random.default_rng(seed).integers(0, 5, (steps, 4)).repeat(2, axis=0)[:steps]
    rows = [
        (voice, 120 * step, 48 + 8 * (3 - voice) + high + int(walk[step, voice]), 120, 80)
        for step in range(steps)
        for voice in range(4)
    ]
    return columns(rows, FOUR)


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(4)), elements=st.integers(0, 48)))
def test_every_array_comes_back(array):
    coder = representation(SPEC)
    score = coder.decode(array)
    assert [track.name for track in score.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]
    if not array.any():
        assert sum(len(track.notes) for track in score.tracks) == 0
        return
    steps = np.flatnonzero(array.any(axis=1))[-1] + 1
    assert np.array_equal(coder.encode(score), array[:steps]), "crossing and silent voices too"


@given(pieces(36, 84))
def test_what_was_encoded_once_comes_back_as_notes(before):
    coder = representation(SPEC)
    try:
        array, losses = coder.encode_columns(before)
    except RepresentationError:
        assert set(before.notes["track"].tolist()) == {2}
        return
    assert losses.notes == len(before)
    again = coder.encode(coder.decode(array))
    sounding = np.flatnonzero(array.any(axis=1))[-1] + 1
    assert np.array_equal(again, array[:sounding]), "silence at the end, of notes left out, is no note"


def test_the_numbers_of_a_small_piece_are_these():
    two = columns([(0, 0, 60, 960, 80), (1, 0, 48, 480, 80), (1, 720, 50, 240, 80)], [["", 0, 0], ["", 0, 0]])
    coder = representation(SPEC | {"voices": 2, "steps_per_beat": 2})
    assert coder.encode_columns(two)[0].tolist() == [[25, 13], [25, 13], [25, 0], [25, 15]]
    assert coder.size == 49 and coder.names == ("Voice 1", "Voice 2")


def test_notes_struck_again_are_one():
    again = columns([(0, 0, 60, 480, 80), (0, 480, 60, 480, 80)], [["Soprano", 0, 0]])
    coder = representation(SPEC)
    decoded = from_score(coder.decode(coder.encode_columns(again)[0]))
    assert decoded.notes["duration"].tolist() == [960]


def test_names_say_which_voice_a_track_is_and_mean_pitches_where_there_are_none():
    rows = [(0, 0, 50, 480, 80), (1, 0, 70, 480, 80), (2, 0, 60, 480, 80), (3, 0, 55, 480, 80)]
    coder = representation(SPEC)
    assert coder.encode_columns(columns(rows, FOUR))[0][0].tolist() == [15, 35, 25, 20]
    strange = [["x", 0, False]] * 4
    assert coder.encode_columns(columns(rows, strange))[0][0].tolist() == [35, 25, 20, 15]
    twice = [*FOUR[:3], FOUR[0]]
    assert coder.encode_columns(columns(rows, twice))[0][0].tolist() == [35, 25, 20, 15]


def test_tracks_become_the_voices_that_are_said():
    rows = [(0, 0, 50, 480, 80), (1, 480, 70, 480, 80)]
    coder = representation(SPEC)
    array, losses = coder.encode_tracks(columns(rows, FOUR), {0: 2, 1: 0})
    assert array.tolist() == [[0, 0, 15, 0]] * 4 + [[35, 0, 0, 0]] * 4
    assert losses.notes == 2
    with pytest.raises(RepresentationError, match="no note"):
        coder.encode_tracks(columns(rows, FOUR), {3: 0})


def test_still_items_are_whole_pieces_padded_to_the_longest():
    coder = representation(SPEC)
    found = coder.prepare([chorale(40), chorale(3)], Augmentation(moves=False))
    grids = found.still(np.array([1, 0]))
    assert len(found) == 2 and grids.cells.shape == (2, 40, 4)
    assert grids.lengths.tolist() == [3, 40] and grids.starts.tolist() == [0, 0]
    assert np.array_equal(grids.cells[1], coder.encode_columns(chorale(40))[0])
    assert not grids.cells[0, 3:].any()


def test_moved_items_are_crops_transposed_as_far_as_every_voice_stays_in_its_range():
    coder = representation(SPEC)
    low, high, wide = chorale(40), chorale(40, high=7, seed=1), chorale(40, seed=2)
    found = coder.prepare([low, high, wide], Augmentation(transpose=(-12, 12)))
    whole = coder.encode_columns(low)[0].astype(int)
    bounds = np.concatenate([coder.encode_columns(piece)[0] for piece in (low, high, wide)])
    shifts = set()
    for epoch in range(200):
        grids = found.moved(np.arange(len(found)), Rng(0).at("item", epoch))
        assert (grids.lengths == 8).all()
        assert (grids.cells.min((0, 1)) >= bounds.min(0)).all() and (grids.cells.max((0, 1)) <= bounds.max(0)).all()
        moved = grids.cells[0].astype(int) - whole[grids.starts[0] : grids.starts[0] + 8]
        assert np.ptp(moved) == 0
        shifts.add(int(moved[0, 0]))
    assert shifts == set(range(8)), "the shifts that fit, each of them"
    again = found.moved(np.array([3]), Rng(0).at("item", 199))
    assert np.array_equal(again.cells[0], grids.cells[3])


def test_silence_is_not_transposed_and_bounds_nothing():
    alone = columns([(0, 0, 60, 480, 80), (0, 960, 62, 480, 80)], FOUR)
    coder = representation(SPEC | {"window_steps": 16})
    found = coder.prepare([alone, columns([(0, 0, 70, 480, 80)], FOUR)], Augmentation(transpose=(-12, 12)))
    seen = {int(found.moved(np.array([0]), Rng(0).at(epoch)).cells[0].max()) for epoch in range(100)}
    assert max(seen) == 35 and min(seen) == 27
    cells = found.moved(np.array([0]), Rng(0)).cells[0]
    assert not cells[4:8].any() and not cells[:, 1:].any()


def test_a_piece_without_a_note_has_no_item():
    drums = columns([(0, 0, 60, 480, 80)], [["Soprano", 0, True]])
    found = representation(SPEC).prepare([drums, chorale(3)], Augmentation(moves=False))
    assert found.owner.tolist() == [1]
    assert [number for number, _ in found.refused] == [0]


def test_nothing_is_no_item():
    assert len(representation(SPEC).prepare([], Augmentation())) == 0


@pytest.mark.parametrize(
    ("array", "message"),
    [(np.zeros((3, 5), int), "stepsx4"), (np.full((3, 4), 49), "0 to 48"), (np.full((3, 4), -1), "0 to 48")],
)
def test_what_is_no_grid_is_refused(array, message):
    with pytest.raises(RepresentationError, match=message):
        representation(SPEC).decode(array)


@pytest.mark.parametrize(("key", "value"), [("windowsteps", 3), ("voices", 0), ("low", 90), ("assign", "best")])
def test_arguments_out_of_range_are_refused(key, value):
    with pytest.raises(RepresentationError):
        representation(SPEC | {key: value})


def test_velocity_cannot_be_varied():
    with pytest.raises(RepresentationError, match="velocity"):
        representation(SPEC).prepare([chorale(4)], Augmentation(velocity=(0.9, 1.1)))


def test_the_chorales_are_the_published_numbers(monkeypatch):
    """Every step of every voice of the file comes back, silences included."""
    import io
    import json
    import zipfile

    from modeloid.music import domain

    path = archive("jsb")
    monkeypatch.setenv("MODELOID_DATA", str(path.parent))
    with zipfile.ZipFile(path) as packed:
        name = next(name for name in packed.namelist() if name.endswith("Jsb16thSeparated.json"))
        content = json.load(io.TextIOWrapper(packed.open(name)))
    data = {"domain": "music", "sets": ["jsb-chorales"], "split": "published", "representation": SPEC}
    opened = domain.open(data)
    for part, steps in (("valid", 18_408), ("test", 18_900)):
        grids = opened.batch(part, np.arange(opened.size(part)), Rng(0))
        assert int(grids.lengths.sum()) == steps
        for cells, length, voices in zip(grids.cells, grids.lengths, content[part], strict=True):
            real = np.array(voices)
            assert np.array_equal(cells[:length], np.where(real < 0, 0, real - 35))
