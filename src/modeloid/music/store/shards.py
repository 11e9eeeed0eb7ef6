"""The parts of a store under construction: each appears whole or not at all, so a build that was killed goes on."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..read.child import Refusal
from .pack import Named, pack

_META = "meta"


class Shard:
    """One part, read lazily.

    Parameters
    ----------
    path
        Its file.
    """

    def __init__(self, path: Path) -> None:
        self._archive = np.load(path, allow_pickle=False)
        meta = json.loads(self._archive[_META].tobytes())
        self.lengths: dict[str, int] = meta["lengths"]
        self.refused: list[list[str]] = meta["refused"]

    def __getitem__(self, name: str) -> NDArray[Any]:
        array: NDArray[Any] = self._archive[name]
        return array

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()


class Shards:
    """All parts of one store, numbered from 0.

    Parameters
    ----------
    directory
        Where they lie.
    count
        How many there will be.
    """

    def __init__(self, directory: Path, count: int) -> None:
        self._directory = directory
        self._count = count
        directory.mkdir(parents=True, exist_ok=True)

    def missing(self) -> list[int]:
        """The parts that are not there or not whole."""
        return [number for number in range(self._count) if not _is_whole(self._path(number))]

    def save(self, number: int, pieces: Sequence[Named], refused: Sequence[Refusal]) -> None:
        """Write one part."""
        arrays = pack(pieces)
        meta = {
            "lengths": {name: len(array) for name, array in arrays.items()},
            "refused": [[refusal.path, refusal.reason] for refusal in refused],
        }
        fresh = self._path(number).with_suffix(f".{os.getpid()}.tmp")
        with fresh.open("wb") as file:
            np.savez(file, allow_pickle=False, **{_META: _bytes(meta)}, **arrays)
        fresh.replace(self._path(number))

    def __iter__(self) -> Iterator[Shard]:
        for number in range(self._count):
            shard = Shard(self._path(number))
            yield shard
            shard.close()

    def _path(self, number: int) -> Path:
        return self._directory / f"shard-{number:06}.npz"


def _bytes(meta: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(meta).encode(), np.uint8)


def _is_whole(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False
