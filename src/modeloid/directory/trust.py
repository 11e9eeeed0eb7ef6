"""Whose code may run: digests of directories, remembered in one file of the user's.

A digest covers the names and contents of every file of the directory that Python or the system's linker could load:
sources, but also compiled modules and libraries, since ``helper.pyc`` or ``helper.so`` runs as well as ``helper.py``.
No folder is left out. `state/`, `record/` and `report/` change all the time, but hold no code; code that turns up there
changes the digest like any other. Links are followed, and what they lead to counts, since an import follows them too.
The place does not count: a copy of trusted code is trusted.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from modeloid.cycle.errors import StorageError

from .errors import TrustError

SUFFIXES = frozenset({".py", ".pyw", ".pyc", ".pyo", ".pyd", ".so", ".dll", ".dylib"})
MOST_FILES = 200_000
"""A link to a whole file system must not keep anybody waiting for ever."""


def home() -> Path:
    """Where the user's settings lie: ``$MODELOID_HOME``, else ``modeloid`` in ``$XDG_CONFIG_HOME`` or ``~/.config``."""
    named = os.environ.get("MODELOID_HOME")
    if named:
        return Path(named).absolute()
    configured = Path(os.environ.get("XDG_CONFIG_HOME") or "")
    return (configured if configured.is_absolute() else Path.home() / ".config") / "modeloid"


def digest(directory: Path) -> str:
    """SHA-256 over the names and contents of all files below that could be loaded as code.

    Raises
    ------
    TrustError
        Where there are more than `MOST_FILES` files, or one that cannot be read.
    """
    whole = hashlib.sha256()
    try:
        for name, path in sorted(_code(directory)):
            whole.update(b"%d:%s%s" % (len(name), name, _content(path)))
    except OSError as error:
        raise TrustError(
            f"cannot be read ({error.strerror})", error.filename or directory, "Make it readable"
        ) from None
    return whole.hexdigest()


def trust(directory: Path) -> str:
    """Remember that the code of a directory may run, until a byte of it changes; returns its digest.

    Raises
    ------
    StorageError
        Where the file of digests cannot be written.
    TrustError
        Where that file is damaged, or the directory cannot be trusted as a whole.
    """
    mark = digest(directory)
    path = home() / "trust.json"
    try:
        with _alone(path):
            known = _known(path)
            known[mark] = {"directory": str(directory.absolute()), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
            _replace(path, json.dumps({"schema": 1, "trusted": known}, indent=1, ensure_ascii=True))
    except OSError as error:
        raise StorageError(
            f"cannot be written ({error.strerror})", path, "Set MODELOID_HOME to a directory you may write to"
        ) from None
    return mark


def trusted(directory: Path) -> bool:
    """Whether exactly this code was trusted."""
    return digest(directory) in _known(home() / "trust.json")


def _code(directory: Path) -> Iterator[tuple[bytes, Path]]:
    """Name and path of each file that counts, links followed, no folder entered twice on one way down."""
    waiting: list[tuple[Path, str, frozenset[tuple[int, int]]]] = [(directory, "", frozenset())]
    count = 0
    while waiting:
        folder, prefix, above = waiting.pop()
        status = folder.stat()
        here = (status.st_dev, status.st_ino)
        if here in above:
            continue
        with os.scandir(folder) as listing:
            for item in listing:
                count += 1
                if count > MOST_FILES:
                    raise TrustError(f"holds more than {MOST_FILES} files", directory, "Take out links that lead away")
                if item.is_dir():
                    waiting.append((Path(item.path), f"{prefix}{item.name}/", above | {here}))
                elif Path(item.name).suffix.lower() in SUFFIXES:
                    yield os.fsencode(prefix + item.name), Path(item.path)


def _content(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _known(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_bytes())["trusted"]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, OSError):
        known = None
    if not isinstance(known, dict):
        raise TrustError("is damaged", path, "Remove it; what you trusted has to be trusted anew")
    return known


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One writer at a time, where the file system knows locks; the replacement is whole in any case."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".trust-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
