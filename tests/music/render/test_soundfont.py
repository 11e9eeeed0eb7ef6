from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from modeloid.music.errors import NoSoundfont
from modeloid.music.render import soundfont as module
from modeloid.music.render.soundfont import VARIABLE, soundfont


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The only folder that is searched; no variable, no package."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(module, "FOLDERS", (tmp_path,))
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    return tmp_path


def test_without_one_the_error_says_what_to_install(folder):
    with pytest.raises(NoSoundfont, match=r"pip install 'modeloid\[audio\]'.*timgm6mb-soundfont.*MODELOID_SOUNDFONT"):
        soundfont()


def test_the_named_one_goes_first_and_must_be_there(folder, monkeypatch):
    (folder / "FluidR3_GM.sf2").touch()
    named = folder / "elsewhere" / "mine.sf3"
    monkeypatch.setenv(VARIABLE, str(named))
    with pytest.raises(NoSoundfont, match=r"mine\.sf3.*no such soundfont"):
        soundfont()
    named.parent.mkdir()
    named.touch()
    assert soundfont().path == named
    assert soundfont().name == "mine"
    assert "not known" in soundfont().licence


def test_in_a_folder_known_ones_go_first_each_with_its_licence(folder):
    for name in ("another.sf3", "TimGM6mb.sf2", "notes.txt"):
        (folder / name).touch()
    assert (soundfont().path.name, soundfont().licence) == ("TimGM6mb.sf2", "GPL-2")
    (folder / "FluidR3_GM.sf2").touch()
    assert (soundfont().path.name, soundfont().licence) == ("FluidR3_GM.sf2", "MIT")


def test_the_package_comes_last(folder, monkeypatch):
    monkeypatch.undo()
    if importlib.util.find_spec("pretty_midi") is None:
        pytest.skip("pretty_midi is not installed")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(module, "FOLDERS", (Path("/nowhere"),))
    found = soundfont()
    assert found.path.parent.name == "pretty_midi"
    assert (found.name, found.licence) == ("TimGM6mb by Tim Brechbill", "GPL-2")
