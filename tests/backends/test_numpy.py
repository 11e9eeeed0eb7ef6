import time
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.backends.numpy import in_groups, load_arrays, save_arrays, uniforms
from modeloid.cycle.rng import Rng


@given(n=st.integers(0, 20), group=st.integers(1, 7))
def test_every_call_has_the_same_height_and_every_piece_its_stream(n, group):
    heights = []

    def sample(generators):
        heights.append(len(generators))
        return [generator.random() for generator in generators]

    assert in_groups(n, group, Rng(0), sample) == [Rng(0).at(index).generator().random() for index in range(n)]
    assert set(heights) <= {group}


def test_rows_of_uniforms_come_from_their_own_generators():
    both = uniforms([Rng(0).generator(), Rng(1).generator()], (3, 2))
    assert (both.shape, both.dtype) == ((2, 3, 2), np.float32)
    assert np.array_equal(both[1], uniforms([Rng(1).generator()], (3, 2))[0])


def test_arrays_come_back_and_their_file_repeats(tmp_path, monkeypatch):
    arrays = {"b": np.arange(6, dtype=np.float32).reshape(2, 3).T, "a": np.array(True), "empty": np.zeros((0, 2))}
    save_arrays(tmp_path / "one.npz", arrays)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    save_arrays(tmp_path / "two.npz", dict(reversed(arrays.items())))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    found = load_arrays(tmp_path / "one.npz")
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_damage_is_noticed(tmp_path):
    save_arrays(tmp_path / "x.npz", {"a": np.arange(1000.0)})
    whole = bytearray((tmp_path / "x.npz").read_bytes())
    whole[500] ^= 1
    (tmp_path / "x.npz").write_bytes(whole)
    with pytest.raises(zipfile.BadZipFile):
        load_arrays(tmp_path / "x.npz")


def test_objects_are_never_pickled(tmp_path):
    with pytest.raises(ValueError, match="pickle"):
        save_arrays(tmp_path / "x.npz", {"a": np.array([{}])})
