from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music import domain
from modeloid.music.columns import Columns, to_score
from modeloid.music.compare import Comparison
from modeloid.music.measure.table import METRICS, measure
from modeloid.music.originality import Index
from modeloid.music.real import Real

from .originality.test_originality import melody
from .pieces import piece
from .real_domains import chorales
from .shared_data import archive, folder
from .test_annotate import plain

REAL = [piece(melody(seed, length=80)) for seed in range(40)]
KNOWN = Index(REAL, [f"tune {number}" for number in range(len(REAL))])
UNSEEN = [piece(melody(100 + seed, length=80)) for seed in range(10)]
INTERVALS = (("made_low", "made", "made_high"), ("real_low", "real", "real_high"))


def comparison(real=REAL):
    names = [f"tune {number}" for number in range(len(real))]
    return Comparison(Real(lambda: real, lambda: Index(real, names), lambda: UNSEEN))


def windows(seeds, length=20):
    return [piece(melody(seed, length=80)[:length]) for seed in seeds]


def single(pitches):
    """Pieces of one note each."""
    return [piece([(0, 1, pitch)]) for pitch in pitches]


def rows(found):
    return {row["name"]: row for row in found["metrics"]}


KNOWS = comparison()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    with chorales(tmp_path_factory.mktemp("chorales")) as opened:
        yield opened


def test_every_number_lies_where_it_must():
    found = KNOWS(windows(range(200, 216)))
    assert plain(found) == found
    assert (found["count"], found["silent"], found["length_beats"]) == (16, 0, 27)
    assert found["real_count"] > 100
    assert [row["name"] for row in found["metrics"]] == [name for name in METRICS if name in rows(found)]
    for row in found["metrics"]:
        assert row["doc"].endswith(".")
        assert all(row[low] <= row[value] <= row[high] for low, value, high in INTERVALS)
        assert 0 <= row["wasserstein_low"] <= row["wasserstein"] <= row["wasserstein_high"]
        assert 0 <= row["floor"] <= row["floor_high"] + 1e-12
        assert 0 <= row["overlap"] <= 1.001
        assert row["verdict"] in ("apart", "unclear", "like real", "same")
        assert (row["verdict"] == "apart") == (row["wasserstein_low"] > row["floor_high"])
        if row["verdict"] == "like real":
            assert row["wasserstein"] <= row["floor_high"]
            assert row["made_low"] <= row["real_high"] and row["real_low"] <= row["made_high"]
        if row["verdict"] == "same":
            assert row["made_low"] == row["made_high"] == row["real_low"] == row["real_high"]
    verdicts = [row["verdict"] for row in found["metrics"]]
    assert {"same", "like real"} <= set(verdicts)
    for row in found["distances"]:
        assert 0 <= row["low"] <= row["value"] <= row["high"]
    assert [row["name"] for row in found["distances"]] == ["frechet", "pitch_class_distance", "velocity_distance"]


def test_means_are_those_of_the_table_and_the_scale_turns_distances_back():
    made = windows(range(200, 216))
    found = rows(KNOWS(made))
    assert found["polyphony"]["made"] == 1
    assert found["pitch_range"]["made"] == pytest.approx(measure(made).mean("pitch_range")[0], rel=1e-5)
    assert found["pitch_range"]["unit"] == "semitones"
    higher = rows(KNOWS([piece([(onset, length, pitch + 30) for onset, length, pitch in melody(1)])] * 4))["pitch_mean"]
    apart = abs(higher["made"] - higher["real"])
    assert higher["wasserstein"] * higher["scale"] == pytest.approx(apart, rel=0.05)


def test_a_mean_with_its_interval_is_the_one_of_the_central_limit():
    random = np.random.default_rng(1)
    knows = Comparison(Real(lambda: single(range(50, 70))))
    ends = []
    for _ in range(10):
        notes = random.integers(1, 40, (60, 2))
        found = rows(knows([piece([(0, length, pitch)]) for length, pitch in notes]))
        for name, values in zip(("note_length_beats", "pitch_mean"), notes.T, strict=True):
            row, error = found[name], values.std() / np.sqrt(len(values))
            assert row["made"] == pytest.approx(values.mean(), rel=1e-5)
            ends.append([(row["made"] - row["made_low"]) / error, (row["made_high"] - row["made"]) / error])
    # 1.96 standard errors on each side hold 95 %; 1.64 would hold 90 %, 2.58 99 %
    assert np.mean(ends, axis=0) == pytest.approx([1.96, 1.96], abs=0.2)


@pytest.mark.parametrize(
    ("pitches", "meet", "near", "verdict"),
    [
        ([60, 72], True, True, "like real"),
        # near enough for so few, and yet the mean is another one: above and below
        ([64, 74], False, True, "unclear"),
        ([46, 56], False, True, "unclear"),
        # too far, though the mean is the same
        ([30, 90] * 4, True, False, "unclear"),
        ([30, 90] * 8, True, False, "apart"),
        ([127] * 2, False, False, "apart"),
    ],
)
def test_what_is_neither_apart_nor_near_is_unclear(pitches, meet, near, verdict):
    row = rows(Comparison(Real(lambda: single([*range(30, 91)] * 2)))(single(pitches)))["pitch_mean"]
    assert (row["made_low"] <= row["real_high"] and row["real_low"] <= row["made_high"]) == meet
    assert (row["wasserstein"] <= row["floor_high"]) == near
    assert row["verdict"] == verdict


def test_the_same_kind_is_like_real_and_another_kind_is_apart():
    alike = rows(KNOWS(windows(range(200, 232))))
    verdicts = [row["verdict"] for row in alike.values()]
    assert verdicts.count("apart") <= 0.05 * len(verdicts)
    noise = [
        piece([(onset / 8, 0.125, 20 + (31 * onset * seed) % 97) for onset in range(160)]) for seed in range(1, 17)
    ]
    found = KNOWS(noise)
    apart = {name for name, row in rows(found).items() if row["verdict"] == "apart"}
    assert {"pitch_range", "notes_per_beat", "note_length_beats", "scale_consistency"} <= apart
    assert "velocity_mean" not in apart
    frechet = found["distances"][0]
    assert frechet["low"] > 5 * frechet["floor_high"]


def test_copies_show_in_originality_and_strangers_do_not():
    copies, strangers = (KNOWS(windows(seeds))["originality"] for seeds in (range(8), range(200, 208)))
    assert copies["copied"]["made"] == copies["nearest_share"]["made_max"] == 1
    assert strangers["copied"]["made_max"] == 0
    assert strangers["longest_run"]["made"] == pytest.approx(strangers["longest_run"]["real"], abs=2)
    assert copies["longest_run"]["made"] > 2 * copies["longest_run"]["real_max"]


def test_the_most_is_said_beside_the_mean():
    knows = Comparison(Real(lambda: REAL, lambda: KNOWN, lambda: [*windows([0]), *windows(range(100, 103))]))
    found = knows([*windows(range(200, 202)), *windows([1]), *windows([202])])["originality"]
    for side in ("made", "real"):
        # one of four is copied
        assert found["copied"][side] == 0.25
        assert found["copied"][f"{side}_max"] == found["nearest_share"][f"{side}_max"] == 1
        assert found["longest_run"][f"{side}_max"] > 15
        assert found["longest_run"][side] < 10


def test_the_same_pieces_give_the_same_numbers():
    made = windows(range(200, 208))
    assert KNOWS(made) == KNOWS(made) == comparison()(made)
    assert KNOWS(made) != KNOWS(made[:7])


def test_too_little_is_left_out():
    empty = {"real_count": 0, "metrics": [], "distances": [], "originality": {}}
    assert KNOWS([]) == {"count": 0, "silent": 0, **empty}
    assert KNOWS([piece([])]) == {"count": 1, "silent": 1, **empty}
    assert comparison([piece([])])(windows([1])) == {"count": 1, "silent": 0, **empty}
    single = comparison([piece(melody(1, length=10))])(windows([3]))
    assert single["distances"] == []
    assert not any("wasserstein" in row for row in single["metrics"])
    assert Comparison(Real(lambda: REAL))(windows([1]))["originality"] == {}
    drums = KNOWS([piece([(beat, 0.5, 36) for beat in range(16)], drum=True)] * 3)
    assert "made" not in rows(drums)["pitch_range"]
    assert "verdict" not in rows(drums)["pitch_range"]
    assert rows(drums)["drum_bar_rate"]["verdict"] == "apart"
    assert [row["name"] for row in drums["distances"]] == ["frechet", "velocity_distance"]


NOTES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(0, 127)), max_size=12)
FEW = comparison(REAL[:6])


@settings(max_examples=30, deadline=None)
@given(st.lists(NOTES, max_size=3), st.booleans())
def test_whatever_is_found_json_can_hold(pieces, drum):
    made = [piece([(onset / 4, length / 4, pitch) for onset, length, pitch in notes], drum=drum) for notes in pieces]
    found = FEW(made)
    assert plain(found) == found


def test_held_out_chorales_are_like_real_and_random_pitches_are_apart(real):
    def made(change):
        scores = [to_score(change(columns)) for columns in real.pieces("valid")]
        return [real.representation.decode(real.representation.encode(score)) for score in scores]

    def random(columns):
        pitch = np.random.default_rng(len(columns)).integers(36, 84, len(columns)).astype("u1")
        return Columns(columns.notes | {"pitch": pitch}, columns.about)

    held, noise = (rows(real.compare(made(change), "test")) for change in (lambda columns: columns, random))
    assert [row.get("verdict") for row in held.values()].count("apart") <= 0.05 * len(held)
    apart = {name for name, row in noise.items() if row.get("verdict") == "apart"}
    assert {"scale_consistency", "pitch_class_entropy", "bar_pitch_class_entropy", "pitch_range"} <= apart
    assert "onset_position_entropy" not in apart


@pytest.mark.long
def test_sixty_four_pieces_against_all_of_pop909_take_less_than_two_seconds(tmp_path, monkeypatch):
    archive("pop909")
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path))
    monkeypatch.setenv("MODELOID_DATA", str(folder()))
    opened = domain.open({"sets": ["pop909"], "representation": {"kind": "events"}})
    made = [to_score(columns) for columns in opened.pieces("valid")[:64]]
    opened.judge(made, "test")
    took = []
    for _ in range(3):
        start = time.process_time()
        found = opened.compare(made, "test")
        took.append(time.process_time() - start)
    assert json.dumps(found, allow_nan=False)
    assert np.median(took) < 2
