from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from modeloid.music.columns import Columns
from modeloid.music.errors import MusicError
from modeloid.music.read import child as child_module
from modeloid.music.read.child import Child, Refusal
from modeloid.music.read.guarded import read_files, stream_batches
from modeloid.music.read.limits import Limits

LIMITS = Limits(time_s=2.0, memory_mib=1024)


@pytest.fixture(autouse=True)
def _reachable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def read(*names, workers=1, **more):
    paths = [Path(name) for name in names]
    return read_files(paths, limits=LIMITS, workers=workers, reader="bad_readers:read", **more)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("crash", "SIGSEGV"),
        ("hang", "longer than 2 s"),
        ("exit", "exit status 7"),
        ("eat", "1024 MiB"),
        ("raise", "ZeroDivisionError"),
        ("confess", "bar 3 is broken"),
    ],
)
def test_a_bad_file_is_refused_and_the_next_is_read(deed, reason):
    before, bad, after = read("good-1", f"{deed}-2", "good-3")
    assert isinstance(bad, Refusal)
    assert reason in bad.reason
    assert bad.path == f"{deed}-2"
    assert isinstance(before, Columns)
    assert isinstance(after, Columns)
    assert after.about["path"] == "good-3"


def test_a_warning_is_kept_and_is_no_refusal():
    warned, clean = read("warn-1", "good-2")
    assert warned.about["messages"] == ["[Warning] odd"]
    assert clean.about["messages"] == []


def test_what_earlier_files_left_behind_is_not_held_against_a_file():
    answers = read(*(f"hoard-{number}" for number in range(6)))
    assert all(isinstance(answer, Columns) for answer in answers)


def test_answers_keep_the_order_of_the_files_and_progress_counts_them():
    names = [f"{'crash' if number % 5 == 0 else 'good'}-{number}" for number in range(20)]
    seen = []
    answers = read(*names, workers=3, progress=lambda done, total: seen.append((done, total)))
    assert [isinstance(answer, Refusal) for answer in answers] == [name.startswith("crash") for name in names]
    assert [answer.about["path"] for answer in answers if isinstance(answer, Columns)] == [
        name for name in names if name.startswith("good")
    ]
    assert seen == [(done, 20) for done in range(1, 21)]


def test_many_files_share_one_process_so_a_hang_costs_its_time_once():
    start = time.monotonic()
    read("hang-1", "good-2", "good-3")
    assert time.monotonic() - start < 2 * LIMITS.time_s + 6


def test_no_files_need_no_process():
    assert read() == []


def test_a_reader_that_does_not_exist_is_one_error_and_not_many_refusals():
    with pytest.raises(MusicError, match=r"does not start.*no_such_module"):
        read_files([Path("x")], limits=LIMITS, workers=1, reader="no_such_module:read")


def test_an_error_in_progress_ends_the_children_and_comes_out():
    def fail(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read("good-1", "good-2", "good-3", workers=2, progress=fail)


def test_a_module_planted_in_the_working_directory_does_not_run(tmp_path, monkeypatch):
    mark = tmp_path / "ran"
    (tmp_path / "symusic.py").write_text(f"open({str(mark)!r}, 'w')")
    (tmp_path / "json.py").write_text(f"open({str(mark)!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    assert isinstance(read("good-1")[0], Columns)
    assert not mark.exists()
    # the control: without -P the same files do run
    subprocess.run([sys.executable, "-m", "json"], check=False, capture_output=True)
    assert mark.exists()


def test_in_a_batch_only_the_guilty_file_is_refused():
    names = ["good-1.mid", "good-2.mid", "crash-3.mid", "good-4.mid", "hang-5.mid", "eat-6.mid", "good-7.mid"]
    answers = read(*names)
    assert [isinstance(answer, Columns) for answer in answers] == [name.startswith("good") for name in names]
    assert [answer.path for answer in answers if isinstance(answer, Refusal)] == [
        "crash-3.mid",
        "hang-5.mid",
        "eat-6.mid",
    ]
    assert [answer.about["path"] for answer in answers if isinstance(answer, Columns)] == [
        name for name in names if name.startswith("good")
    ]


def test_a_hang_in_a_batch_costs_its_time_once():
    start = time.monotonic()
    read("good-1.mid", "hang-2.mid", "good-3.mid", "good-4.mid")
    assert time.monotonic() - start < 1.5 * LIMITS.time_s + 6


def test_what_is_printed_belongs_to_the_file_that_was_read_then():
    before, loud, after = read("good-1.mid", "warn-2.mid", "good-3.mid")
    assert [answer.about["messages"] for answer in (before, loud, after)] == [[], ["[Warning] odd"], []]
    good, bad = read("good-1.mid", "confess-2.mid")
    assert isinstance(good, Columns)
    assert "bar 3 is broken" in bad.reason


def test_an_answer_too_large_for_the_shared_memory_comes_through_the_pipe(monkeypatch):
    kinds = []
    real = Child._from_memory
    monkeypatch.setattr(Child, "_from_memory", lambda child, count: kinds.append(count) or real(child, count))
    roomy = read("good-1.mid", "warn-2.mid", "good-3.mid")
    assert len(kinds) == 1
    monkeypatch.setattr(child_module, "_SHARED_BYTES", 64)
    tight = read("good-1.mid", "warn-2.mid", "good-3.mid")
    assert len(kinds) == 1
    assert [one.about for one in tight] == [one.about for one in roomy]


def test_batches_come_in_order_however_long_one_takes():
    names = ["hang-0", *(f"good-{number}" for number in range(1, 30))]
    stream = stream_batches([Path(name) for name in names], limits=LIMITS, workers=2, reader="bad_readers:read")
    with closing(stream) as batches:
        answers = list(batches)
    assert [first for first, _ in answers] == list(range(30))
    assert [len(batch.refusals) for _, batch in answers] == [1] + [0] * 29
