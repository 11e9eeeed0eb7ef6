"""Real data sets for the tests: archives in a folder named by MODELOID_SHARED_DATA, else beside the repository."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest


def folder() -> Path:
    """Where the archives lie; the test is skipped where they do not."""
    place = Path(os.environ.get("MODELOID_SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
    if not place.is_dir():
        pytest.skip(f"no data sets at {place} (name their folder in MODELOID_SHARED_DATA)")
    return place


def archive(name: str) -> Path:
    """One archive; the test is skipped where it is absent."""
    path = folder() / f"{name}.zip"
    if not path.is_file():
        pytest.skip(f"no {path}")
    return path


def midi(name: str, every: int = 1) -> list[bytes]:
    """The contents of every so-manieth MIDI file of an archive, in the order of their names."""
    with zipfile.ZipFile(archive(name)) as packed:
        names = sorted(member for member in packed.namelist() if member.lower().endswith(".mid"))
        return [packed.read(member) for member in names[::every]]
