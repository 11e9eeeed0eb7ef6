"""What may be wrong with a parameter, a batch or a wish."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from modeloid.cycle.errors import ModeloidError


class ParameterError(ModeloidError):
    """A parameter is unknown or out of its range."""


class BatchError(ModeloidError):
    """A batch or a piece does not fit the tokens of this modeloid."""


class WishError(ModeloidError):
    """A wish is unknown, out of its range, or cannot be fulfilled beside the others."""


def closest(name: str, known: Iterable[str]) -> str:
    """Name the known name nearest to a mistyped one, without the list of all, which may be long."""
    names = list(known)
    lower = {one.lower(): one for one in names}
    found = difflib.get_close_matches(name.lower(), list(lower), n=1, cutoff=0.0)
    return f"The nearest is {lower[found[0]]!r}" if found else "None is known"
