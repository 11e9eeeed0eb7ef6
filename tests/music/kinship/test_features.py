"""Slices as numbers, and how far sets of them are apart."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music.kinship import KinshipError, features, voice_distance
from modeloid.music.kinship.features import COUNT
from modeloid.music.represent.parts import ONSET, PART, PITCH, VELOCITY, Rows, cut

from .songs import song, transposed


def slices(first: int, count: int) -> list[Rows]:
    return [cut(song(seed, 8), 0, 8) for seed in range(first, first + count)]


def test_key_instruments_and_velocities_change_nothing_but_the_register() -> None:
    x = cut(song(1), 0, 8)
    y = transposed(x, 12)
    y[:, VELOCITY], y[:, PART] = 1, 0
    found, other = features(x), features(y)
    assert found.shape == (COUNT,)
    assert np.flatnonzero(np.abs(found - other) > 1e-9).tolist() == [23]
    assert other[23] - found[23] == pytest.approx(1)
    np.testing.assert_allclose(features(transposed(x, 3))[:23], found[:23])


def test_shares_add_up_to_one() -> None:
    found = features(cut(song(1), 0, 8))
    for begin, end in ((0, 8), (8, 12), (12, 15), (15, 18)):
        assert found[begin:end].sum() == pytest.approx(1)


def test_c_major_has_no_note_outside() -> None:
    assert features(cut(song(1), 0, 8))[7] == 0
    noisy = cut(song(1), 0, 8)
    noisy[::3, PITCH] += 1
    assert features(noisy)[7] > 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_notes_give_finite_numbers(count: int) -> None:
    found = features(song(1)[:count])
    assert found.shape == (COUNT,)
    assert np.isfinite(found).all()
    assert found.any() == bool(count)


def test_notes_beyond_the_end_are_kept_out_of_silence() -> None:
    long = cut(song(1), 0, 8)
    long[:, 1] = 500
    assert features(long)[22] <= long[0, ONSET] / 128


def test_one_voice_is_nearer_to_itself_than_to_a_spoilt_one() -> None:
    real = np.array([features(rows) for rows in slices(0, 120)])
    own = np.array([features(rows) for rows in slices(200, 60)])
    spoilt = []
    for rows in slices(200, 60):
        rows[:, PITCH] += np.random.default_rng(len(rows)).integers(-4, 5, len(rows))
        spoilt.append(features(rows))
    near, far = (voice_distance(np.array(made), real, 60, Rng(0)) for made in (own, spoilt))
    assert near * 3 < far
    assert voice_distance(own, real, 60, Rng(0)) == near


def test_it_depends_on_n_and_refuses_more_than_there_are() -> None:
    real = np.array([features(rows) for rows in slices(0, 80)])
    assert voice_distance(real[:40], real[40:], 40, Rng(0)) < voice_distance(real[:40], real[40:], 15, Rng(0))
    with pytest.raises(KinshipError, match="n is 41, and the smaller set has 40 slices"):
        voice_distance(real[:40], real[40:], 41, Rng(0))
    with pytest.raises(KinshipError):
        voice_distance(real, real, 1, Rng(0))
