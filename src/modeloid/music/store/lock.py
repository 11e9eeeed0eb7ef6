"""One builder for a store: the second waits, and then finds it built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock until the context ends; a process that dies lets go of it.

    Where the system has no such locks, two builders at once do the same work twice.

    Parameters
    ----------
    path
        A file for the lock.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
