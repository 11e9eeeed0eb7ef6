"""Files and places that the music tests share."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .pieces import SCORE


@pytest.fixture
def make_score(tmp_path: Path) -> Callable[..., Path]:
    """Writes a MusicXML file with the given body, compressed if the name ends so."""

    def make(name: str, body: str, encoding: str = "utf-8", part: str = "Flöte") -> Path:
        content = SCORE.format(encoding=encoding, body=body, name=part).encode(encoding)
        path = tmp_path / name
        if path.suffix.lower() != ".mxl":
            path.write_bytes(content)
            return path
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("decoy.xml", "<not-music/>")
            archive.writestr("deep/score.xml", content)
            archive.writestr(
                "META-INF/container.xml",
                '<container><rootfiles><rootfile full-path="deep/score.xml"/></rootfiles></container>',
            )
        return path

    return make


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    place = tmp_path / "home"
    monkeypatch.setenv("MODELOID_HOME", str(place))
    return place
