import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.models.frames import planes as planes_module
from modeloid.models.frames.planes import REPEATS, TOP, WHOLE, lagged, ranked, repeats

SEED = st.integers(0, 10_000)


def a_piece(seed, steps, pitches=3):
    """Few different frames, so that passages come again."""
    generator = np.random.default_rng(seed)
    shapes = (generator.random((3, pitches)) < 0.4).astype(np.float32)
    return shapes[generator.integers(0, 3, steps)]


def top(frame):
    return int(np.flatnonzero(frame).max(initial=-1))


def oracle(roll, row):
    """The definition, frame by frame."""
    planes, marks = np.zeros((REPEATS, roll.shape[1])), np.zeros(REPEATS)
    tests = [(k, lambda a, b: (a == b).all()) for k in WHOLE] + [(k, lambda a, b: top(a) == top(b)) for k in TOP]
    for index, (k, alike) in enumerate(tests):
        found = [
            column
            for column in range(k, row)
            if all(alike(roll[row - back], roll[column - back]) for back in range(1, k + 1))
        ]
        if found:
            planes[index], marks[index] = roll[found].mean(0), 1
            if index < len(WHOLE):
                planes[-1], marks[-1] = roll[found[-1]], 1
    return planes, marks


@settings(max_examples=40, deadline=None)
@given(seed=SEED, steps=st.integers(1, 40))
def test_repeats_are_what_they_say(seed, steps):
    roll = a_piece(seed, steps)
    planes, marks = (found[0].numpy() for found in repeats(torch.from_numpy(roll)[None], 0, steps))
    for row in range(steps):
        expected = oracle(roll, row)
        np.testing.assert_allclose(planes[row], expected[0], atol=1e-6)
        np.testing.assert_array_equal(marks[row], expected[1])


def test_parts_of_the_rows_are_put_together(monkeypatch):
    rolls = torch.from_numpy(a_piece(1, 50))[None]
    whole = repeats(rolls, 0, 50)
    monkeypatch.setattr(planes_module, "_ROWS", 7)
    for one, parts in zip(whole, repeats(rolls, 0, 50), strict=True):
        torch.testing.assert_close(parts, one)


def test_long_passages_are_found():
    roll = np.tile(np.random.default_rng(0).integers(0, 2, (20, 3)), (2, 1)).astype(np.float32)
    planes, marks = repeats(torch.from_numpy(roll)[None], 0, 40)
    assert marks[0, 38:, len(WHOLE) - 1].all()
    np.testing.assert_array_equal(planes[0, 39, -1], roll[19])


@settings(max_examples=30, deadline=None)
@given(seed=SEED, steps=st.integers(2, 40), data=st.data())
def test_a_part_of_the_rows_is_a_part_of_all(seed, steps, data):
    first = data.draw(st.integers(0, steps - 1))
    rolls = torch.from_numpy(a_piece(seed, steps))[None]
    for whole, part in zip(repeats(rolls, 0, steps), repeats(rolls, first, steps), strict=True):
        torch.testing.assert_close(part, whole[:, first:])
    lags = (1, 3, 8)
    assert torch.equal(lagged(rolls, lags, first, steps), lagged(rolls, lags, 0, steps)[:, first:])


def test_lagged_frames_are_earlier_ones():
    rolls = torch.arange(1, 6).float()[None, :, None]
    assert lagged(rolls, (1, 3), 0, 5)[0, :, :, 0].tolist() == [[0, 0], [1, 0], [2, 0], [3, 1], [4, 2]]


def test_rows_do_not_see_themselves_or_what_comes_after():
    roll = torch.from_numpy(a_piece(3, 30))[None]
    other = roll.clone()
    other[:, 12:] = 1 - other[:, 12:]
    for one, two in zip(repeats(roll, 0, 30), repeats(other, 0, 30), strict=True):
        assert torch.equal(one[:, :13], two[:, :13])


def test_ranks_are_counted_from_above():
    roll = torch.zeros(1, 4, 6)
    roll[0, 0, [1, 3, 5]] = roll[0, 1, 2] = 1
    planes = ranked(roll, 2, 2, 0, 4)[0]
    assert planes.shape == (4, 4, 6)
    assert [row.nonzero().flatten().tolist() for row in planes[1]] == [[5], [3], [], []]
    assert [row.nonzero().flatten().tolist() for row in planes[2]] == [[2], [], [5], [3]]
    assert [row.nonzero().flatten().tolist() for row in planes[3]] == [[], [], [2], []]
    assert torch.equal(ranked(roll, 2, 2, 2, 4)[0], planes[2:])
