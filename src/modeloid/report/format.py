"""What a format is: a small class that writes stories to files, found by an entry point of the group `GROUP`."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from .errors import MissingExtraError
from .story import Story

GROUP = "modeloid.formats"


@runtime_checkable
class Format(Protocol):
    """Writes stories in one format. Making the object costs nothing: what is heavy is imported by `write`.

    The same stories give the same bytes.
    """

    doc: str
    """One line: what it is, and for whom."""
    needs: Sequence[str]
    """Modules that must be importable beyond what every installation has."""
    extra: str
    """What brings them: "modeloid[parquet]"; "" where nothing is needed."""

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write below `target`, a directory that is there; several stories are compared. Returns what was written.

        Everything goes into files or folders of `target` whose names begin with the format's own, or with what they
        hold (``curves-long.csv``); nothing else there is touched.
        """
        ...


def check(name: str, found: Format) -> None:
    """Raise MissingExtraError where something that a format needs is not installed."""
    for module in missing(found):
        raise MissingExtraError(
            f"{module} is not installed", f"format {name}", f"Install it with: pip install '{found.extra}'"
        )


def missing(found: Format) -> list[str]:
    """The modules that a format needs and that are not installed."""
    return [module for module in found.needs if not _installed(module)]


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of a dotted name, the parent is absent or no package
        return False
