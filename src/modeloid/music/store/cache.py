"""Directories of plain files that appear whole or not at all, and verify what they hold."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ..errors import MusicError

MANIFEST = "manifest.json"
_TEMPORARY = ".making-"
_STALE_S = 86_400.0
_LARGE_BYTES = 1 << 22


def home() -> Path:
    """Where parsed data sets lie: ``$MODELOID_HOME``, else ``~/.cache/modeloid``."""
    named = os.environ.get("MODELOID_HOME")
    return Path(named).expanduser() if named else Path("~/.cache/modeloid").expanduser()


def is_whole(directory: Path) -> bool:
    """Whether a directory holds exactly what its manifest says, byte for byte."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text())
        return bool(manifest) and all(sha256(directory / name) == digest for name, digest in manifest.items())
    except (OSError, ValueError, AttributeError):
        return False


def make(directory: Path, write: Callable[[Path], Mapping[str, str] | object]) -> None:
    """Make a directory by writing beside it and renaming; whoever is first wins, the other's work is dropped.

    Parameters
    ----------
    directory
        Where it shall lie. What lies there broken is removed.
    write
        Writes files into an empty directory; it may return the SHA-256 of some of them by name, to spare the reading.

    Raises
    ------
    MusicError
        The place cannot be written, or the disk is full.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        _sweep(directory.parent)
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=directory.parent, ignore_cleanup_errors=True) as name:
            fresh = Path(name) / "whole"
            fresh.mkdir()
            known = write(fresh)
            digests = known if isinstance(known, Mapping) else {}
            files = sorted(path for path in fresh.iterdir())
            manifest = {path.name: digests.get(path.name) or sha256(path) for path in files}
            (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1))
            _put(fresh, directory, Path(name) / "broken")
    except OSError as error:
        raise unwritable(error, directory) from error


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder for what is needed while a store is built; what a killed process leaves there is swept a day later.

    Raises
    ------
    MusicError
        The place cannot be written.
    """
    parent = home() / "building"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        place = tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise unwritable(error, parent) from error
    with place as name:
        yield Path(name)


def unwritable(error: OSError, where: Path) -> MusicError:
    """What to say when a place cannot be written."""
    advice = "Make room, or name another place in the environment variable MODELOID_HOME."
    return MusicError(f"cannot be written ({error.strerror or error})", where, advice)


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    with path.open("rb", buffering=0) as file:
        # most files are small: for those file_digest spends its time on a buffer
        if os.fstat(file.fileno()).st_size > _LARGE_BYTES:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return hashlib.sha256(file.read()).hexdigest()


def _put(fresh: Path, directory: Path, aside: Path) -> None:
    for _ in range(3):
        try:
            fresh.rename(directory)
            return
        except OSError:
            if is_whole(directory):
                return
            # another process may move the same broken directory aside first
            with contextlib.suppress(FileNotFoundError):
                directory.rename(aside)
    fresh.rename(directory)


def _sweep(parent: Path) -> None:
    for path in parent.glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                shutil.rmtree(path)
