"""A store that has grown is completed: heads, header, and the SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ..read.guarded import cores
from .cache import sha256
from .growing import Growing
from .layout import HEAD_BYTES, HEADER, REFUSED, head
from .schema import INFOS, MUSIC, PARTS, UNHEARD, VERSION


def seal(growing: Growing, fresh: Path, about: Mapping[str, Any]) -> dict[str, str]:
    """Complete a store and move it; what has grown is empty then.

    Parameters
    ----------
    growing
        All of its pieces.
    fresh
        An empty directory.
    about
        What the header says beside what is counted here: ``name``, ``licence`` ...

    Returns
    -------
    File -> SHA-256.
    """
    place = growing.directory
    kinds = _put_heads(growing) | _write_infos(place, list(growing.infos))
    # the longest first, so that no thread ends with much to do
    names = sorted([*(f"{name}.npy" for name in kinds), REFUSED], key=lambda name: -(place / name).stat().st_size)
    with ThreadPoolExecutor(cores()) as pool:
        digests = dict(zip(names, pool.map(lambda name: sha256(place / name), names), strict=True))
    header = _header(place, about, {name: kinds[name] for name in sorted(kinds, key="{}.npy".format)}, digests)
    (place / HEADER).write_text(json.dumps(header, indent=1) + "\n")
    for name in (*names, HEADER):
        shutil.move(place / name, fresh / name)
    return digests


def _put_heads(growing: Growing) -> dict[str, tuple[str, int]]:
    """Write the heads of all columns; returns their types and lengths."""
    kinds = {}
    for name, column in growing.columns.items():
        length = (growing.sizes[f"{name}.npy"] - HEAD_BYTES) // column.kind.itemsize
        kinds[name] = (column.kind.str, length)
        with (growing.directory / f"{name}.npy").open("rb+", buffering=0) as file:
            file.write(head(column.kind, length))
    return kinds


def _write_infos(place: Path, infos: list[str]) -> dict[str, tuple[str, int]]:
    rows = [info.encode() for info in infos]
    arrays = {
        INFOS: np.frombuffer(b"".join(rows), np.uint8),
        f"{INFOS}.edges": np.cumsum([0, *map(len, rows)]).astype("<i8"),
    }
    for name, array in arrays.items():
        np.save(place / f"{name}.npy", array)
    return {name: (array.dtype.str, len(array)) for name, array in arrays.items()}


def _header(
    place: Path, about: Mapping[str, Any], kinds: Mapping[str, tuple[str, int]], digests: Mapping[str, str]
) -> dict[str, Any]:
    parts = np.bincount(np.load(place / "pieces.part.npy", mmap_mode="r"), minlength=len(PARTS)).tolist()
    seconds = np.load(place / "pieces.seconds.npy", mmap_mode="r")
    silent = [json.loads(line)[2] for line in (place / REFUSED).read_text().splitlines()]
    heard = {name: digest for name, digest in digests.items() if _is_heard(name.removesuffix(".npy"))}
    return {
        "schema": VERSION,
        **about,
        "refused": len(silent) - sum(silent),
        "silent": sum(silent),
        "pieces": kinds["pieces.tpq"][1],
        "notes": kinds["notes.onset"][1],
        "hours": round(float(seconds.sum() / 3600), 6),
        "parts": dict(zip(PARTS[1:], parts[1:], strict=True)),
        "digest": hashlib.sha256(json.dumps(heard, sort_keys=True).encode()).hexdigest(),
        "columns": kinds,
        "bytes": {name: (place / name).stat().st_size for name in sorted(digests)},
    }


def _is_heard(name: str) -> bool:
    return name.split(".")[0] in MUSIC and name not in UNHEARD
