"""Trust is for exactly this code."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from modeloid.cycle.errors import StorageError
from modeloid.directory.errors import TrustError
from modeloid.directory.trust import digest, home, trust, trusted


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "m"
    (path / "nets").mkdir(parents=True)
    (path / "mconfig.py").write_text("1 / 0")
    (path / "nets" / "a.py").write_text("")
    return path


def test_what_is_trusted_is_remembered(directory):
    assert not trusted(directory)
    assert trust(directory) == digest(directory)
    assert trusted(directory)


CHANGES = {
    "a byte": lambda path: (path / "nets" / "a.py").write_text(" "),
    "a new source": lambda path: (path / "b.py").write_text(""),
    "a library": lambda path: (path / "b.so").write_bytes(b""),
    "a compiled module": lambda path: (path / "b.pyc").write_bytes(b""),
    "a stale compiled file": lambda path: [
        (path / "__pycache__").mkdir(),
        (path / "__pycache__" / "a.cpython-311.pyc").write_bytes(b""),
    ],
    "upper case": lambda path: (path / "B.PY").write_text(""),
    "code in the state": lambda path: [(path / "state").mkdir(), (path / "state" / "x.py").write_text("")],
    "a name": lambda path: (path / "nets" / "a.py").rename(path / "nets" / "b.py"),
    "a place": lambda path: (path / "nets" / "a.py").rename(path / "a.py"),
    "gone": lambda path: (path / "nets" / "a.py").unlink(),
    "a link to code": lambda path: (path / "b.py").symlink_to("mconfig.py"),
    "a link to a folder of code": lambda path: (path / "more").symlink_to("nets"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_asks_again(directory, change):
    trust(directory)
    change(directory)
    assert not trusted(directory)


def test_what_a_link_leads_to_counts(directory, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "x.py").write_text("a")
    (directory / "far").symlink_to(tmp_path / "far")
    trust(directory)
    (tmp_path / "far" / "x.py").write_text("b")
    assert not trusted(directory)


def test_a_link_back_up_ends(directory):
    (directory / "nets" / "up").symlink_to(directory)
    (directory / "nets" / "down").symlink_to(directory / "nets")
    trust(directory)
    assert trusted(directory)


def test_what_is_no_code_may_change(directory):
    trust(directory)
    (directory / "state").mkdir()
    (directory / "state" / "weights.npz").write_bytes(b"x")
    (directory / "notes.md").write_text("x")
    assert trusted(directory)


def test_too_many_files_are_refused(directory, monkeypatch):
    monkeypatch.setattr("modeloid.directory.trust.MOST_FILES", 2)
    with pytest.raises(TrustError, match="more than 2 files"):
        trust(directory)


def test_a_damaged_memory_trusts_nothing(directory):
    trust(directory)
    for damage in ("", "[]", "{}", '{"trusted": [1]}', "\0"):
        (home() / "trust.json").write_text(damage)
        for ask in (trusted, trust):
            with pytest.raises(TrustError, match="is damaged"):
                ask(directory)


def test_a_home_that_cannot_be_written_is_told(directory, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "file" / "below"))
    with pytest.raises(StorageError, match="MODELOID_HOME"):
        trust(directory)


def test_where_the_memory_lies(monkeypatch, tmp_path):
    assert home() == tmp_path / "home"
    monkeypatch.delenv("MODELOID_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert home() == tmp_path / "config" / "modeloid"
    monkeypatch.setenv("XDG_CONFIG_HOME", "not/absolute")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home() == tmp_path / ".config" / "modeloid"


def test_many_writers_at_once_lose_nothing(tmp_path):
    script = (
        "import sys; from pathlib import Path; from modeloid.directory.trust import trust\n"
        "for n in range(15):\n"
        "    folder = Path(sys.argv[1], f'{sys.argv[2]}-{n}'); folder.mkdir()\n"
        "    (folder / f'{folder.name}.py').touch(); trust(folder)\n"
    )
    workers = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(n)], env=os.environ) for n in range(4)
    ]
    assert [worker.wait(timeout=60) for worker in workers] == [0] * 4
    assert len(json.loads((home() / "trust.json").read_text())["trusted"]) == 60
    assert sorted(path.name for path in home().iterdir()) == ["trust.json", "trust.lock"]
