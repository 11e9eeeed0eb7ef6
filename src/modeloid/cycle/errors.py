"""What may go wrong for a user, said in one line: what, where, what to do."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EACCES, errno.EPERM)
DONE, FAILED, MISTAKE, NON_FINITE, RESUMABLE = 0, 1, 2, 3, 75


class ModeloidError(Exception):
    """A fault that is explained in one line and needs no traceback.

    Parameters
    ----------
    what
        What was wrong.
    where
        The file, parameter or turn it was found at.
    do
        What the reader can do about it.
    """

    exit_code = MISTAKE

    def __init__(self, what: str, where: object = "", do: str = "") -> None:
        head = f"{where}: {what}" if str(where) else what
        super().__init__(f"{head}. {do}" if do else f"{head}.")


class CycleError(ModeloidError):
    """The recipe of a cycle cannot be followed: a cadence, a limit, a quantity or a part that is not there."""


class StateError(ModeloidError):
    """A checkpoint is missing, damaged or belongs to another architecture."""


class LockError(ModeloidError):
    """Another process writes to this modeloid, or nobody may."""


class StorageError(ModeloidError):
    """Writing failed: a full disk or a read-only directory. What was durable before still is."""

    exit_code = FAILED


class NonFiniteError(ModeloidError):
    """A logged quantity became infinite or not a number; nothing was saved since."""

    exit_code = NON_FINITE


@contextmanager
def disk_faults(directory: object) -> Iterator[None]:
    """Turn an OSError that a disk or its permissions are to blame for into a StorageError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK:
            raise
        where = error.filename if isinstance(error.filename, str) else directory
        do = "Make room, or see to the permissions, and train again: it goes on from the last checkpoint"
        raise StorageError(f"reading or writing failed ({error.strerror})", where, do) from error


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name a mistyped one is nearest to, and list what is known.

    Returns
    -------
    A sentence that ends without a full stop, to stand as the `do` of an error.
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    listed = ", ".join(names) or "none"
    return f"Did you mean {close[0]!r}? Known: {listed}" if close else f"Known: {listed}"
