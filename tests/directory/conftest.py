"""A distribution with a model, a working directory apart from it, and a home of its own for every test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

MODEL = """\
from pathlib import Path
doc = "a model for the tests"
def load_model(card, state, world):
    return card.name
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The working directory."""
    path = tmp_path / "work"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def install():
    """Puts a distribution with one model into a directory: install(site, "pkg.model", "name")."""

    def put(site: Path, module: str, name: str = "offered", source: str = MODEL, lines: str = "") -> None:
        info = site / f"{name}-1.5.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text(f"[modeloid.models]\n{name} = {module}\n")
        (info / "RECORD").write_text(f"{name}-1.5.dist-info/METADATA,,\n{lines}")
        if source:
            path = site.joinpath(*module.split(".")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            for parent in path.relative_to(site).parents:
                if parent.name:
                    (site / parent / "__init__.py").touch()
            path.write_text(source)

    return put


@pytest.fixture
def offered(tmp_path, monkeypatch, install, work):
    """The module of a model that an installed distribution outside of the working directory offers."""
    site = tmp_path / "elsewhere"
    install(site, "offered_pkg.model")
    monkeypatch.syspath_prepend(str(site))
    yield "offered_pkg.model"
    for name in [name for name in sys.modules if name.partition(".")[0] == "offered_pkg"]:
        del sys.modules[name]


@pytest.fixture
def plain_text(offered):
    return (
        f'"""A docstring."""\n\nfrom {offered} import load_model\n\n'
        'id = "one"\nname = "n"\nauthors = ["a"]\ndoc = "d"\n'
        'model = {"hidden": [256], "rate": -1e-3}\ndata = {"domain": "music"}\ncycle = {"seed": 3}\n'
    )


@pytest.fixture
def make(work):
    """Writes a modeloid's directory: make("name", text, helper="source of helper.py")."""

    def write(name: str, text: str | bytes, **files: str) -> Path:
        directory = work / name
        directory.mkdir(parents=True, exist_ok=True)
        source = text if isinstance(text, bytes) else text.encode()
        (directory / "mconfig.py").write_bytes(source)
        for stem, content in files.items():
            (directory / f"{stem}.py").write_text(content)
        return directory

    return write
