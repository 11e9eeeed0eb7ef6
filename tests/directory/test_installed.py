"""Entry points of installed distributions, and where their modules come from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import modeloid
from modeloid.directory import installed
from modeloid.directory.errors import ShadowedError
from modeloid.directory.places import absolute, lies_below, own_sites, same, working_directory

ROOT = Path(__file__).parents[2]


def test_our_own_models_count_in_our_own_project(monkeypatch):
    monkeypatch.chdir(ROOT)
    entry = installed.find(installed.MODELS, "modeloid.models.rbm")
    assert entry is not None
    assert (entry.name, entry.distribution, entry.version) == ("rbm", "modeloid", modeloid.__version__)
    installed.check_origin(entry)


def test_an_entry_tells_who_offers_it(offered):
    entry = installed.find(installed.MODELS, offered)
    assert entry == installed.Entry("offered", offered, "offered", "1.5")
    assert installed.load(entry).doc == "a model for the tests"
    assert installed.find(installed.DOMAINS, offered) is None


def test_an_entry_may_name_something_in_a_module_and_is_then_no_model(offered, tmp_path):
    (points,) = (tmp_path / "elsewhere").glob("*.dist-info/entry_points.txt")
    points.write_text(f"[modeloid.models]\nwhole = {offered}\n[modeloid.formats]\npart = {offered}:doc\n")
    (entry,) = [entry for entry in installed.entries(installed.FORMATS) if entry.distribution == "offered"]
    assert (entry.module, entry.attribute) == (offered, "doc") and installed.load(entry) == "a model for the tests"
    assert installed.find(installed.FORMATS, offered) is None
    assert installed.find(installed.MODELS, offered).name == "whole"


def test_what_lies_below_the_modeloid_does_not_count(offered, tmp_path):
    assert installed.find(installed.MODELS, offered, tmp_path / "elsewhere") is None
    assert installed.find(installed.MODELS, offered, tmp_path) is None
    assert installed.find(installed.MODELS, offered, tmp_path / "work") is not None


def test_the_first_of_two_distributions_of_one_name_counts(offered, install, tmp_path, monkeypatch):
    install(tmp_path / "second", "other_pkg.model", "offered")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "second")])
    named = [entry.module for entry in installed.entries(installed.MODELS) if entry.name == "offered"]
    assert named == [offered]


def test_a_module_that_is_gone_is_told(offered, tmp_path):
    entry = installed.find(installed.MODELS, offered)
    (tmp_path / "elsewhere" / "offered_pkg" / "model.py").unlink()
    with pytest.raises(ShadowedError, match="not to be found"):
        installed.load(entry)


def test_what_lies_below(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    below = {
        "a": True,
        "a/b/none.py": True,
        "link/b": True,
        "a/../c": False,
        "a/b/../../c": False,
        "ab": False,
        ".": False,
        "c/../a/b": True,
    }
    assert {name: lies_below(tmp_path / name, tmp_path / "a") for name in below} == below
    assert not lies_below(tmp_path, tmp_path / "none")
    assert not lies_below(tmp_path, None)
    assert same(tmp_path / "link", tmp_path / "a")
    assert not same(tmp_path / "none", tmp_path / "none")
    assert absolute("/a/../b") == "/b"


def test_a_removed_working_directory_is_none(tmp_path, monkeypatch, offered):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.syspath_prepend("")
    assert working_directory() is None
    assert installed.find(installed.MODELS, offered) is not None
    monkeypatch.chdir(tmp_path)


def test_our_own_sites_are_where_pytest_is_installed():
    assert any(lies_below(Path(pytest.__file__), site) for site in own_sites())
