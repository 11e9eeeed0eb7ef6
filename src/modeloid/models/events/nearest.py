"""The known name that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str:
    """Name the known name nearest to a mistyped one, without the list of all, which may be long."""
    names = list(known)
    lower = {one.lower(): one for one in names}
    found = difflib.get_close_matches(name.lower(), list(lower), n=1, cutoff=0.0)
    return f"The nearest is {lower[found[0]]!r}" if found else "None is known"
