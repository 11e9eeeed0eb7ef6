"""Shards into the columns of a store, one shard in memory at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cache import sha256
from .schema import INFOS, MUSIC, PARTS, PIECES, TABLES, TEXT, UNHEARD, VERSION
from .shards import Shard, Shards

HEADER = "header.json"
REFUSED = "refused.jsonl"


def merge(shards: Shards, fresh: Path, about: Mapping[str, Any]) -> dict[str, str]:
    """Write a store.

    Parameters
    ----------
    shards
        All of them.
    fresh
        An empty directory.
    about
        What the header says beside what is counted here: ``name``, ``licence`` ...

    Returns
    -------
    File -> SHA-256, of the columns that the digest covers.
    """
    totals = _totals(shards)
    with ExitStack() as stack:
        files = {name: stack.enter_context(_Column(fresh, name, *kind)) for name, kind in _plan(totals).items()}
        refused = stack.enter_context((fresh / REFUSED).open("w"))
        infos: dict[bytes, int] = {}
        for shard in shards:
            _append(files, shard, infos)
            refused.writelines(json.dumps(line) + "\n" for line in shard.refused)
    _write_infos(fresh, infos)
    digests = {path.name: sha256(path) for path in sorted(fresh.glob("*.npy")) if _is_heard(path.stem)}
    header = _header(fresh, dict(about) | {"refused": totals["refused"]}, digests)
    (fresh / HEADER).write_text(json.dumps(header, indent=1) + "\n")
    return digests


def _is_heard(name: str) -> bool:
    return name.split(".")[0] in MUSIC and name not in UNHEARD


class _Column:
    """One .npy file, written piece by piece; where it holds the ends of rows, these are summed up on the way."""

    def __init__(self, directory: Path, name: str, kind: str, length: int, is_edges: bool) -> None:
        self._file = (directory / f"{name}.npy").open("wb")
        header = {"descr": np.dtype(kind).str, "fortran_order": False, "shape": (length,)}
        np.lib.format.write_array_header_1_0(self._file, header)
        self._kind = kind
        self._sum = 0 if is_edges else None
        if is_edges:
            self._file.write(np.zeros(1, kind).tobytes())

    def __enter__(self) -> _Column:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, values: NDArray[Any]) -> None:
        """Write the next values: entries, or the number of rows of each piece."""
        if self._sum is not None:
            values = np.cumsum(values) + self._sum
            self._sum = int(values[-1]) if len(values) else self._sum
        self._file.write(values.astype(self._kind, copy=False).tobytes())


def _totals(shards: Shards) -> dict[str, int]:
    totals: dict[str, int] = {"refused": 0}
    for shard in shards:
        totals["refused"] += len(shard.refused)
        for name, length in shard.lengths.items():
            totals[name] = totals.get(name, 0) + length
    return totals


def _plan(totals: Mapping[str, int]) -> dict[str, tuple[str, int, bool]]:
    """File -> type, length, and whether it holds edges."""
    plan: dict[str, tuple[str, int, bool]] = {}
    for table, kinds in (*TABLES.items(), ("pieces", PIECES)):
        for column, kind in kinds.items():
            name = f"{table}.{column}"
            plan[name] = ("u1" if kind == TEXT else kind, totals[name], False)
            if kind == TEXT:
                plan[f"{name}.edges"] = ("<i8", totals[f"{name}.length"] + 1, True)
        if table != "pieces":
            plan[f"{table}.edges"] = ("<i8", totals[f"{table}.count"] + 1, True)
    return plan


def _append(files: Mapping[str, _Column], shard: Shard, infos: dict[bytes, int]) -> None:
    for name, file in files.items():
        if name == "pieces.info":
            numbers = [infos.setdefault(text, len(infos)) for text in _texts(shard, INFOS)]
            file.append(np.array(numbers, np.int64)[shard[name]] if numbers else shard[name])
        elif not name.endswith(".edges"):
            file.append(shard[name])
        else:
            stem = name.removesuffix(".edges")
            file.append(shard[f"{stem}.count" if stem in TABLES else f"{stem}.length"])


def _texts(shard: Shard, name: str) -> Iterator[bytes]:
    text, stop = shard[name].tobytes(), 0
    for length in shard[f"{name}.length"].tolist():
        start, stop = stop, stop + length
        yield text[start:stop]


def _write_infos(fresh: Path, infos: Mapping[bytes, int]) -> None:
    edges = np.cumsum([0, *map(len, infos)]).astype("<i8")
    np.save(fresh / f"{INFOS}.npy", np.frombuffer(b"".join(infos), np.uint8))
    np.save(fresh / f"{INFOS}.edges.npy", edges)


def _header(fresh: Path, about: Mapping[str, Any], digests: Mapping[str, str]) -> dict[str, Any]:
    arrays = {path.stem: np.load(path, mmap_mode="r") for path in sorted(fresh.glob("*.npy"))}
    parts = np.bincount(arrays["pieces.part"], minlength=len(PARTS)).tolist()
    return {
        "schema": VERSION,
        **about,
        "pieces": len(arrays["pieces.tpq"]),
        "notes": len(arrays["notes.onset"]),
        "hours": round(float(arrays["pieces.seconds"].sum() / 3600), 6),
        "parts": dict(zip(PARTS[1:], parts[1:], strict=True)),
        "digest": hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest(),
        "columns": {name: [array.dtype.str, len(array)] for name, array in arrays.items()},
        "bytes": {path.name: path.stat().st_size for path in sorted(fresh.iterdir())},
    }
