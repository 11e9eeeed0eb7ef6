"""Pieces in and pieces out: read, transferred by a network that copies, and written again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.backends.arguments import ParameterError, WishError
from modeloid.backends.pairs import Items, known, sampled, understood
from modeloid.backends.pairs.items import fitted
from modeloid.backends.pairs.made import notes, settled, transported, velocities
from modeloid.backends.pairs.sampling import Memory
from modeloid.backends.pairs.source import read
from modeloid.cycle.rng import Rng
from modeloid.music.columns import Columns, from_score, to_score
from modeloid.music.represent import representation

SPEC = {"kind": "multitrack", "tracks": "one", "window_bars": 2, "low": 48, "high": 72}
ITEMS = Items((2, 16, 24, 1), ("a", "b"), SPEC)
ROLLED = Items((32, 24), ("a", "b"), {"kind": "roll", "window_steps": 32, "low": 48, "high": 72})


def a_piece(rows, meters=((0, 4, 4),), tpq=480, tempo=600_000, program=3, drums=()):
    """Rows of (onset, duration) in sixteenths, pitch, velocity."""
    step = tpq // 4
    every = [*((*row, 0) for row in rows), *((*row, 1) for row in drums)]
    column = np.array(every, np.int64).reshape(-1, 5)
    columns = {
        "onset": column[:, 0] * step,
        "duration": column[:, 1] * step,
        "pitch": column[:, 2],
        "velocity": column[:, 3],
        "track": column[:, 4],
    }
    tracks = [["lead", program, False], ["drums", 0, True]]
    frame = {"tpq": tpq, "tracks": tracks, "tempos": [[0, tempo]], "meters": [list(m) for m in meters], "keys": []}
    return to_score(Columns(columns, frame))


TUNE = [(step, 2, 50 + step % 12, 40 + step) for step in range(0, 80, 2)]


def copied(piece, items=ITEMS, memory=None, apply=lambda rows: rows, n=1, **wishes):
    memory = memory or Memory(np.zeros((0, *items.image), np.uint8), np.zeros((2, 128), np.int64))
    wish = understood({"piece": piece, **wishes}, items, memory.struck)
    return sampled(n, Rng(0), wish, items, memory, 4, apply)


def table(score):
    found = from_score(score)
    return list(zip(*(found.notes[name].tolist() for name in ("onset", "duration", "pitch", "velocity")), strict=True))


def test_a_copying_network_gives_the_piece_back_with_its_tempo_meter_program_and_velocities():
    piece = a_piece(TUNE, tempo=456_789, tpq=240)
    (made,) = copied(piece)
    assert table(made) == table(piece)
    about = from_score(made).about
    assert about["tempos"] == [[0, 456_789]]
    assert about["meters"] == [[0, 4, 4]]
    assert about["tracks"][0][:2] == ["lead", 3]
    assert about["tpq"] == 240


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9), st.integers(48, 71)), min_size=1, max_size=30))
def test_any_piece_comes_back_in_its_cells(rows):
    rows = [*rows, (40, 1, 60)]
    piece = a_piece([(*row, 70) for row in rows])
    coder = representation({"kind": "roll", "low": 48, "high": 72})
    (made,) = copied(piece, ROLLED)
    assert (coder.encode(made) == coder.encode(piece)).all()


def test_a_key_that_is_struck_again_is_struck_again():
    piece = a_piece([(0, 4, 60, 90), (4, 4, 60, 50), (8, 24, 62, 70)])
    assert table(copied(piece)[0]) == table(piece)
    held = notes(np.ones((1, 4, 1), bool), np.zeros((0, 3), np.int64))
    assert held.tolist() == [[0, 4, 0]]


def test_a_note_across_windows_stays_one_note():
    piece = a_piece([(0, 96, 60, 90), (0, 1, 55, 30)])
    assert table(copied(piece)[0]) == table(piece)


def test_tempo_can_be_wished():
    (made,) = copied(a_piece(TUNE), tempo_bpm=100)
    assert from_score(made).about["tempos"] == [[0, 600_000]]


def test_velocities_can_be_spread_as_the_other_groups():
    counts = np.zeros((2, 128), np.int64)
    counts[0, 40:120] = 1
    counts[1, 20:60] = 2
    memory = Memory(np.zeros((0, *ITEMS.image), np.uint8), counts)
    (made,) = copied(a_piece(TUNE), memory=memory, velocities="target")
    assert [row[3] for row in table(made)] == [20 + step // 2 for step in range(0, 80, 2)]


@given(st.lists(st.integers(1, 127), min_size=2, max_size=40))
def test_transport_keeps_the_order_of_velocities(values):
    counts = np.random.default_rng(0).integers(0, 5, (2, 128))
    counts[:, 0] = 0
    given_ = np.sort(np.array(values))
    made = transported(given_, counts, 1)
    assert (np.diff(made) >= 0).all()
    assert made.min() >= 1 and made.max() <= 127


def test_velocities_are_those_of_the_nearest_note():
    struck = np.array([[0, 5, 10], [0, 9, 20], [4, 5, 30]])
    made = np.array([[0, 1, 6], [0, 1, 20], [1, 2, 5], [3, 4, 9], [50, 51, 0]])
    assert velocities(made, struck).tolist() == [10, 20, 10, 30, 30]


def test_pieces_that_cannot_be_transferred():
    for piece, items, text in (
        (a_piece([(0, 2, 60, 70)]), ITEMS, "too short to transfer: 2 steps"),
        (a_piece(TUNE, meters=[(0, 3, 4)]), ITEMS, "the piece is in 3/4, this modeloid knows 4/4"),
        (a_piece([(0, 32, 90, 70)]), ITEMS, "no note to transfer, of 1"),
        (a_piece([], drums=[(0, 32, 60, 70)]), ITEMS, "no note to transfer, of 1"),
    ):
        with pytest.raises(WishError, match=text):
            read(piece, items)


def test_a_wrong_meter_can_be_ignored():
    piece = a_piece(TUNE, meters=[(0, 3, 4)])
    (made,) = copied(piece, meter="ignored")
    assert table(made) == table(piece)
    assert from_score(made).about["meters"] == [[0, 3, 4]]


def test_a_few_bars_of_another_meter_stay():
    piece = a_piece(TUNE, meters=[(0, 4, 4), (960, 2, 4), (1920, 4, 4)])
    assert from_score(copied(piece)[0]).about["meters"] == [[0, 4, 4], [960, 2, 4], [1920, 4, 4]]


def test_a_roll_knows_no_meter():
    assert read(a_piece(TUNE, meters=[(0, 3, 4)]), ROLLED).roll.shape == (1, 80, 24)


def test_onsets_travel_as_a_second_channel():
    items = Items((32, 24, 2), ("a", "b"), {"kind": "roll", "window_steps": 32, "low": 48, "high": 72, "onset": True})
    piece = a_piece([(0, 4, 60, 90), (4, 4, 60, 50), (8, 24, 62, 70)])
    assert read(piece, items).roll.shape == (2, 32, 24)
    assert table(copied(piece, items)[0]) == table(piece)


def test_without_a_piece_kept_items_are_transferred():
    kept = np.zeros((2, 1, 32, 24), np.uint8)
    kept[0, 0, :16, 3], kept[1, 0, 8:, 7] = 50, 99
    memory = Memory(kept, np.zeros((2, 128), np.int64))
    wish = understood({}, ITEMS, memory.struck)
    pieces = sampled(9, Rng(0), wish, ITEMS, memory, 4, lambda rows: rows)
    found = {tuple(table(piece)) for piece in pieces}
    assert found == {((0, 1920, 51, 50),), ((960, 2880, 55, 99),)}
    few = sampled(3, Rng(0), wish, ITEMS, memory, 4, lambda rows: rows)
    assert [table(piece) for piece in few] == [table(piece) for piece in pieces[:3]]


def test_a_modeloid_that_was_never_trained_gets_notes_at_random():
    memory = Memory(np.zeros((0, 1, 32, 24), np.uint8), np.zeros((2, 128), np.int64))
    wish = understood({}, ITEMS, memory.struck)
    pieces = sampled(2, Rng(0), wish, ITEMS, memory, 4, lambda rows: rows)
    assert len(table(pieces[0])) > 4
    assert table(pieces[0]) != table(pieces[1])


def test_cells_are_drawn_at_a_temperature():
    likely = np.full((1, 100, 100), 0.3, np.float32)
    generator = np.random.default_rng(0)
    assert not settled(likely, 0, generator).any()
    assert settled(likely, 1.0, generator).mean() == pytest.approx(0.3, abs=0.02)
    assert 0 < settled(likely, 0.2, generator).mean() < 0.1


def test_a_group_that_ran_out_has_no_images():
    given_ = {"a": np.zeros((3, 2, 16, 24, 1), np.float32), "b": np.zeros((0, 2, 16, 24, 1), np.float32)}
    assert {name: images.shape for name, images in ITEMS.batch(given_).items()} == {
        "a": (3, 1, 32, 24),
        "b": (0, 1, 32, 24),
    }


def test_groups_are_needed():
    from types import SimpleNamespace

    for shape, groups, text in (
        ((2, 16, 24, 1), (), "no groups"),
        ((2, 16, 24, 1), ("a", "b", "c", "d"), "4 groups"),
        ((2, 16, 24, 5), ("a", "b"), "no rolls of one track"),
        ((32,), ("a", "b"), "no rolls of one track"),
    ):
        with pytest.raises(ParameterError, match=text):
            fitted(SimpleNamespace(shape=shape, groups=groups))
    assert fitted(SimpleNamespace(shape=(32, 24), groups=("a", "b"))) == {"shape": [32, 24], "groups": ["a", "b"]}


def test_wishes_name_the_groups_that_pieces_can_go_to():
    assert known(("x", "y"))["to"] == ("the group that it goes to: x or y", "y")
    assert known(("x", "y"), (1,))["to"] == ("the group that it goes to: y", "y")
