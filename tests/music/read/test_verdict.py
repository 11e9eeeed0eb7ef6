from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.music.errors import DataError, ReadError
from modeloid.music.read.content import content
from modeloid.music.read.limits import Limits
from modeloid.music.read.sniff import form, suffix_of
from modeloid.music.read.verdict import Verdict, as_json, as_text, import_folder

from .midi_bytes import END, note, smf, track

GOOD = smf(track(note() + END))
FLAT = smf(track(note(length=0) + END))


def test_a_folder_is_read_file_by_file_whatever_their_names(tmp_path):
    files = {
        "a.mid": GOOD,
        "B.MIDI": GOOD,
        "c.kar": GOOD,
        "d.rmi": b"RIFF\0\0\0\0RMIDdata" + len(GOOD).to_bytes(4, "little") + GOOD,
        "no suffix": GOOD,
        "deep/odd.name.bin": GOOD,
        "flat.mid": FLAT,
        "notes.txt": b"buy milk",
        "page.mid": b"<!DOCTYPE html>",
        "book.abc": b"X:1\nT:one\nK:C\nCDEF\n\nX:2\nT:two\nK:C\nGABc\n",
        ".hidden.mid": GOOD,
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "pipe.mid")
    (tmp_path / "gone.mid").symlink_to(tmp_path / "nowhere.mid")
    verdicts = import_folder(tmp_path, workers=1)
    found = {verdict.path: verdict for verdict in verdicts}
    read = {"a.mid", "B.MIDI", "c.kar", "d.rmi", "no suffix", "deep/odd.name.bin", "book.abc#0001", "book.abc#0002"}
    assert {path for path, verdict in found.items() if verdict.verdict == "read"} == read
    assert found["flat.mid"] == Verdict("flat.mid", "repaired", "1 notes of no length were given one tick")
    refused = {path: verdict.reason for path, verdict in found.items() if verdict.verdict == "refused"}
    assert refused.keys() == {"notes.txt", "page.mid", "pipe.mid", "gone.mid"}
    assert "web page" in refused["page.mid"]
    assert "no regular file" in refused["pipe.mid"]
    assert "cannot be opened" in refused["gone.mid"]
    plain = json.loads(json.dumps(as_json(verdicts)))
    assert (plain["read"], plain["repaired"], plain["refused"]) == (8, 1, 4)
    assert {"path": "page.mid", "verdict": "refused", "reason": "is a web page."} in plain["files"]
    lines = as_text(verdicts).splitlines()
    assert lines[0] == "8 read, 1 repaired, 4 refused"
    assert len(lines) == 6


def test_a_strange_name_does_not_disturb_the_table():
    assert as_text([Verdict("a\nb\udcff.mid", "refused", "odd\x1b[0m")]).count("\n") == 2
    assert as_text([]) == "0 read, 0 repaired, 0 refused\n"


def test_no_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        import_folder(tmp_path / "nowhere")


FORMS = [
    (b"MThd\0\0", "x.abc", "midi"),
    (b"RIFF\0\0\0\0RMIDdata", "x", "midi"),
    (b"anything", "x.KAR", "midi"),
    (b"PK\x03\x04", "x", "musicxml"),
    (b'<?xml version="1.0"?>\n<!DOCTYPE score-partwise>\n<score-partwise version="3.1">', "x", "musicxml"),
    ('<?xml version="1.0" encoding="UTF-16"?><score-partwise>'.encode("utf-16"), "x", "musicxml"),
    (b"!!!COM: Bach\n!!!OTL: x\n**kern\t**kern\n", "x", "kern"),
    (b"% a comment\nX: 12\nT:x\n", "x", "abc"),
]


@pytest.mark.parametrize(("head", "name", "expected"), FORMS)
def test_first_bytes_tell_before_names_do(tmp_path, head, name, expected):
    assert form(head, tmp_path / name) == expected


STRANGERS = [
    (b"\x1f\x8b\x08", "gzip"),
    (b"version https://git-lfs.x", "LFS"),
    (b"<HTML>", "web page"),
    (b"RIFF\0\0\0\0WAVE", "RIFF"),
]


@pytest.mark.parametrize(("head", "told"), STRANGERS)
def test_strangers_are_named(tmp_path, head, told):
    with pytest.raises(ReadError, match=told):
        form(head, tmp_path / "x.mid")


def test_content_is_bounded(tmp_path):
    (tmp_path / "x").write_bytes(bytes(2**20 + 1))
    assert len(content(tmp_path / "x", Limits(file_mib=2))) == 2**20 + 1
    with pytest.raises(ReadError, match="larger than 1 MiB"):
        content(tmp_path / "x", Limits(file_mib=1))
    with pytest.raises(ReadError, match="no regular file"):
        content(tmp_path, Limits())


@given(st.text(alphabet="a./B-é", max_size=8))
def test_a_suffix_is_what_the_standard_library_says(text):
    path = Path(text)
    assert suffix_of(path) == os.path.splitext(path)[1]  # noqa: PTH122 - the other way to say it
