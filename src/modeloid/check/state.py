"""What `save` promises: everything, and nothing that runs when it is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from .bench import Bench, BrokenError, expect_same

_KINDS = (".safetensors", ".npz", ".npy", ".json")


def saves_what_it_loads(bench: Bench) -> None:
    """Saved, loaded and saved again, every byte is the same."""
    modeloid = bench.fresh()
    bench.train(modeloid, 0, 2)
    first = bench.saved(modeloid)
    before = bench.state(modeloid)
    if not before:
        raise BrokenError("save writes no file")
    expect_same(before, bench.state(bench.loaded(first)), "saved, loaded and saved again")


def goes_on_from_what_it_saved(bench: Bench) -> None:
    """Two turns, saved, loaded, two more: the same bytes as four turns in one go."""
    modeloid = bench.fresh()
    bench.train(modeloid, 0, 2)
    resumed = bench.loaded(bench.saved(modeloid))
    bench.train(modeloid, 2, 4)
    bench.train(resumed, 2, 4)
    expect_same(bench.state(modeloid), bench.state(resumed), "four turns in one go against two, load, and two")


def writes_plain_files(bench: Bench) -> None:
    """`save` writes safetensors, npz, npy or json, and no pickle in any of them."""
    modeloid = bench.fresh()
    bench.train(modeloid, 0, 1)
    directory = bench.saved(modeloid)
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        if path.suffix not in _KINDS:
            raise BrokenError(f"{path.name} is neither of {', '.join(_KINDS)}")
        if path.suffix in (".npz", ".npy"):
            _expect_no_pickle(path)


def _expect_no_pickle(path: Path) -> None:
    try:
        found = np.load(path, allow_pickle=False)
        for name in getattr(found, "files", ()):
            found[name]
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise BrokenError(f"{path.name} cannot be read without running what is in it: {error}") from None
