from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.annotate import LEAST_NOTES, LEAST_PATTERNS, MOST_NOTES, annotate
from modeloid.music.columns import Columns, to_score
from modeloid.music.measure.table import METRICS
from modeloid.music.originality import DRUMS, Index

from .measure.small_pieces import rows_piece
from .originality.test_originality import melody
from .pieces import piece
from .real_domains import chorales, songs

KNOWN = Index([piece(melody(seed)) for seed in range(20)], [f"tune {seed}" for seed in range(20)])


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    with chorales(tmp_path_factory.mktemp("chorales")) as opened:
        yield opened


def plain(said):
    """The same as it comes back from a file; NaN and infinity are refused."""
    return json.loads(json.dumps(said, allow_nan=False))


def shifted(columns, semitones, ticks=0):
    pitch = (columns.notes["pitch"].astype(int) + semitones).astype("u1")
    return Columns(columns.notes | {"pitch": pitch, "onset": columns.notes["onset"] + ticks}, columns.about)


def shuffled(columns, seed=0):
    """The same pitches in another order."""
    return Columns(
        columns.notes | {"pitch": np.random.default_rng(seed).permutation(columns.notes["pitch"])}, columns.about
    )


def test_what_is_said_of_a_small_piece():
    columns = rows_piece([(0, 4, 60, 80, 0), (4, 4, 64, 90, 0), (8, 12, 36, 100, 1)], [(0, False), (0, True)])
    [said] = annotate([columns])
    assert said["tracks"] == [
        {"name": "t0", "program": 0, "drum": False, "notes": 2},
        {"name": "t1", "program": 0, "drum": True, "notes": 1},
    ]
    # five quarters at 120 a minute, where no tempo is given
    assert (said["length_s"], said["tempo"]) == (2.5, 120.0)
    expected = {"notes": 3, "bars": 2, "length_beats": 5.0, "pitch_range": 4.0, "velocity_mean": 90.0, "polyphony": 1.0}
    assert {name: said["metrics"][name] for name in expected} == expected
    assert "groove_consistency" in said["metrics"]
    assert "tonal_distance" not in said["metrics"]
    assert set(said["metrics"]) - {"notes", "bars", "length_beats"} <= set(METRICS)
    assert "originality" not in said


def test_the_tempo_is_that_of_the_whole_piece():
    columns = piece([(0, 4, 60), (4, 4, 62)])
    columns.about["tempos"] = [[0, 500_000], [4 * 480, 1_000_000]]
    [said] = annotate([columns])
    assert said["length_s"] == 6.0
    assert said["tempo"] == 80.0


@pytest.mark.parametrize(
    ("tempos", "length_s"),
    [
        ([[0, 500_000], [4 * 480, 1_000_000]], 6.0),
        # in another order; and of two at one tick the last one holds
        ([[4 * 480, 1_000_000], [0, 500_000]], 6.0),
        ([[4 * 480, 250_000], [0, 500_000], [4 * 480, 1_000_000]], 6.0),
        # at 120 up to the first one
        ([[4 * 480, 1_000_000]], 6.0),
        # behind the last note nothing counts
        ([[0, 500_000], [8 * 480, 1_000_000]], 4.0),
        ([[0, 500_000], [80 * 480, 1_000_000]], 4.0),
        ([[80 * 480, 1_000_000], [90 * 480, 250_000]], 4.0),
    ],
)
def test_the_length_follows_the_tempos_up_to_the_last_note(tempos, length_s):
    columns = piece([(0, 4, 60), (4, 4, 62)])
    columns.about["tempos"] = tempos
    [said] = annotate([columns])
    assert said["length_s"] == length_s
    assert said["tempo"] == 60 * 8 / length_s


def test_the_tempo_of_silence_is_the_earliest():
    empty = piece([])
    empty.about["tempos"] = [[1920, 1_000_000], [0, 500_000], [0, 600_000]]
    assert annotate([empty])[0]["tempo"] == 100.0


def test_silence_is_no_error():
    empty = piece([])
    empty.about["tempos"] = [[0, 600_000]]
    first, second, third = annotate([empty, piece([(0, 1, 60)]), rows_piece([], [])], KNOWN)
    assert first["metrics"] == {"notes": 0, "bars": 0, "length_beats": 0.0} == third["metrics"]
    assert (first["length_s"], first["tempo"], third["tempo"]) == (0.0, 100.0, 120.0)
    assert first["tracks"][0]["notes"] == 0
    assert third["tracks"] == []
    assert first["originality"] == {"longest_run": 0} == second["originality"]
    assert annotate([], KNOWN) == []


@pytest.mark.parametrize(("semitones", "bars"), [(0, 0), (5, 2), (-3, 1)])
def test_a_copy_is_shown_beside_what_it_copies(semitones, bars):
    [said] = annotate([shifted(piece(melody(7)), semitones, ticks=bars * 4 * 480)], KNOWN)
    found = said["originality"]
    assert (found["nearest"], found["nearest_share"], found["copied"]) == ("tune 7", 1.0, 1.0)
    passage = found["passage"]
    assert passage["length"] == found["longest_run"] == 59
    made, trained = passage["made"], passage["trained"]
    assert trained["piece"] == "tune 7"
    assert made["bar"] == trained["bar"] + bars
    assert made["beat"] == trained["beat"]
    assert len(made["notes"]) == len(trained["notes"]) == MOST_NOTES
    # the run begins with the second note: the first interval has no rhythm before it
    second = melody(7)[1:]
    beat = (trained["bar"] - 1) * 4 + trained["beat"] - 1
    assert [[onset + beat, length, pitch] for onset, length, pitch in trained["notes"]] == [
        list(note) for note in second[:MOST_NOTES]
    ]
    assert [note[2] - semitones for note in made["notes"]] == [note[2] for note in trained["notes"]]


def test_a_passage_of_four_voices_is_one_line_of_them():
    voices = [[(0, 4), (4, 2), (6, 2), (8, 4), (12, 8), (20, 4), (24, 4)], [(0, 8), (8, 8), (16, 12)]]
    rows = [
        (onset, length, 72 - 12 * voice + (onset * 5) % 7, 80, voice)
        for voice, notes in enumerate(voices)
        for onset, length in notes
    ]
    columns = rows_piece(rows, [(0, False)] * 2)
    [said] = annotate([columns], Index([columns], ["a"]))
    passage = said["originality"]["passage"]
    assert passage["length"] == 6
    assert [note[2] for note in passage["made"]["notes"]] == [row[2] for row in rows[1:7]]
    assert passage["made"]["notes"] == passage["trained"]["notes"]


def test_a_stranger_has_no_passage_and_a_short_run_shows_none():
    [stranger] = annotate([shuffled(piece(melody(7)))], KNOWN)
    assert stranger["originality"]["copied"] == 0.0
    assert "nearest" not in stranger["originality"]
    assert stranger["originality"]["longest_run"] < 8
    notes = [(0, 1, 60), (1, 1, 61), (2, 1, 63), (3, 1, 62), (4, 1, 65)]
    for run in (LEAST_NOTES - 1, LEAST_NOTES):
        # the run begins with the second note
        known = piece(notes[: run + 1])
        [little] = annotate([known], Index([known], ["little"]))
        assert little["originality"]["longest_run"] == run
        assert ("passage" in little["originality"]) == (run == LEAST_NOTES)
    assert [note[2] for note in little["originality"]["passage"]["made"]["notes"]] == [61, 63, 62, 65]


def test_two_bars_of_drums_are_shown_and_one_is_not():
    for bars in (1, LEAST_PATTERNS):
        beat = piece([(4 * bar + at / (bar + 1), 0.25, 36) for bar in range(bars) for at in range(4)], drum=True)
        [said] = annotate([beat], drums=Index([beat], ["beat"], DRUMS))
        found = said["originality"]["drums"]
        assert found["longest_run"] == bars
        assert ("passage" in found) == (bars == LEAST_PATTERNS)
    assert len(found["passage"]["made"]["notes"]) == 8


ROWS = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 70), st.integers(0, 127), st.integers(0, 127), st.integers(0, 2)),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=3))
def test_whatever_is_said_json_can_hold(pieces):
    made = [rows_piece(rows, [(0, False), (33, False), (0, True)]) for rows in pieces]
    said = annotate(made, KNOWN)
    assert plain(said) == said
    assert said == [annotate([one], KNOWN)[0] for one in made]


def test_a_copied_chorale_is_found_with_its_bar_and_a_shuffled_one_is_not(real):
    source, name = real.pieces("train")[3], real.piece_names("train")[3]
    bars = 2
    half = source.end_tick // 2
    kept = source.notes["onset"] >= half // (4 * 480) * 4 * 480
    part = Columns({key: column[kept] for key, column in source.notes.items()}, source.about)
    first = int(part.notes["onset"].min())
    moved = shifted(part, 2, ticks=bars * 4 * source.about["tpq"] - first)
    # as a modeloid would make it: the roll tells no struck note from a held one
    made = [real.representation.decode(real.representation.encode(to_score(each))) for each in (moved, shuffled(part))]
    copy, other = (said["originality"] for said in real.annotate(made, "valid"))
    assert (copy["nearest"], copy["passage"]["trained"]["piece"]) == (name, name)
    assert copy["nearest_share"] > 0.6
    assert copy["longest_run"] == copy["passage"]["length"] >= 12
    made, trained = copy["passage"]["made"], copy["passage"]["trained"]
    assert [note[2] - 2 for note in made["notes"]] == [note[2] for note in trained["notes"]]
    lies = trained["bar"] * 4 + trained["beat"] - (made["bar"] * 4 + made["beat"])
    assert lies == (first / source.about["tpq"]) - bars * 4
    assert other["longest_run"] < 10
    assert other["copied"] < 0.05


def test_real_chorales_and_songs_are_said_in_milliseconds(real, tmp_path):
    with songs(tmp_path, every=25) as other:
        for opened in (real, other):
            pieces = [to_score(columns) for columns in opened.pieces("test")]
            said = opened.annotate(pieces, "test")
            assert plain(said) == said
            assert [one["metrics"]["notes"] for one in said] == [score.note_num() for score in pieces]
            assert all(one["originality"]["longest_run"] < 200 for one in said)
            took = time.process_time()
            opened.annotate(pieces, "test")
            assert (time.process_time() - took) / len(pieces) < 0.05
