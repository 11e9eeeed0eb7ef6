from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from modeloid.music.columns import to_score
from modeloid.music.datasets import data_set
from modeloid.music.errors import DataError, MusicError
from modeloid.music.read import child as child_module
from modeloid.music.read import guarded
from modeloid.music.read.child import Child
from modeloid.music.store import build
from modeloid.music.store import fill as fill_
from modeloid.music.store.build import open_corpus
from modeloid.music.store.cache import is_whole, make
from modeloid.music.store.growing import Growing

from ..pieces import piece


def fill(place, count, first=0):
    place.mkdir(exist_ok=True)
    for number in range(first, first + count):
        notes = piece([(beat, 1, 60 + (beat * (number + 2)) % 12) for beat in range(8)])
        (place / f"{number}.mid").write_bytes(to_score(notes).dumps_midi())


@pytest.fixture
def folder(tmp_path, home):
    fill(tmp_path / "music", 5)
    (tmp_path / "music" / "bad.mid").write_bytes(b"junk")
    return data_set(f"folder:{tmp_path / 'music'}")


def forbid(*args, **kwargs):
    raise AssertionError("parsed again")


def only_store(home):
    [directory] = (home / "corpora").iterdir()
    return directory


def content(directory):
    files = sorted(directory.iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_second_opening_parses_nothing_and_gives_the_same(folder, monkeypatch):
    seen = []
    first = open_corpus(folder, progress=lambda done, total: seen.append((done, total)))
    monkeypatch.setattr(fill_, "stream_batches", forbid)
    second = open_corpus(folder)
    assert seen == [(done, 6) for done in range(1, 7)]
    assert list(first.names) == list(second.names) == ["0.mid", "1.mid", "2.mid", "3.mid", "4.mid"]
    assert first.digest == second.digest
    assert all(np.array_equal(first.notes[name], second.notes[name]) for name in first.notes)
    assert [(file.path, bool(file.reason)) for file in second.refused] == [("bad.mid", True)]


def test_once_the_files_have_settled_opening_reads_none_of_them(folder, monkeypatch):
    for _, path in folder.files():
        os.utime(path, (1, 1))
    monkeypatch.setattr("modeloid.music.store.stamp._SETTLED_NS", 0)
    first = open_corpus(folder)
    monkeypatch.setattr(build, "content_key", forbid)
    assert open_corpus(folder).digest == first.digest


def test_files_that_were_just_written_are_looked_into_again(folder, monkeypatch):
    monkeypatch.setattr("modeloid.music.store.stamp._SETTLED_NS", 10**12)  # "just" is a quarter of an hour here
    open_corpus(folder)
    monkeypatch.setattr(build, "content_key", forbid)
    with pytest.raises(AssertionError, match="parsed again"):
        open_corpus(folder)


def test_a_piece_from_the_store_is_the_piece_of_the_file(folder):
    corpus = open_corpus(folder)
    for index, (_, path) in enumerate(folder.files()[:5]):
        assert corpus.piece(index).dumps_midi() == path.read_bytes()


def test_a_changed_file_is_parsed_again(folder):
    before = open_corpus(folder)
    folder.files()[0][1].write_bytes(to_score(piece([(0, 4, 72)])).dumps_midi())
    after = open_corpus(folder)
    assert before.digest != after.digest
    assert after.columns(0).notes["pitch"].tolist() == [72]


@pytest.mark.parametrize("harm", ["cut", "flip", "gone", "manifest", "header"])
def test_a_broken_store_is_built_again(folder, home, harm):
    first = open_corpus(folder)
    directory = only_store(home)
    whole = content(directory)
    column = directory / "notes.pitch.npy"
    pitches = column.read_bytes()
    {
        "cut": lambda: column.write_bytes(pitches[:-1]),
        "flip": lambda: column.write_bytes(pitches[:-1] + bytes([pitches[-1] ^ 1])),
        "gone": column.unlink,
        "manifest": lambda: (directory / "manifest.json").write_text("{"),
        "header": lambda: (directory / "header.json").write_text("{"),
    }[harm]()
    assert not is_whole(directory)
    # what sizes do not show is found when the bytes are compared
    assert open_corpus(folder, verify=harm in ("flip", "manifest")).digest == first.digest
    assert content(only_store(home)) == whole


def test_processes_that_build_at_once_agree(folder, home):
    code = (
        "import sys; from modeloid.music.datasets import data_set; from modeloid.music.store.build import open_corpus; "
        "print(open_corpus(data_set(sys.argv[1])).digest)"
    )
    command = [sys.executable, "-c", code, folder.name]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    digests = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert len(digests) == 1
    assert is_whole(only_store(home))


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(guarded, "_BATCH", 4)


@pytest.mark.usefixtures("small_batches")
def test_the_bytes_do_not_depend_on_the_number_of_workers(folder, tmp_path, home, monkeypatch):
    fill(tmp_path / "music", 25, first=10)
    found = []
    for workers in (1, 2, 5):
        monkeypatch.setenv("MODELOID_HOME", str(tmp_path / f"home-{workers}"))
        open_corpus(folder, workers=workers)
        found.append(content(only_store(tmp_path / f"home-{workers}")))
    assert found[0] == found[1] == found[2]


def test_nor_do_those_of_tunes_whose_reader_names_its_temporary_files_by_the_second(tmp_path, home, monkeypatch):
    (tmp_path / "tunes").mkdir()
    tunes = [f"X:{number}\nT:{number}\nM:4/4\nL:1/8\nK:C\nC{'DEFG'[number % 4]}EF GABc|c8|\n" for number in range(120)]
    (tmp_path / "tunes" / "book.abc").write_text("\n".join(tunes))
    found = []
    for workers in (1, 4):
        monkeypatch.setenv("MODELOID_HOME", str(tmp_path / f"home-{workers}"))
        corpus = open_corpus(data_set(f"folder:{tmp_path / 'tunes'}"), workers=workers)
        assert len(corpus) == 120
        found.append(content(only_store(tmp_path / f"home-{workers}")))
    assert found[0] == found[1]


def journal(home):
    [path] = (home / "building").glob("*/journal")
    return path.read_bytes().splitlines()


def break_off(folder):
    """A build that ends when 20 of 31 files are read."""

    def stop(done, total):
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_corpus(folder, workers=1, progress=stop)


def cut(path, count):
    path.write_bytes(path.read_bytes()[:-count])


def flip(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


HARM = {
    "none": (lambda place: None, 20),
    "written further than noted": (lambda place: (place / "notes.pitch.npy").open("ab").write(b"xyz"), 20),
    "cut column": (lambda place: cut(place / "notes.onset.npy", 1), 16),
    "flipped bit at the end": (lambda place: flip(place / "notes.onset.npy", -1), 16),
    "flipped bit at the start": (lambda place: flip(place / "pieces.seconds.npy", 128), 0),
    "cut note": (lambda place: cut(place / "journal", 7), 16),
    "flipped bit in a name of the journal": (lambda place: flip(place / "journal", -90), 16),
    "lost column": (lambda place: (place / "keys.tick.npy").unlink(), 0),
    "lost journal": (lambda place: (place / "journal").unlink(), 0),
    "a journal of something else": (lambda place: (place / "journal").write_bytes(b"[]\n\xff"), 0),
}


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(("harm", "kept"), HARM.values(), ids=HARM)
def test_a_build_that_was_broken_off_goes_on_and_ends_with_the_same_bytes(
    folder, tmp_path, home, monkeypatch, harm, kept
):
    fill(tmp_path / "music", 25, first=10)
    break_off(folder)
    assert not (home / "corpora").exists()
    assert len(journal(home)) == 5
    [place] = (path for path in (home / "building").iterdir() if path.is_dir() and not path.name.startswith("."))
    harm(place)
    seen = []
    open_corpus(folder, workers=2, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 31) for done in range(kept + 1, 32)]
    assert not list((home / "building").glob("*/*"))
    resumed = content(only_store(home))
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "other"))
    open_corpus(folder)
    assert content(only_store(tmp_path / "other")) == resumed


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(("changed", "kept"), [(0, 0), (9, 8), (25, 20)])
def test_what_an_earlier_try_read_counts_up_to_the_first_file_that_changed(
    folder, tmp_path, home, monkeypatch, changed, kept
):
    fill(tmp_path / "music", 25, first=10)
    break_off(folder)
    paths = [path for _, path in folder.files()]
    paths[changed].write_bytes(paths[changed + 1].read_bytes())
    seen = []
    again = open_corpus(folder, progress=lambda done, total: seen.append(done))
    assert seen == list(range(kept + 1, 32))
    assert np.array_equal(again.columns(changed).notes["pitch"], again.columns(changed + 1).notes["pitch"])
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "other"))
    assert open_corpus(folder).digest == again.digest


@pytest.mark.usefixtures("small_batches")
def test_a_file_that_came_or_went_shifts_nothing_into_a_wrong_place(folder, tmp_path, home, monkeypatch):
    fill(tmp_path / "music", 25, first=10)
    break_off(folder)
    (tmp_path / "music" / "12.mid").unlink()
    fill(tmp_path / "music", 1, first=40)
    again = content(open_corpus(folder).directory)
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "other"))
    assert content(open_corpus(folder).directory) == again


@pytest.mark.usefixtures("small_batches")
def test_files_that_crash_their_reader_change_no_byte_of_the_others(folder, tmp_path, home, monkeypatch):
    """A batch that ends a child is read again file by file, and ends as the same bytes."""
    fill(tmp_path / "music", 9, first=10)
    whole = content(open_corpus(folder).directory)
    real, tries = Child._ask, []

    def fail(child, paths):
        tries.append(len(paths))
        if len(paths) > 1:
            raise child_module._DeadError
        return real(child, paths)

    monkeypatch.setattr(Child, "_ask", fail)
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "other"))
    assert content(open_corpus(folder, workers=1).directory) == whole
    assert max(tries) > 1


BUILD = """
import sys, time
from modeloid.music.datasets import data_set
from modeloid.music.read import guarded
from modeloid.music.store import build
guarded._BATCH = 4
def slowly(done, total):
    print(done, flush=True)
    time.sleep(0.02)
build.open_corpus(data_set(sys.argv[1]), workers=1, progress=slowly)
"""


@pytest.mark.usefixtures("small_batches")
def test_a_build_that_was_killed_goes_on_and_ends_with_the_same_bytes(folder, tmp_path, home, monkeypatch):
    fill(tmp_path / "music", 60, first=10)
    process = subprocess.Popen([sys.executable, "-c", BUILD, folder.name], stdout=subprocess.PIPE, text=True)
    while int(process.stdout.readline()) < 20:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = len(journal(home))
    assert 4 <= kept < 17
    seen = []
    open_corpus(folder, progress=lambda done, total: seen.append(done))
    assert len(seen) == 66 - 4 * kept
    resumed = content(only_store(home))
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "other"))
    open_corpus(folder)
    assert content(only_store(tmp_path / "other")) == resumed


def test_a_folder_without_any_piece_left_is_an_error_that_says_why(tmp_path, home):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "x.mid").write_bytes(b"junk")
    with pytest.raises(DataError, match=r"none of 1 files could be read.*x\.mid"):
        open_corpus(data_set(f"folder:{tmp_path / 'm'}"))


def test_without_verovio_the_extra_is_named(tmp_path, home, monkeypatch):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "x.mxl").touch()
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"verovio.*pip install 'modeloid\[score\]'"):
        open_corpus(data_set(f"folder:{tmp_path / 'm'}"))


def test_a_place_that_cannot_be_written_is_one_line(folder, home):
    home.mkdir(exist_ok=True)
    (home / "building").write_text("a file where a folder should be")
    with pytest.raises(MusicError, match=r"cannot be written.*MODELOID_HOME"):
        open_corpus(folder)


def test_a_write_that_fails_leaves_nothing(tmp_path):
    def fail(fresh):
        (fresh / "half.npy").write_bytes(b"x")
        raise OSError(28, "No space left on device")

    with pytest.raises(MusicError, match=r"No space left.*MODELOID_HOME"):
        make(tmp_path / "place" / "one", fail)
    assert list((tmp_path / "place").iterdir()) == []


def test_whoever_is_first_wins(tmp_path):
    make(tmp_path / "one", lambda fresh: (fresh / "a").write_text("first"))
    make(tmp_path / "one", lambda fresh: (fresh / "a").write_text("second"))
    assert (tmp_path / "one" / "a").read_text() == "first"


def test_stale_leftovers_are_swept_and_fresh_ones_are_not(tmp_path):
    old, new = tmp_path / ".making-old", tmp_path / ".making-new"
    old.mkdir()
    new.mkdir()
    os.utime(old, (0, 0))
    make(tmp_path / "one", lambda fresh: (fresh / "a").write_text("x"))
    assert not old.exists()
    assert new.exists()


def test_where_there_are_no_locks_each_builder_has_a_folder_of_its_own(folder, home, monkeypatch):
    whole = content(open_corpus(folder).directory)
    places = []

    @contextlib.contextmanager
    def no_lock(path):
        yield False

    def growing(place, is_same):
        places.append(place.name)
        return Growing(place, is_same)

    monkeypatch.setattr(build, "alone", no_lock)
    monkeypatch.setattr(build, "Growing", growing)
    monkeypatch.setenv("MODELOID_HOME", str(home.with_name("other")))
    assert content(open_corpus(folder).directory) == whole
    assert [place.endswith(f"-{os.getpid()}") for place in places] == [True]
