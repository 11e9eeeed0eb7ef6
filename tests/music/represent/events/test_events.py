from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.music.columns import from_score
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import representation

from ...pieces import piece
from ..strategies import DRUM_TRACK, columns, pieces, same_notes

SPEC = {"kind": "events", "low": 0, "high": 128, "drums": [0, 128]}
WHOLE = representation(SPEC)
KNOWN = WHOLE.known


def names(coder, tokens):
    every = coder.vocabulary()
    return [every[token] for token in tokens]


@st.composite
def exact(draw):
    """Pieces that the vocabulary can say without loss: 8 steps a quarter, known durations, velocities and tempi."""
    row = st.tuples(
        st.integers(0, 2),
        st.integers(0, 200),
        st.integers(0, 127),
        st.sampled_from(KNOWN.durations.tolist()),
        st.sampled_from(KNOWN.velocities.tolist()),
    )
    rows = draw(st.lists(row, min_size=1, max_size=30))
    meters, step = [(0, 4, 4)], 0
    for meter in draw(st.lists(st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (5, 4)]), max_size=3)):
        step += 2 * 32 * meters[-1][1] // meters[-1][2]
        if meter != meters[-1][1:]:
            meters.append((step, *meter))
    steps = sorted(draw(st.sets(st.integers(1, 220), max_size=3)))
    tempos = [(0, draw(st.integers(0, 31)))]
    for at in steps:
        number = draw(st.integers(0, 31))
        if number != tempos[-1][1]:
            tempos.append((at, number))
    mspq = [(at, round(6e7 / KNOWN.tempos[number])) for at, number in tempos]
    used = sorted({row[0] for row in rows})
    tracks = [["", 0, False], ["", 33, False], DRUM_TRACK]
    rows = [(used.index(track), *rest) for track, *rest in rows]
    return columns(rows, [tracks[track] for track in used], 8, meters, mspq)


@given(exact())
def test_what_the_vocabulary_can_say_comes_back(before):
    tokens, losses = WHOLE.encode_columns(before)
    after = WHOLE.decode_columns(tokens)
    scale = after.about["tpq"] // 8
    assert same_notes(before, after)
    assert after.about["tracks"] == before.about["tracks"]
    for key in ("meters", "tempos"):
        assert after.about[key] == [[row[0] * scale, *row[1:]] for row in before.about[key]]
    assert losses.left_out == losses.shortened == losses.meters_moved == 0


@given(pieces(), st.booleans(), st.sampled_from([8, 12]))
def test_what_was_encoded_once_comes_back_as_it_is(before, programs, steps):
    coder = representation(SPEC | {"programs": programs, "steps_per_beat": steps, "durations": [[6, 4]]})
    tokens, losses = coder.encode_columns(before)
    assert losses.notes == len(before)
    assert losses.left_out == 0
    score = coder.decode(tokens)
    assert np.array_equal(coder.encode(score), tokens)
    assert len(from_score(score)) == len(before)


@given(pieces())
def test_times_are_off_by_half_a_step_at_most(before):
    after = WHOLE.decode_columns(WHOLE.encode_columns(before)[0])
    half = 0.5 / 8 + 1e-9
    for track in range(2):
        ours = [np.sort(p.notes["onset"][p.notes["track"] == track] / p.about["tpq"]) for p in (before, after)]
        if len(after.about["tracks"]) == 3:
            assert np.abs(ours[0] - ours[1]).max(initial=0) <= half


@given(st.lists(st.integers(0, KNOWN.size - 1), max_size=120))
def test_random_tokens_decode_and_what_they_say_is_stable(ids):
    first = WHOLE.decode_columns(np.array(ids, np.int64))
    if not len(first):
        return
    again = WHOLE.decode_columns(WHOLE.encode_columns(first)[0])
    assert same_notes(first, again)


@given(st.lists(pieces(), min_size=1, max_size=5), st.booleans(), st.sampled_from(["pitch", "duration"]))
def test_many_at_once_are_each_alone(some, ends, order):
    coder = representation(SPEC | {"ends": ends, "order": order})
    encoded = coder.encode_many(some)
    total = sum((coder.encode_columns(one)[1] for one in some), type(encoded.losses)())
    for number, one in enumerate(some):
        alone = encoded.tokens[encoded.edges[number] : encoded.edges[number + 1]]
        assert np.array_equal(alone, coder.encode_columns(one)[0])
    assert encoded.losses == total


def test_the_tokens_of_a_small_piece_are_these():
    rows = [(0, 0, 60, 480, 80), (0, 960, 64, 240, 80), (1, 960, 36, 60, 127), (0, 3840, 62, 480, 40)]
    small = columns(rows, [["x", 5, False], DRUM_TRACK], meters=[(0, 2, 4), (1920, 3, 4)], tempos=[(960, 400_000)])
    assert " ".join(names(WHOLE, WHOLE.encode_columns(small)[0])) == (
        "Bar Meter_2/4 Position_0 Tempo_121.29 Program_5 Pitch_60 Velocity_79 Duration_8 "
        "Bar Meter_2/4 Position_0 Tempo_148.39 Program_5 Pitch_64 Velocity_79 Duration_4 "
        "Program_drums Drum_36 Velocity_127 Duration_1 Bar Meter_3/4 "
        "Bar Meter_3/4 Position_8 Program_5 Pitch_62 Velocity_39 Duration_8"
    )


def test_types_that_are_left_out_take_no_numbers_and_no_tokens():
    bare = {"velocities": 0, "tempos": 0, "meters": [], "programs": False, "drums": [], "ends": True}
    coder = representation(SPEC | bare)
    tokens, losses = coder.encode_columns(columns([(0, 0, 60, 480, 80), (1, 0, 36, 60, 127)], [["", 9, 0], DRUM_TRACK]))
    assert names(coder, tokens) == ["Begin", "Bar", "Position_0", "Pitch_60", "Duration_8", "End"]
    assert losses.drums == 1
    assert coder.decode_columns(tokens).notes["velocity"].tolist() == [80]
    assert {name.partition("_")[0] for name in coder.vocabulary()} == {
        "Pad", "Begin", "End", "Bar", "Position", "Pitch", "Duration",
    }  # fmt: skip


def test_every_number_has_a_name_of_its_own():
    every = WHOLE.vocabulary()
    assert len(every) == len(set(every)) == KNOWN.size
    assert every[:4] == ["Pad", "Begin", "End", "Bar"]
    for name, block in KNOWN.blocks.items():
        assert {every[token].partition("_")[0] for token in range(block.first, block.first + block.size)} <= {name}


def test_what_has_no_place_is_counted():
    rows = [(0, 0, 20, 480, 80), (0, 0, 60, 20 * 480, 80), (1, 0, 26, 60, 127), (1, 0, 36, 60, 127)]
    mixed = columns(rows, [["x", 5, False], DRUM_TRACK], meters=[(0, 4, 4), (500, 3, 4)])
    losses = representation({"kind": "events"}).encode_columns(mixed)[1]
    assert (losses.notes, losses.out_of_range, losses.drums) == (4, 1, 1)
    assert (losses.shortened, losses.meters_moved) == (1, 1)


def test_a_piece_without_notes_or_of_an_unknown_meter_is_refused():
    with pytest.raises(RepresentationError, match="no note to encode, of 0"):
        WHOLE.encode_columns(piece([]))
    with pytest.raises(RepresentationError, match="no note to encode, of 1"):
        representation({"kind": "events"}).encode_columns(piece([(0, 1, 3)]))
    odd = columns([(0, 0, 60, 480, 80)], [["", 0, 0]], meters=[(0, 4, 4), (3840, 11, 16)])
    with pytest.raises(RepresentationError, match=r"quarter 8: the meter 11/16 is none of those known"):
        WHOLE.encode_columns(odd)
    good = piece([(0, 1, 60)])
    encoded = WHOLE.encode_many([odd, good, piece([])])
    assert [number for number, _ in encoded.refused] == [0, 2]
    assert np.array_equal(encoded.tokens, WHOLE.encode_columns(good)[0])
    assert np.diff(encoded.edges).tolist() == [0, len(encoded.tokens), 0]


def test_a_piece_that_lasts_for_days_is_refused_and_many_long_ones_are_not(monkeypatch):
    far = columns([(0, 0, 60, 480, 80), (0, 2**31 - 500, 60, 480, 80)], [["", 0, 0]], tpq=1)
    late = columns([(0, 0, 60, 480, 80)], [["", 0, 0]], tpq=1, tempos=[(2**31 - 500, 300_000)])
    short = piece([(0, 1, 60)])
    encoded = WHOLE.encode_many([short, far, short, late, short])
    assert [(number, "more than" in why) for number, why in encoded.refused] == [(1, True), (3, True)]
    assert len(encoded.tokens) == 3 * len(WHOLE.encode_columns(short)[0])
    some = [piece([(float(k), 1, 60)]) for k in range(9)]
    whole = WHOLE.encode_many(some)
    monkeypatch.setattr("modeloid.music.represent.events.encode._MOST_STEPS", 130)
    parted = WHOLE.encode_many(some)
    assert np.array_equal(parted.tokens, whole.tokens)
    assert np.array_equal(parted.edges, whole.edges)
    assert parted.refused == ()


def test_what_is_no_row_of_tokens_is_refused():
    for bad, text in ([[[1]], "one row"], [[0.5], "one row"], [[-1], "0 to"], [[KNOWN.size], "0 to"]):
        with pytest.raises(RepresentationError, match=text):
            WHOLE.decode(np.array(bad))
    assert WHOLE.decode(np.zeros(5, np.int64)).note_num() == 0
    assert WHOLE.decode(np.zeros(0)).note_num() == 0


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"velocity": 3}, "Did you mean 'velocities'"),
        ({"order": "pich"}, "Did you mean 'pitch'"),
        ({"crop": "bars"}, "Did you mean 'bar'"),
        ({"durations": []}, "no list"),
        ({"durations": [[4, 3]]}, "do not lie on a grid"),
        ({"durations": [[4, 8], [4, 4]]}, "out of range"),
        ({"meters": [[4, 5]]}, "meter 4/5 is none"),
        ({"meters": [[1, 64]]}, "no whole number of steps"),
        ({"meters": [[4, 4], [4, 4]]}, "twice"),
        ({"drums": [30]}, "no range"),
        ({"drums": [50, 40]}, "not below"),
        ({"tempo_range": [100, 50]}, "empty"),
        ({"ends": 1}, "neither true nor false"),
        ({"low": 60, "high": 60}, "not below"),
        ({"window_tokens": 0}, "1 to 65536"),
        ({"steps_per_beat": 96, "meters": [[64, 1]], "durations": [[256, 96]]}, "the vocabulary would have"),
    ],
)
def test_what_cannot_be_built_is_refused(change, text):
    with pytest.raises(RepresentationError, match=text):
        representation({"kind": "events"} | change)


def test_the_spec_says_everything():
    coder = representation(SPEC)
    assert representation(coder.spec).spec == coder.spec
    assert coder.shape == (512,)
