from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.datasets.matlab import cells
from modeloid.music.errors import DataError

scipy_io = pytest.importorskip("scipy.io")


def write(path, compressed, **arrays):
    cellular = {}
    for name, matrices in arrays.items():
        cellular[name] = np.empty((1, len(matrices)), object)
        cellular[name][0, :] = matrices
    scipy_io.savemat(path, cellular, do_compression=compressed)
    return path


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kind", ["u1", "f8", "i4"])
def test_cells_come_back_as_scipy_wrote_them(tmp_path, compressed, kind):
    random = np.random.default_rng(0)
    given = {name: [random.integers(0, 2, (steps, 88)).astype(kind) for steps in (3, 1, 7)] for name in ("a", "long_b")}
    found = cells(write(tmp_path / "x.mat", compressed, **given))
    assert found.keys() == given.keys()
    for name, matrices in given.items():
        assert all(np.array_equal(one, other) for one, other in zip(matrices, found[name], strict=True))


def test_small_cells_lie_in_their_tags(tmp_path):
    [matrix] = cells(write(tmp_path / "x.mat", False, a=[np.ones((2, 2), np.uint8)]))["a"]
    assert matrix.tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize(
    "harm", [lambda body: body[:200], lambda body: b"junk" * 50, lambda body: b"", lambda body: body[:-9]]
)
def test_what_is_no_such_file_is_one_line(tmp_path, harm):
    path = write(tmp_path / "x.mat", True, a=[np.ones((50, 88), np.uint8)])
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(DataError, match="MATLAB") as caught:
        cells(path)
    assert "\n" not in str(caught.value)
