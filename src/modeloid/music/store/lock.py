"""One builder for a store: the second waits, and then finds it built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Hold a lock until the context ends; a process that dies lets go of it.

    Parameters
    ----------
    path
        A file for the lock.

    Yields
    ------
    Whether nobody else is there; where the system has no such locks, that cannot be said.
    """
    try:
        import fcntl
    except ImportError:
        yield False
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield True
