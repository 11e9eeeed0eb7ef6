"""One writer for a modeloid."""

import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from modeloid.cycle.errors import MISTAKE, LockError
from modeloid.cycle.lock import Lock
from modeloid.cycle.loop import run
from toys import Points, card

HOLDER = """
import sys
from pathlib import Path
from modeloid.cycle.lock import Lock
with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
TRAINER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from toys import Points, card
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.loop import run
try:
    run(card(Path(sys.argv[1])), Points())
except ModeloidError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def holder(directory):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def dead_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def no_flock(monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path):
    first = holder(tmp_path)
    tests = str(Path(__file__).parents[1])
    second = subprocess.run(
        [sys.executable, "-c", TRAINER, str(tmp_path), tests], capture_output=True, text=True, check=False
    )
    assert second.returncode == MISTAKE and second.stdout.count("\n") == 1
    assert f"process {first.pid} on {socket.gethostname()}" in second.stdout
    assert not (tmp_path / "state").exists()
    first.kill()
    first.communicate()
    assert run(card(tmp_path), Points()).status == "done", "a killed owner leaves no lock"


def test_a_second_run_in_the_same_process_is_refused(tmp_path):
    with Lock(tmp_path), pytest.raises(LockError):
        run(card(tmp_path), Points())
    assert run(card(tmp_path), Points()).status == "done"


def test_the_lock_is_given_back_when_a_run_fails(tmp_path):
    with pytest.raises(ZeroDivisionError):
        run(card(tmp_path), Points(), watchers=[lambda event, view: 1 / 0])
    with Lock(tmp_path):
        pass


def test_without_flock_an_exclusive_file_does_it_and_says_so(tmp_path, no_flock):
    owner = tmp_path / ".lock.owner"
    with pytest.warns(UserWarning, match="no flock here"), Lock(tmp_path):
        assert json.loads(owner.read_text())["pid"] == os.getpid()
        with pytest.raises(LockError, match=f"process {os.getpid()}"), pytest.warns(UserWarning):
            Lock(tmp_path).__enter__()
        assert owner.exists(), "who is refused leaves the owner's file alone"
    assert not owner.exists()


def test_without_flock_a_whole_run(tmp_path, no_flock):
    with pytest.warns(UserWarning, match="no flock"):
        assert run(card(tmp_path), Points()).status == "done"


def test_with_flock_there_is_no_warning(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Lock(tmp_path):
            assert not (tmp_path / ".lock.owner").exists()


@pytest.mark.filterwarnings("ignore:.*no flock")
def test_without_flock_a_dead_owner_is_followed(tmp_path, no_flock):
    (tmp_path / ".lock.owner").write_text(json.dumps({"host": socket.gethostname(), "pid": dead_pid(), "start": "x"}))
    with Lock(tmp_path):
        assert json.loads((tmp_path / ".lock.owner").read_text())["pid"] == os.getpid()


@pytest.mark.filterwarnings("ignore:.*no flock")
@pytest.mark.parametrize(
    "owner",
    [
        {"host": socket.gethostname(), "pid": 1, "start": "x"},
        {"host": "elsewhere", "pid": 999999, "start": "x"},
        "half a li",
    ],
)
def test_without_flock_a_living_foreign_or_unknown_owner_is_respected(owner, tmp_path, no_flock):
    (tmp_path / ".lock.owner").write_text(owner if isinstance(owner, str) else json.dumps(owner))
    with pytest.raises(LockError, match=r"if it is gone, remove \.lock\.owner"):
        Lock(tmp_path).__enter__()
    assert (tmp_path / ".lock.owner").exists()


def test_another_fault_of_flock_leaves_nothing_open(tmp_path, monkeypatch):
    def broken(descriptor, operation):
        raise OSError(errno.EIO, "Input/output error")

    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(fcntl, "flock", broken)
    for _ in range(3):
        with pytest.raises(OSError, match="Input/output"):
            Lock(tmp_path).__enter__()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
