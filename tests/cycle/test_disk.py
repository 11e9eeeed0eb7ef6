"""A full disk, a read-only directory, too large a file: one line, exit code 1, nothing lost, a later run goes on."""

import dataclasses
import errno
import os
import resource
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from modeloid.cycle.errors import FAILED, StorageError
from modeloid.cycle.loop import run
from toys import Points, Softmax, card, end

BALLAST = {"ballast_bytes": 200_000}


def same_as_undisturbed(directory, other, model=None):
    run(card(other, model), Points())
    assert run(card(directory, model), Points()).status == "done"
    assert end(directory) == end(other)


@contextmanager
def mounted(directory, kilobytes):
    directory.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(directory)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"cannot mount a small disk here: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)


@pytest.mark.parametrize("free", [0, 30_000, 130_000, 200_000])
def test_a_disk_that_fills_up(free, tmp_path):
    disk = tmp_path / "disk"
    with mounted(disk, 2048):
        modeloid, filler = disk / "toy", disk / "filler"
        run(card(modeloid, BALLAST, last="5t"), Points())
        before = end(modeloid)
        room = os.statvfs(disk)
        filler.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - free - 4096)))
        with pytest.raises(StorageError, match="No space left") as caught:
            run(card(modeloid, BALLAST), Points())
        assert caught.value.exit_code == FAILED and "\n" not in str(caught.value)
        assert end(modeloid)[0] == before[0] and end(modeloid)[1].startswith(before[1])
        assert not list((modeloid / "state").glob("tmp-*"))
        filler.unlink()
        same_as_undisturbed(modeloid, tmp_path / "whole", BALLAST)


def test_a_new_modeloid_on_a_full_disk(tmp_path):
    disk = tmp_path / "disk"
    with mounted(disk, 64):
        with pytest.raises(StorageError):
            run(card(disk / "toy", BALLAST), Points())
        assert not list((disk / "toy" / "state").iterdir())


def test_files_that_may_not_grow(tmp_path):
    """The same where nothing can be mounted: a limit on the size of files."""
    run(card(tmp_path / "toy", last="5t"), Points())
    before = end(tmp_path / "toy")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
    try:
        with pytest.raises(StorageError, match="File too large"):
            run(card(tmp_path / "toy"), Points())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert end(tmp_path / "toy")[0] == before[0]
    same_as_undisturbed(tmp_path / "toy", tmp_path / "whole")


AS_SOMEBODY_ELSE = """
import os, sys
sys.path[:0] = {path!r}
from pathlib import Path
from toys import Points, card
from modeloid.cycle.loop import run
from modeloid.cycle.errors import ModeloidError
run(card(Path({warm!r})), Points())  # whatever is imported late must be there before the rights are given away
os.setgid(65534); os.setuid(65534)
try:
    run(card(Path({directory!r})), Points())
except ModeloidError as error:
    print(error); sys.exit(error.exit_code)
"""


def as_somebody_else(directory):
    path = [entry for entry in sys.path if entry]
    code = AS_SOMEBODY_ELSE.format(path=path, directory=str(directory), warm=str(directory.with_name("warm")))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.fixture
def open_folder():
    """Not below pytest's own folder, which every other session of pytest closes to other users again."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("what", ["", "state", "record/log.jsonl"])
def test_a_directory_that_may_only_be_read(what, open_folder):
    directory = open_folder / "toy"
    run(card(directory, last="5t"), Points())
    before = end(directory)
    if what:
        for path in [directory, *directory.rglob("*")]:
            path.chmod(0o777)
        (directory / what).chmod(0o555)
    result = as_somebody_else(directory)
    assert result.returncode == FAILED, result.stderr
    assert result.stdout.count("\n") == 1 and "Permission denied" in result.stdout and not result.stderr, result
    assert end(directory)[0] == before[0] and end(directory)[1].startswith(before[1])
    same_as_undisturbed(directory, open_folder / "whole")


def test_a_read_only_mount(tmp_path):
    disk = tmp_path / "disk"
    with mounted(disk, 2048):
        run(card(disk / "toy", last="5t"), Points())
        before = end(disk / "toy")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StorageError, match="Read-only"):
            run(card(disk / "toy"), Points())
        assert end(disk / "toy") == before, "reading takes no lock and works"


def test_a_directory_that_is_not_there(tmp_path):
    gone = dataclasses.replace(card(tmp_path / "toy"), directory=tmp_path / "nowhere")
    with pytest.raises(StorageError, match=r"nowhere.*No such file"):
        run(gone, Points())


@pytest.mark.parametrize(("number", "expected"), [(errno.ENOSPC, StorageError), (errno.ECONNRESET, OSError)])
def test_only_faults_of_the_disk_are_called_so(number, expected, tmp_path):
    class Broken(Softmax):
        def save(self, directory):
            raise OSError(number, os.strerror(number))

    with pytest.raises(expected) as caught:
        run(dataclasses.replace(card(tmp_path), load_model=Broken), Points())
    assert caught.type is expected or (expected is OSError and issubclass(caught.type, OSError))


def test_data_that_may_not_be_read_names_the_file(tmp_path):
    class Locked(Points):
        def batch(self, part, indices, rng):
            raise PermissionError(errno.EACCES, "Permission denied", "/data/pitch.npy")

    with pytest.raises(StorageError, match=r"/data/pitch\.npy.*Permission denied"):
        run(card(tmp_path), Locked())


def test_paths_are_clean_after_use():
    assert not [line for line in Path("/proc/mounts").read_text().splitlines() if "pytest" in line]
