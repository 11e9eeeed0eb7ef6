from __future__ import annotations

import os

import pytest

from modeloid.music.columns import to_score
from modeloid.music.datasets import data_set
from modeloid.music.errors import DataError
from modeloid.music.read.verdict import as_json, import_folder
from modeloid.music.store import report
from modeloid.music.store.build import open_corpus

from ..pieces import piece

SONG = to_score(piece([(beat, 1, 60 + beat) for beat in range(4)])).dumps_midi()
SILENT = to_score(piece([])).dumps_midi()
RIFF = b"RIFF\0\0\0\0RMIDdata" + len(SONG).to_bytes(4, "little") + SONG


def fill(place):
    files = {
        "a.mid": SONG,
        "song.bin": SONG,
        "no suffix": RIFF,
        "deep/er/B.MIDI": SONG,
        "README.txt": b"buy milk",
        "x.syx": b"\xf0\x7e\xf7",
        "silent.mid": SILENT,
        ".hidden.mid": SONG,
        ".git/c.mid": SONG,
    }
    for name, data in files.items():
        (place / name).parent.mkdir(exist_ok=True, parents=True)
        (place / name).write_bytes(data)


def test_every_file_that_is_not_hidden_gets_a_verdict_by_its_content(tmp_path, home):
    fill(tmp_path / "m")
    built = {file["path"]: file for file in report.build(f"folder:{tmp_path / 'm'}")["files"]}
    read = {path for path, file in built.items() if (file["verdict"], file["reason"]) == ("read", "")}
    assert read == {"a.mid", "song.bin", "no suffix", "deep/er/B.MIDI"}
    refused = {path: file["reason"] for path, file in built.items() if file["verdict"] == "refused"}
    assert refused.keys() == {"README.txt", "x.syx"}
    assert "no reader takes '.txt'" in refused["README.txt"]
    assert (built["silent.mid"]["verdict"], built["silent.mid"]["reason"]) == ("read", "holds no notes.")


def test_the_store_says_what_the_import_says(tmp_path, home):
    fill(tmp_path / "m")
    built = report.build(f"folder:{tmp_path / 'm'}")
    assert built["files"] == as_json(import_folder(tmp_path / "m"))["files"]
    assert (built["pieces"], built["refused"], built["silent"]) == (4, 2, 1)


def test_a_file_in_which_nothing_sounds_is_no_piece_and_no_refusal(tmp_path, home):
    fill(tmp_path / "m")
    corpus = open_corpus(data_set(f"folder:{tmp_path / 'm'}"))
    assert "silent.mid" not in list(corpus.names)
    assert [file.path for file in corpus.silent] == ["silent.mid"]
    assert "silent.mid" not in [file.path for file in corpus.refused]


def test_links_to_nothing_pipes_and_folders_of_links_do_no_harm(tmp_path, home):
    fill(tmp_path / "m")
    os.mkfifo(tmp_path / "m" / "pipe.mid")
    os.mkfifo(tmp_path / "m" / "pipe")
    (tmp_path / "m" / "gone.mid").symlink_to(tmp_path / "nowhere")
    (tmp_path / "m" / "round").symlink_to(tmp_path / "m")
    corpus = open_corpus(data_set(f"folder:{tmp_path / 'm'}"))
    assert len(corpus) == 4
    refused = {file.path: file.reason for file in corpus.refused}
    assert refused.keys() == {"README.txt", "x.syx", "pipe.mid", "pipe", "gone.mid"}
    assert "no regular file" in refused["pipe"]
    assert "cannot be opened" in refused["gone.mid"]
    assert open_corpus(data_set(f"folder:{tmp_path / 'm'}")).digest == corpus.digest


def test_a_folder_in_which_content_alone_tells_is_one_of_music(tmp_path):
    (tmp_path / "song.bin").write_bytes(SONG)
    (tmp_path / "README").write_text("MTh")
    assert [name for name, _ in data_set(f"folder:{tmp_path}").files()] == ["README", "song.bin"]


def test_a_folder_without_music_is_an_error(tmp_path):
    (tmp_path / "README.txt").write_text("nothing here")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="no music files"):
        data_set(f"folder:{tmp_path}").files()
