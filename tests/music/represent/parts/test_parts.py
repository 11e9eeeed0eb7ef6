from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.cycle.rng import Rng
from modeloid.music.columns import Columns, from_score
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import Augmentation, representation
from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH, VELOCITY, cut, in_order

from ..strategies import columns

SPEC = {"kind": "parts", "window_bars": 2, "parts": ["drums", "MELODY", ["bass", 32, 39], ["keys", 0, 127]]}


def rows(*notes):
    return np.array(notes, np.int64).reshape(-1, 5)


@st.composite
def some_rows(draw):
    places = st.tuples(st.integers(0, 80), st.integers(1, 3), st.integers(0, 127))
    notes = [
        (onset, draw(st.integers(1, 20)), pitch, draw(st.integers(1, 127)), part)
        for onset, part, pitch in sorted(draw(st.sets(places, min_size=1, max_size=25)))
    ]
    return in_order(rows(*notes))


@given(some_rows())
def test_notes_come_back_as_they_were(before):
    coder = representation(SPEC)
    # by programs a melody, which goes by its track's name, comes back as well
    assert np.array_equal(coder.encode(coder.decode(before)), before)


@given(some_rows())
def test_columns_of_a_decoded_piece_are_sorted(before):
    score = representation(SPEC).decode(before)
    again = from_score(score)
    order = np.lexsort([again.notes[name] for name in ("duration", "pitch", "onset", "track")])
    assert np.array_equal(order, np.arange(len(before)))


def test_a_melody_goes_by_its_name_drums_by_their_flag_and_the_rest_by_program():
    tracks = [["Melody ", 35, False], ["MELODY", 0, True], ["x", 35, False], ["y", 100, False]]
    piece = columns([(track, 4 * track, 60 + track, 4, 90) for track in range(4)], tracks, 4)
    array, losses = representation(SPEC).encode_columns(piece)
    assert array[:, [ONSET, LENGTH, PITCH, PART]].tolist() == [
        [0, 4, 60, 1],
        [4, 1, 61, 0],
        [8, 4, 62, 2],
        [12, 4, 63, 3],
    ]
    assert losses.left_out == 0


def test_what_belongs_nowhere_and_bars_of_another_meter_are_counted():
    piece = columns([(0, 0, 60, 4, 90), (0, 20, 61, 4, 90), (1, 40, 62, 4, 90), (0, 44, 63, 4, 90)],
                    [["MELODY", 0, False], ["z", 90, False]], 4)  # fmt: skip
    about = {**piece.about, "meters": [[0, 4, 4], [16 * 120, 3, 4], [40 * 120, 4, 4]], "tpq": 480}
    piece = Columns({**piece.notes, "onset": piece.notes["onset"] * 480 // piece.about["tpq"],
                     "duration": piece.notes["duration"] * 480 // piece.about["tpq"]}, about)  # fmt: skip
    coder = representation({**SPEC, "parts": ["MELODY"]})
    array, losses = coder.encode_columns(piece)
    assert array[:, ONSET].tolist() == [0, 20] and array[:, PITCH].tolist() == [60, 63]
    assert (losses.other_meter, losses.dropped) == (1, 1)
    with pytest.raises(RepresentationError, match="the meter is 3/4"):
        representation({**SPEC, "other_meters": "refuse"}).encode_columns(piece)


def test_the_order_is_by_onset_part_and_falling_pitch_and_twins_are_one():
    made = in_order(rows((4, 1, 60, 9, 1), (0, 2, 50, 9, 0), (0, 5, 62, 9, 0), (0, 7, 50, 8, 0)))
    assert made.tolist() == [[0, 5, 62, 9, 0], [0, 7, 50, 8, 0], [4, 1, 60, 9, 1]]


def test_a_cut_begins_anew_and_holds_what_begins_there():
    whole = rows((0, 40, 60, 9, 0), (17, 1, 61, 9, 0), (31, 9, 62, 9, 0), (32, 1, 63, 9, 0))
    assert cut(whole, 1, 1)[:, [ONSET, PITCH]].tolist() == [[1, 61], [15, 62]]
    assert whole[1, ONSET] == 17


def song(bars, track=("MELODY", 0, False), pitch=60):
    return columns([(0, 16 * bar + 4 * beat, pitch + beat, 4, 60 + bar) for bar in range(bars) for beat in range(4)],
                   [list(track)], 4)  # fmt: skip


def test_items_are_windows_of_bars_and_short_pieces_say_so():
    items = representation(SPEC).prepare([song(5), song(1)], Augmentation(moves=False))
    batch = items.still(np.arange(len(items)))
    assert batch.bars.tolist() == [2, 2, 2, 1] and batch.firsts.tolist() == [0, 2, 3, 0]
    assert batch.owners.tolist() == [0, 0, 0, 1] and items.padded == 1
    assert np.array_equal(batch.of(1)[:, ONSET], 4 * np.arange(8))
    assert batch.of(2)[0, VELOCITY] == 63
    assert len(batch.of(3)) == 4


def test_in_train_items_begin_at_any_bar_and_are_varied_the_same_in_any_company():
    augment = Augmentation(transpose=(-3, 3), velocity=(0.5, 2.0), tempo=(0.5, 2.0))
    items = representation(SPEC).prepare([song(12), song(9, ("d", 0, True), 36)], augment)
    rng = Rng(3).at("item")
    every = items.moved(np.arange(len(items)), rng)
    alone = items.moved(np.array([4]), rng)
    assert np.array_equal(alone.of(0), every.of(4)) and alone.tempos_bpm[0] == every.tempos_bpm[4]
    seen = [items.moved(np.arange(len(items)), rng.at(turn)) for turn in range(40)]
    first = [batch.of(0)[0] for batch in seen]
    assert {int(row[PITCH]) for row in first} == set(range(57, 64))
    assert len({int(batch.firsts[0]) for batch in seen}) > 1
    assert len({float(batch.tempos_bpm[0]) for batch in seen}) > 10
    drums = [batch.of(len(items) - 1) for batch in seen]
    assert all((row[:, PITCH] >= 36).all() and (row[:, PITCH] <= 39).all() for row in drums)


@pytest.mark.parametrize(("at_ends", "at_first", "at_last"), [(0, 0.1, 0.1), (0.5, 0.55, 0.55), (1, 1, 1)])
def test_more_items_than_by_chance_begin_and_end_with_their_pieces(at_ends, at_first, at_last):
    spec = {**SPEC, "window_bars": 10, "at_ends": at_ends}
    items = representation(spec).prepare([song(39)] * 100, Augmentation())
    begun = items.moved(np.arange(len(items)), Rng(0)).firsts.reshape(100, 4)
    # each of four items has 7 or 8 bars to begin at
    assert abs((begun[:, 0] == 0).mean() - at_first) < 0.12
    assert abs((begun[:, 3] == 29).mean() - at_last) < 0.12
    assert len(np.unique(begun[:, 1])) > 5 and not np.isin(begun[:, 1:3], (0, 29)).any()


def test_pieces_without_a_note_have_no_item_and_are_named():
    items = representation({**SPEC, "parts": ["MELODY"]}).prepare([song(2, ("x", 0, False)), song(2)], Augmentation())
    assert len(items) == 1 and items.owner.tolist() == [1] and items.refused[0][0] == 0


@pytest.mark.parametrize(
    "array", [np.zeros((2, 4), int), rows((0, 0, 60, 9, 0)), rows((0, 1, 60, 9, 4)), rows((0, 1, 128, 9, 1))]
)
def test_what_are_no_notes_is_refused(array):
    with pytest.raises(RepresentationError):
        representation(SPEC).decode(array)


@pytest.mark.parametrize(
    "change",
    [
        {"window_bars": 0},
        {"parts": []},
        {"tempo_bpm": 2},
        {"at_ends": 1.1},
        {"at_ends": "all"},
        {"other_meters": "x"},
        {"part": []},
    ],
)
def test_arguments_out_of_range_are_refused(change):
    with pytest.raises(RepresentationError):
        representation({**SPEC, **change})


def test_a_tempo_is_the_mean_over_the_piece():
    piece = song(2)
    half = piece.about["tpq"] * 4
    slow = Columns(piece.notes, {**piece.about, "tempos": [[0, 500_000], [half, 1_000_000]]})
    items = representation(SPEC).prepare([slow], Augmentation(moves=False))
    assert items.still(np.array([0])).tempos_bpm[0] == pytest.approx(80.0)
    assert BAR_STEPS == 16


PADDED = {**SPEC, "other_meters": "pad"}


def in_meters(onsets, *meters):
    piece = columns([(3, onset, 60, 1, 90) for onset in onsets], [["", 0, False]] * 4, 4)
    return Columns(piece.notes, {**piece.about, "meters": [list(meter) for meter in meters]})


def padded(onsets, *meters):
    found, losses = representation(PADDED).encoded(in_meters(onsets, *meters))
    assert losses.left_out == 0
    return found.rows[:, ONSET].tolist(), found.bars


def test_padded_bars_of_other_meters_have_slots_of_their_own():
    assert padded([0, 4, 11, 12, 35], (0, 3, 4)) == ([0, 4, 11, 16, 43], 3)
    assert padded([0, 7, 8, 16], (0, 2, 4)) == ([0, 7, 8, 16], 2)
    assert padded([0, 12, 23, 24], (0, 12, 8)) == ([0, 16, 27, 32], 4)
    assert padded([0, 4, 8, 20], (0, 1, 4), (4, 4, 4)) == ([0, 16, 20, 32], 3)
    # without padding these bars are left out
    with pytest.raises(RepresentationError):
        representation(SPEC).encoded(in_meters([0, 4], (0, 3, 4)))


def test_bars_of_four_quarters_are_what_they_are_without_padding():
    for onsets in ([0, 3, 17, 40], [5, 100]):
        piece = in_meters(onsets, (0, 4, 4))
        plain = representation(SPEC).encoded(piece)[0]
        found = representation(PADDED).encoded(piece)[0]
        assert np.array_equal(plain.rows, found.rows) and plain.bars == found.bars


@given(some_rows(), st.sampled_from([3, 4]))
def test_padded_notes_come_back_in_their_meter(before, beats):
    coder, free = representation(PADDED), 4 * beats
    before = in_order(rows(*[(at // free * 16 + at % free, *rest) for at, *rest in before.tolist()]))
    piece = coder.decode(before)
    assert np.array_equal(coder.encode(piece), before)
    assert piece.time_signatures[0].numerator in (3, 4)


def test_a_padded_piece_in_three_has_no_gaps_when_it_is_decoded():
    before = rows(*[(16 * bar + step, 4, 60, 90, 3) for bar in range(4) for step in (0, 4, 8)])
    piece = representation(PADDED).decode(before)
    assert [(one.numerator, one.denominator) for one in piece.time_signatures] == [(3, 4)]
    assert np.diff(from_score(piece).notes["onset"]).tolist() == [480] * 11
    assert representation(SPEC).decode(before).time_signatures[0].numerator == 4


@pytest.mark.parametrize(
    "bar", [[(0, 16, 60)], [(0, 8, 60), (8, 8, 60)], [(0, 16, 48), (0, 4, 60), (4, 4, 62), (8, 8, 64)]]
)
def test_padded_bars_of_four_whose_last_beat_only_sounds_on_stay_bars_of_four(bar):
    before = rows(*[(16 * number + at, length, pitch, 90, 3) for number in range(8) for at, length, pitch in bar])
    piece = representation(PADDED).decode(in_order(before))
    assert [(one.numerator, one.denominator) for one in piece.time_signatures] == [(4, 4)]
    assert piece.end() == 8 * 4 * piece.ticks_per_quarter


def test_a_bar_of_any_meter_keeps_its_order():
    draw = np.random.default_rng(0)
    for numerator, denominator in ((5, 8), (13, 16), (27, 32), (9, 8), (65, 4), (1, 16), (7, 8)):
        onsets = np.unique(draw.integers(0, 400, 60))
        found, _ = padded(onsets.tolist(), (0, numerator, denominator))
        assert (np.diff(found) > 0).all()


def test_every_note_knows_its_row():
    """Of notes that are one row both, of notes left out none."""
    piece = columns(
        [(3, 0, 60, 4, 90), (3, 1, 64, 4, 70), (0, 2, 40, 1, 50), (3, 0, 60, 1, 80)], [["", 0, False]] * 4, 8
    )
    piece.about["tracks"][0] = ["x", 50, False]
    coder = representation({**SPEC, "parts": [["keys", 0, 31]]})
    found, number = coder.numbered(piece)
    assert np.array_equal(found.rows, coder.encoded(piece)[0].rows)
    for note, row in enumerate(number):
        if piece.notes["track"][note] == 0:
            assert row == -1
        else:
            assert found.rows[row, PITCH] == piece.notes["pitch"][note]
    assert (number >= 0).sum() == 3 and len(found.rows) == 2
