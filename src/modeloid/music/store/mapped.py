"""The columns of a store as arrays over its files: nothing is read before it is looked at."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MusicError


class Mapped:
    """Arrays by name, memory-mapped when first asked for.

    Parameters
    ----------
    directory
        Of the store.
    columns
        Name -> (type, length), as the header has them.
    """

    def __init__(self, directory: Path, columns: Mapping[str, tuple[str, int]]) -> None:
        self._directory = directory
        self._columns = columns
        self._open: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._open:
            self._open[name] = self._map(name)
        return self._open[name]

    def text(self, name: str, row: int) -> str:
        """One row of a column of texts."""
        edges = self[f"{name}.edges"]
        return str(self[name][edges[row] : edges[row + 1]].tobytes(), "utf-8", "surrogatepass")

    def _map(self, name: str) -> NDArray[Any]:
        kind, length = np.dtype(self._columns[name][0]), self._columns[name][1]
        if not length:
            return np.zeros(0, kind)
        path = self._directory / f"{name}.npy"
        try:
            with path.open("rb") as file:
                view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise MusicError(f"cannot be opened ({error})", path, "Build the data set again.") from error
        # what stands in front of the numbers is the header of the .npy file
        return np.frombuffer(view, kind, length, len(view) - length * kind.itemsize)
