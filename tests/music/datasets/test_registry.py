from __future__ import annotations

import json
import subprocess
import sys

import pytest

from modeloid.music.datasets import DATA_SETS, data_set, listing, music21_corpus
from modeloid.music.errors import DataError


@pytest.mark.parametrize("name", DATA_SETS)
def test_every_set_says_what_it_is(name):
    known = data_set(name)
    assert known.name == name
    assert all([known.doc, known.citation, known.url, known.licence])


def test_an_unknown_set_names_the_nearest():
    with pytest.raises(DataError, match="Did you mean 'bach-chorales'"):
        data_set("bach-corales")


def test_the_chorales_are_found_without_importing_music21():
    pytest.importorskip("music21")
    code = (
        "import sys; from modeloid.music.datasets import data_set; "
        "print(len(data_set('bach-chorales').files()), 'music21' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["408", "False"]


def test_without_music21_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(music21_corpus.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"pip install 'modeloid\[score\]'"):
        data_set("bach-chorales").files()


def test_a_folder_gives_its_files_in_any_case_and_depth(tmp_path):
    for name in ("b.mid", "a.MID", "deep/c.musicxml", "deep/d.mxl", "e.txt", "f.midi"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [name for name, _ in data_set(f"folder:{tmp_path}").files()]
    assert names == ["a.MID", "b.mid", "deep/c.musicxml", "deep/d.mxl", "e.txt", "f.midi"]


def test_the_listing_says_where_sets_are_and_is_plain_data(tmp_path, home, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(tmp_path))
    (tmp_path / "groove.zip").touch()
    rows = {row["name"]: row for row in listing()}
    assert rows.keys() == DATA_SETS.keys()
    assert rows["groove"]["here"] == str(tmp_path / "groove.zip")
    assert rows["lakh"]["here"] is None
    assert rows["groove"]["licence"]["term"] == "attribution"
    assert json.loads(json.dumps(rows)) == rows


def test_an_absent_or_empty_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        data_set(f"folder:{tmp_path / 'none'}").files()
    with pytest.raises(DataError, match="no music files"):
        data_set(f"folder:{tmp_path}").files()
