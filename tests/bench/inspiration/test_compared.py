import numpy as np
import pytest

from modeloid.bench.inspiration.compared import FAMILIES, doubling, families, lines, sounding
from modeloid.music.represent.parts import ONSET, PART, VELOCITY, in_order

from .bands import CODER, songs

REAL, MADE = ([song.rows for song in songs(16, first=first)] for first in (0, 30))


@pytest.fixture(scope="module")
def like_real():
    return families(MADE, REAL, CODER)


def test_real_against_real_is_at_the_floor(like_real):
    for name in FAMILIES:
        found = like_real[name]
        assert found["low"] <= found["value"] <= found["high"]
        assert found["low"] < 2 * found["floor"]
    assert like_real["known_ensembles"] == 1


def test_flat_velocities_are_apart_in_dynamics_alone(like_real):
    flat = [rows.copy() for rows in MADE]
    for rows in flat:
        rows[:, VELOCITY] = 70
    found = families(flat, REAL, CODER)
    assert found["dynamics"]["low"] > found["dynamics"]["floor"]
    assert found["dynamics"]["value"] > 2 * like_real["dynamics"]["value"]
    assert found["dynamics"]["metrics"]["velocity_spread"]["made"] == 0
    assert found["time"] == like_real["time"]
    assert found["instrumentation"] == like_real["instrumentation"]
    assert found["velocity_distance"]["value"] > like_real["velocity_distance"]["high"]


def test_a_missing_part_is_apart_in_instrumentation(like_real):
    found = families([rows[rows[:, PART] != 2] for rows in MADE], REAL, CODER)
    assert found["instrumentation"]["low"] > like_real["instrumentation"]["high"]
    assert found["known_ensembles"] == 0
    assert found["sounding_made"][2] == 0
    assert found["sounding_real"][2] == 1


def test_one_bar_for_ever_is_apart_in_time(like_real):
    stuck = []
    for rows in MADE:
        bar = rows[rows[:, ONSET] < 16]
        stuck.append(in_order(np.concatenate([bar + np.array([16 * n, 0, 0, 0, 0]) for n in range(24)])))
    assert families(stuck, REAL, CODER)["time"]["low"] > like_real["time"]["high"]


def test_doubling_counts_octaves_of_another_part_at_the_same_step():
    rows = np.array([[0, 1, 60, 80, 0], [0, 1, 48, 80, 1], [0, 1, 55, 80, 1], [4, 1, 60, 80, 0]])
    assert doubling([rows]) == 0.5
    assert doubling([rows[[0, 2, 3]]]) == 0
    assert doubling([np.array([[0, 1, 60, 80, 0], [0, 1, 72, 80, 0]])]) == 0
    assert doubling([]) == 0


def test_sounding_counts_bars():
    rows = np.array([[0, 1, 60, 80, 0], [1, 1, 60, 80, 0], [20, 1, 48, 80, 1], [48, 1, 60, 80, 0]])
    assert sounding([rows], 2).tolist() == [0.5, 0.25]


def test_it_is_printed(like_real):
    head, row = lines({"a system": like_real})
    assert all(name in head for name in FAMILIES)
    assert f"{like_real['time']['value']:.3f}" in row
