import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.nets.windows import faded, in_chunks, starts


@given(st.integers(1, 100), st.integers(1, 20), st.data())
def test_windows_cover_every_step_and_none_is_idle(steps, window, data):
    hop = data.draw(st.integers(1, window))
    begin = starts(steps, window, hop)
    covered = np.zeros(int(begin[-1]) + window, int)
    for at in begin:
        covered[at : at + window] += 1
    assert len(covered) >= steps
    assert covered[:steps].min() >= 1
    assert (begin < steps).all()


@given(st.integers(1, 60), st.integers(1, 12), st.data())
def test_a_network_that_copies_gives_the_roll_itself(steps, window, data):
    hop = data.draw(st.integers(1, window))
    roll = np.random.default_rng(steps).random((2, steps, 3)).astype(np.float32)
    assert faded(roll, window, hop, lambda rows: rows) == pytest.approx(roll, abs=1e-6)


def test_no_border_is_heard():
    """A network that says another number in each window: what is joined moves evenly from one to the next."""

    def numbered(rows):
        return np.zeros_like(rows) + np.arange(len(rows), dtype=np.float32)[:, None, None, None]

    joined = faded(np.zeros((1, 64, 1), np.float32), 16, 8, numbered)[0, :, 0]
    assert np.abs(np.diff(joined)).max() < 0.14
    hard = faded(np.zeros((1, 64, 1), np.float32), 16, 16, numbered)[0, :, 0]
    assert np.abs(np.diff(hard)).max() == 1.0


def test_one_window_is_its_result_as_it_is():
    roll = np.zeros((1, 8, 2), np.float32)
    made = faded(roll, 8, 4, lambda rows: rows + 0.3)
    assert made == pytest.approx(np.full((1, 8, 2), 0.3))


def test_behind_the_end_windows_see_silence():
    seen = []
    faded(np.ones((1, 5, 1), np.float32), 4, 4, lambda rows: seen.append(rows) or rows)
    assert seen[0][:, 0, :, 0].tolist() == [[1, 1, 1, 1], [1, 0, 0, 0]]


def test_chunks_are_of_one_size():
    sizes = []

    def double(rows):
        sizes.append(len(rows))
        return 2 * rows

    rows = np.arange(7, dtype=np.float32).reshape(7, 1, 1, 1)
    assert in_chunks(3, double)(rows)[:, 0, 0, 0].tolist() == [0, 2, 4, 6, 8, 10, 12]
    assert sizes == [3, 3, 3]
