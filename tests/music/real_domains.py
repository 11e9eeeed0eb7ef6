"""Domains over real data that several music tests share: opened once a test module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from modeloid.music import domain
from modeloid.music.domain import MusicDomain

from .shared_data import archive, folder, midi


@contextmanager
def chorales(place: Path) -> Iterator[MusicDomain]:
    """All of the JSB chorales in four-bar windows of a roll."""
    archive("jsb")
    with _home(place):
        yield domain.open({"sets": ["jsb-chorales"]})


@contextmanager
def songs(place: Path, every: int = 10) -> Iterator[MusicDomain]:
    """Some of POP909 as events: a folder of every so-manieth file."""
    files = place / "songs"
    files.mkdir()
    for number, content in enumerate(midi("pop909", every)):
        (files / f"{number:03}.mid").write_bytes(content)
    with _home(place):
        yield domain.open({"sets": [f"folder:{files}"], "representation": {"kind": "events"}})


@contextmanager
def _home(place: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELOID_HOME", str(place / "home"))
        patch.setenv("MODELOID_DATA", str(folder()))
        yield
