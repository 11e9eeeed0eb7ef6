from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.judge import SHOWN, Judge
from modeloid.music.originality import Index
from modeloid.music.real import Real

from .originality.test_originality import melody
from .pieces import piece

REAL = [piece(melody(seed, length=80)) for seed in range(40)]
UNSEEN = [piece(melody(100 + seed, length=80)) for seed in range(10)]


def judge(real=REAL, unseen=UNSEEN):
    return Judge(
        Real(lambda: real, lambda: Index(real, [f"tune {number}" for number in range(len(real))]), lambda: unseen)
    )


def windows(seeds, length=20):
    return [piece(melody(seed, length=80)[:length]) for seed in seeds]


def test_everything_has_its_like_of_the_real_pieces():
    values = judge()(windows(range(200, 208)))
    distances = {"wasserstein", "overlap", "frechet", "longest_run", "copied", "nearest_share", "diversity"}
    expected = {*SHOWN, *distances}
    assert expected | {f"data/{name}" for name in expected} <= set(values)
    assert set(values) - {name for name in values if name.removeprefix("data/") in expected} == {
        "pitch_class_distance",
        "velocity_distance",
        "silent",
    }
    assert all(np.isfinite(value) for value in values.values())


def test_copies_strangers_and_noise_are_told_apart():
    knows = judge()
    copies, strangers = knows(windows(range(8))), knows(windows(range(200, 208)))
    noise = knows([piece([(onset / 8, 0.125, 20 + 31 * onset % 97) for onset in range(200)])])
    assert copies["copied"] == copies["nearest_share"] == 1
    assert strangers["copied"] == strangers["data/copied"] == 0
    assert strangers["wasserstein"] < 3 * strangers["data/wasserstein"]
    assert noise["wasserstein"] > 5 * noise["data/wasserstein"]
    assert noise["frechet"] > 5 * noise["data/frechet"]
    assert noise["overlap"] < 0.6 * noise["data/overlap"]


def test_a_collapse_is_noticed():
    knows = judge()
    various, one = knows(windows(range(200, 208))), knows(windows([200] * 8))
    assert one["diversity"] == 0
    assert various["diversity"] == pytest.approx(various["data/diversity"], rel=0.1)


def test_short_pieces_are_compared_with_excerpts():
    values = judge()(windows(range(200, 208), length=8))
    whole = judge()([piece(melody(seed, length=80)) for seed in range(200, 208)])
    assert values["data/pitch_class_entropy"] < whole["data/pitch_class_entropy"]
    assert values["pitch_class_entropy"] == pytest.approx(values["data/pitch_class_entropy"], rel=0.15)


def test_silence_is_counted_and_enters_no_mean():
    knows = judge()
    sounding = windows(range(200, 204))
    assert knows([*sounding, piece([])]) == knows(sounding) | {"silent": 0.2}
    assert knows([piece([])]) == {"silent": 1.0}
    assert knows([]) == {}
    assert judge(real=[piece([])])(sounding) == {"silent": 0.0}


def test_without_an_index_originality_is_left_out():
    values = Judge(Real(lambda: REAL))(windows([1]))
    assert "wasserstein" in values
    assert "longest_run" not in values


def test_one_real_piece_has_no_floor():
    values = judge(real=[piece(melody(1, length=10))])(windows([3]))
    assert "data/frechet" not in values
    assert all(np.isfinite(value) for value in values.values())


def test_pieces_are_compared_with_each_group_alone():
    quick = [piece([(onset / 4, length / 4, pitch) for onset, length, pitch in scattered(seed)]) for seed in range(30)]
    one = Real(lambda: REAL + quick)
    knows = Judge(one, {"slow": Real(lambda: REAL), "quick": Real(lambda: quick), "none": Real(list)})
    slow_made, quick_made = knows(windows(range(200, 208))), knows(quick[:8])
    for made, near, far in ((slow_made, "slow", "quick"), (quick_made, "quick", "slow")):
        for name, sign in (("wasserstein", 1), ("frechet", 1), ("overlap", -1)):
            assert sign * made[f"group/{near}/{name}"] < sign * made[f"group/{far}/{name}"]
        assert 3 * made[f"group/{near}/wasserstein"] < made[f"group/{far}/wasserstein"]
        assert made[f"group/{far}/wasserstein"] > 3 * made[f"data/group/{far}/wasserstein"]
    assert not any("none" in name for name in slow_made)
    alone = Judge(one)(windows(range(200, 208)))
    assert alone == {name: value for name, value in slow_made.items() if "group/" not in name}


def scattered(seed):
    """Sixteenths all over the keyboard."""
    generator = np.random.default_rng(seed)
    return [(step, 1, int(generator.integers(40, 90))) for step in range(80)]


NOTES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(0, 127)), max_size=12)
KNOWS = judge(real=REAL[:6])


@settings(max_examples=40, deadline=None)
@given(st.lists(NOTES, min_size=1, max_size=3), st.booleans())
def test_all_numbers_are_finite(pieces, drum):
    made = [piece([(onset / 4, length / 4, pitch) for onset, length, pitch in notes], drum=drum) for notes in pieces]
    values = KNOWS(made)
    assert values
    assert all(isinstance(value, float) and np.isfinite(value) for value in values.values())


def test_the_real_pieces_are_measured_once():
    asked = []
    real = Real(lambda: asked.append("real") or REAL, lambda: asked.append("index") or Index(REAL, ["x"] * 40))
    knows = Judge(real)
    made = windows(range(200, 208))
    first = knows(made)
    took = []
    for _ in range(5):
        start = time.process_time()
        assert knows(made) == first
        took.append(time.process_time() - start)
    assert asked == ["real", "index"]
    assert min(took) < 0.1
