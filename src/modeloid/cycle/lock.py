"""One writer for a modeloid: flock where it works, else an exclusive file with host, pid and start."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from .errors import LockError, StorageError

_NO_FLOCK = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)


class Lock:
    """Held while a run writes to a modeloid; a context manager.

    Parameters
    ----------
    directory
        The modeloid's.

    Raises
    ------
    LockError
        When somebody else holds it.
    StorageError
        When the directory cannot be written to.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / ".lock"
        self._exclusive = directory / ".lock.owner"
        self._descriptor: int | None = None
        self._owns_file = False

    def __enter__(self) -> Self:
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageError(
                f"cannot be written to ({error.strerror})", self._path.parent, "Choose a directory you may write to"
            ) from error
        try:
            self._lock(self._descriptor)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._owns_file:
            self._exclusive.unlink(missing_ok=True)
            self._owns_file = False
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise self._taken(_read(self._path)) from None
            if error.errno not in _NO_FLOCK:
                raise
            self._without_flock()
        with suppress(OSError):  # who holds it is only for people to read; on a full disk the lock holds all the same
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, _me(), 0)

    def _without_flock(self) -> None:
        warnings.warn(f"{self._path.parent}: no flock here; using an exclusive file", stacklevel=5)
        owner = _read(self._exclusive)
        if owner and owner.get("host") == socket.gethostname() and not _alive(int(owner.get("pid", 0))):
            self._exclusive.unlink(missing_ok=True)
        try:
            descriptor = os.open(self._exclusive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            raise self._taken(owner) from None
        self._owns_file = True
        with os.fdopen(descriptor, "wb") as file:
            file.write(_me())

    def _taken(self, owner: dict[str, Any]) -> LockError:
        who = f"process {owner.get('pid', '?')} on {owner.get('host', '?')} (since {owner.get('start', '?')})"
        return LockError(
            f"{who} is writing to it",
            self._path.parent,
            f"Wait, or stop it; if it is gone, remove {self._exclusive.name}",
        )


def _me() -> bytes:
    start = time.strftime("%Y-%m-%d %H:%M:%S")
    return json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "start": start}).encode()


def _read(path: Path) -> dict[str, Any]:
    try:
        owner = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return pid > 0
