"""What may go wrong with music for a user, said in one line: what, where, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MusicError(Exception):
    """A fault of music data or of what was asked of it, explained in one line.

    Parameters
    ----------
    what
        What was wrong.
    where
        The file, data set, key or piece it was found at.
    do
        What the reader can do about it.
    """

    exit_code = 2

    def __init__(self, what: str, where: object = "", do: str = "") -> None:
        head = f"{where}: {what}" if str(where) else what
        super().__init__(f"{head}. {do}" if do else f"{head}.")


class DataError(MusicError):
    """A data set is unknown, absent, empty or too small."""


class ReadError(MusicError):
    """A file cannot be read as music; the text says why."""


class RepresentationError(MusicError):
    """A representation cannot be built as asked, or cannot take what it was given."""


class NoSoundfont(MusicError):  # noqa: N818 - it names a condition that callers handle
    """There is no soundfont to render with: callers may skip the sound and say so."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name a mistyped one is nearest to, and list what is known.

    Returns
    -------
    A sentence that ends with a full stop, to stand as the `do` of an error.
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    listed = ", ".join(names) or "none"
    return f"Did you mean {close[0]!r}? Known: {listed}." if close else f"Known: {listed}."


def check_keys(given: Iterable[str], known: Iterable[str], where: object, error: type[MusicError] = MusicError) -> None:
    """Refuse keys that nobody knows.

    Raises
    ------
    MusicError
        Of class `error`, for the first unknown key in alphabetical order, with the nearest known one.
    """
    names = set(known)
    for key in sorted(set(given) - names):
        raise error(f"unknown key {key!r}", where, nearest(key, names))
