from __future__ import annotations

import os

import pytest

from modeloid.music.datasets import data_set
from modeloid.music.datasets.tunebook import opened, tunes
from modeloid.music.store.build import open_corpus

BOOK = b"%abc-2.1\nM: 4/4\n\nX: 1\nT: One\nK: C\nCDEF|\n\nX:2\nT: Two\nK: G\nGABc|\n"


def test_a_book_is_its_tunes_each_with_the_header_of_the_book():
    first, second = tunes(BOOK)
    assert first == b"%abc-2.1\nM: 4/4\n\nX: 1\nT: One\nK: C\nCDEF|\n\n"
    assert second == b"%abc-2.1\nM: 4/4\n\nX:2\nT: Two\nK: G\nGABc|\n"


def test_a_single_tune_and_no_tune_are_left_as_they_are():
    assert tunes(b"X:1\nK:C\nC|") == [b"X:1\nK:C\nC|"]
    assert tunes(b"nothing") == [b"nothing"]


def test_what_comes_before_the_first_tune_ends_with_a_blank_line():
    assert tunes(b"M:3/4\r\n\r\nchatter\r\nX:1\r\nK:C\r\nX:2\r\nK:D")[1] == b"M:3/4\n\nX:2\r\nK:D"


def test_an_x_inside_a_line_begins_no_tune():
    assert len(tunes(b"X:1\nT: X:2 by X\nK:C\nX:3\nK:C\n")) == 2


def test_entries_are_named_by_book_and_number(tmp_path):
    (tmp_path / "book.abc").write_bytes(BOOK)
    (tmp_path / "song.mid").write_bytes(b"X:1\nX:2\n")
    files = [("book", tmp_path / "book.abc"), ("song.mid", tmp_path / "song.mid")]
    with opened(files, {"song.mid": "test"}) as entries:
        assert [(entry.name, entry.part) for entry in entries] == [
            ("book#0001", ""),
            ("book#0002", ""),
            ("song.mid", "test"),
        ]
        assert b"Two" in entries[1].source.read_bytes()
        assert entries[2].source == tmp_path / "song.mid"
    assert not entries[0].source.exists()


def gone(path):
    path.symlink_to(path.with_name("nowhere"))


def book(path):
    path.write_bytes(BOOK)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("make", "names"), [(gone, ["x.abc"]), (os.mkfifo, ["x.abc"]), (book, ["x#1", "x#2"])])
def test_what_cannot_be_opened_is_left_to_the_reader(tmp_path, make, names):
    make(tmp_path / "x.abc")
    with opened([("x.abc", tmp_path / "x.abc")]) as entries:
        assert [entry.name.replace(".abc#000", "#") for entry in entries] == names
        assert (entries[0].source == tmp_path / "x.abc") == (len(names) == 1)


@pytest.mark.timeout(120)
def test_a_folder_with_a_pipe_and_a_broken_link_is_imported(tmp_path, home):
    book(tmp_path / "book.abc")
    gone(tmp_path / "gone.abc")
    os.mkfifo(tmp_path / "pipe.abc")
    corpus = open_corpus(data_set(f"folder:{tmp_path}"))
    assert list(corpus.names) == ["book.abc#0001", "book.abc#0002"]
    refused = {file.path: file.reason for file in corpus.refused}
    assert refused.keys() == {"gone.abc", "pipe.abc"}
    assert "cannot be opened" in refused["gone.abc"]
    assert "no regular file" in refused["pipe.abc"]
