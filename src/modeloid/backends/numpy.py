"""What every modeloid in plain numpy needs: groups of a fixed size, streams of its pieces, files with stable bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng

_EPOCH = (1980, 1, 1, 0, 0, 0)


def in_groups(n: int, group: int, rng: Rng, sample: Callable[[list[np.random.Generator]], Sequence[Any]]) -> list[Any]:
    """Sample `n` pieces in groups of one size, the last one padded: no piece depends on how many were asked for.

    Linear algebra rounds a row differently in matrices of different heights: only equal groups give equal bits.

    Parameters
    ----------
    n
        How many pieces, at least 0.
    group
        Rows of every call, at least 1.
    rng
        Piece i draws from ``rng.at(i)`` alone.
    sample
        Gets one generator a row and returns one piece a row; a row must not look at another.
    """
    pieces: list[Any] = []
    for first in range(0, n, group):
        pieces += sample([rng.at(index).generator() for index in range(first, first + group)])
    return pieces[:n]


def uniforms(generators: Sequence[np.random.Generator], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Draw uniform numbers in [0, 1), one row from each generator: shape (len(generators), *shape), float32."""
    return np.stack([generator.random(shape, dtype=np.float32) for generator in generators])


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an ``.npz`` that ``numpy.load`` reads, with the same bytes for the same arrays whenever it is written.

    Parameters
    ----------
    path
        The file to make; its directory exists.
    arrays
        Name -> array of numbers; stored sorted by name, uncompressed, without pickle.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_EPOCH)
            with archive.open(entry, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(arrays[name]), allow_pickle=False)


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read all arrays of an ``.npz``; raises ``ValueError`` or ``zipfile.BadZipFile`` where it is damaged."""
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
