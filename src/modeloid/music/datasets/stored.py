"""A store by its folder: built elsewhere, or kept after its files are gone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from ..errors import DataError
from .entry import Entry, Stamp
from .licence import Licence


class Stored:
    """What a store says of the set that it was built from.

    Parameters
    ----------
    path
        The folder with the store's ``header.json``.
    """

    doc = "a store that was built before"

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser()
        self.name = f"store:{path}"
        try:
            header = json.loads((self.path / "header.json").read_text())
            self.citation: str = header["citation"]
            self.url: str = header["url"]
            self.licence = Licence(**header["licence"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            advice = "Name the folder that `modeloid data show` prints."
            raise DataError("there is no store here", self.path, advice) from error

    def stamp(self) -> Stamp:
        """A store is its own stamp."""
        return []

    def entries(self) -> AbstractContextManager[Sequence[Entry]]:
        """Its pieces are in the store."""
        return nullcontext(())
