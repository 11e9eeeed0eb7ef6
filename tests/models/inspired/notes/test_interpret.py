"""Who performs hears what is around a note, in whatever key, and no velocity but those it is allowed to."""

import numpy as np
import pytest
import torch

from modeloid.models.inspired.notes.around import NUMBERS, around
from modeloid.models.inspired.notes.interpret import Interpreter, Parts, medians
from modeloid.music.represent.parts import cut

from .made import DRUMS, FIELDS, items, planned


@pytest.fixture(scope="module")
def net():
    with torch.random.fork_rng():
        torch.manual_seed(5)
        made = Interpreter(FIELDS, DRUMS, 8, dropout=0.0).eval()
        for one in made.performer.parameters():
            one.data += 0.1 * torch.randn_like(one)
    return made


def parts(count=3, tempo_bpm=96.0):
    rows, bars = items(count)
    rows = [cut(one, 0, each) for one, each in zip(rows, bars, strict=True)]
    return Parts(rows, rows, planned(rows, bars), [tempo_bpm] * count)


def test_what_is_expected_is_the_same_alone_and_in_company(net):
    every = net.expected(parts(3))
    for number in range(3):
        given = parts(3)
        alone = Parts(*(one[number : number + 1] for one in given))
        np.testing.assert_allclose(net.expected(alone)[0], every[number], rtol=1e-4)
        assert len(every[number]) == len(given.rows[number])


def test_no_velocity_and_no_planned_loudness_is_looked_at_but_tempo_and_pitch_are(net):
    given, flat = parts(1), parts(1)
    rows = flat.rows[0].copy()
    rows[:, 3] = 64
    plans = [plan.copy() for plan in flat.plans]
    for column in FIELDS.places("loud"):
        plans[0][:, column] = 1
    flat = Parts([rows], [rows], plans, [96.0])
    expected = net.expected(given)[0]
    assert np.array_equal(expected, net.expected(flat)[0])
    assert np.array_equal(*(net.drawn(one, [np.random.default_rng(0)], 1.0)[0] for one in (given, flat)))
    assert not np.allclose(expected, net.expected(given._replace(tempos_bpm=[140.0]))[0])
    assert not np.array_equal(
        net.drawn(given, [np.random.default_rng(1)], 1.0)[0], net.drawn(given, [np.random.default_rng(0)], 1.0)[0]
    )


def test_in_training_some_velocities_are_heard_and_else_none(net):
    given = parts(3)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        net.train()
        told = {round(float(net(given)), 5) for _ in range(8)}
        net.eval()
    assert len(told) > 3


def test_medians_lie_where_half_is_reached():
    shares = np.zeros((3, 32))
    shares[0, 10] = 1
    shares[1, [4, 20]] = 0.4, 0.6
    shares[2, [4, 20]] = 0.5, 0.5
    # class 10 holds velocities 40 to 43, their middle is 41.5
    assert medians(shares).tolist() == pytest.approx([41.5, 4 * (20 + 0.1 / 0.6) - 0.5, 4 * 5 - 0.5])


def test_what_is_around_is_told_by_bars_and_by_tempo():
    rows = np.array([[16 * bar + 4 * step, 4, 60 + bar, 64, 0] for bar in range(40) for step in range(4)])
    told = around(rows, 40, 96.0)
    assert told.shape == (160, NUMBERS) and np.isfinite(told).all() and np.abs(told).max() < 10
    # every bar has four notes, each alone
    assert np.allclose(told[:, 0], told[0, 0])
    # the mean pitch of the own bar rises by a semitone a bar, within reach of 16 bars it is cut at the ends
    assert np.allclose(np.diff(told[::4, 1]) * 8, 1) and told[0, 22] > told[0, 1]
    faster = around(rows, 40, 192.0)
    changed = np.flatnonzero(np.abs(faster - told).max(0) > 0)
    assert changed.tolist() == [NUMBERS - 3, NUMBERS - 2, NUMBERS - 1]


def test_what_is_around_does_not_see_beyond_its_reach():
    rows = np.array([[16 * bar, 4, 60, 64, 0] for bar in range(60)])
    far = rows.copy()
    far[50:, 2] = 90
    assert np.array_equal(around(rows, 60, 96.0)[:34], around(far, 60, 96.0)[:34])
    assert not np.array_equal(around(rows, 60, 96.0)[34], around(far, 60, 96.0)[34])


def test_a_note_alone_and_none_at_all_have_surroundings():
    one = np.array([[3, 2, 60, 64, 0]])
    assert np.isfinite(around(one, 1, 60.0)).all() and around(one[:0], 2, 60.0).shape == (0, NUMBERS)
