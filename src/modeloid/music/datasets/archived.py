"""Sets that come as an archive or a file: from the user's folder of data sets, from earlier downloads, or fetched."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import DataError
from . import local
from .download import downloads, fetch, listed_sha256, verify
from .entry import Entry, Stamp
from .licence import Licence


class Archived:
    """A data set that is not on every machine; subclasses hold data only.

    Where the files are looked for: in the folder ``$MODELOID_DATA``, by the names of `archives`, unpacked or packed;
    among earlier downloads; at last they are fetched from `download`.

    Parameters
    ----------
    archives
        Names, without suffix, under which the set is known in a folder of data sets.
    patterns
        Which files are pieces, below the unpacked archive; the first pattern that matches any counts.
    url
        Where a person finds the set.
    download
        The file to fetch; "" where programs cannot.
    sha256
        Of that file; "" where the makers publish none (an archive that GitHub packs on demand has none).
    """

    name: str
    doc: str
    citation: str
    url: str
    licence: Licence
    download: str = ""
    archives: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    sha256: str = ""

    def place(self) -> Path | None:
        """Where the set lies on this machine, if it does."""
        mine = local.find(local.folder(), [*self.archives, self.file])
        return mine or local.find(downloads(), [self.file, self._base or self.file])

    @property
    def file(self) -> str:
        """What the fetched file is called."""
        base = self._base or self.name
        return base if self.name in base else f"{self.name}-{base}"

    @property
    def _base(self) -> str:
        return self.download.rpartition("/")[2]

    def stamp(self) -> Stamp:
        """See `DataSet.stamp`."""
        place = self.place()
        return local.stamp(place) if place else []

    @contextmanager
    def entries(self) -> Iterator[Sequence[Entry]]:
        """See `DataSet.entries`; fetches the set where it is not there."""
        place = self._here()
        if place.is_file():
            verify(place, self.sha256 if place.parent == downloads() else listed_sha256(place))
        with local.unpacked(place) as root:
            yield sorted(self.read(root), key=lambda entry: entry.name)

    def read(self, root: Path) -> list[Entry]:
        """The pieces below a folder.

        Raises
        ------
        DataError
            There are none.
        """
        files = self.matching(root)
        base = Path(os.path.commonpath([path.parent for path in files]))
        parts = self.parts(root)
        return [Entry(path.relative_to(base).as_posix(), path, self.part(path, parts)) for path in files]

    def parts(self, root: Path) -> dict[Path, str]:  # noqa: ARG002 - sets with a published split look there
        """File -> part of the published split."""
        return {}

    def part(self, path: Path, parts: dict[Path, str]) -> str:
        """The part of one file."""
        return parts.get(path, "")

    def matching(self, root: Path) -> list[Path]:
        """The files that the first matching pattern finds, at any depth; a file instead of a folder is itself.

        Raises
        ------
        DataError
            No pattern finds any.
        """
        if root.is_file():
            return [root]
        for pattern in self.patterns:
            found = sorted(path for path in root.rglob(pattern) if path.is_file() and not _is_shadow(path))
            if found:
                return found
        looked = " or ".join(self.patterns)
        raise DataError(f"no files {looked} in what should be {self.name}", self.place() or root, self._by_hand())

    def _here(self) -> Path:
        return self.place() or fetch(self.download, self.file, self.sha256, self._by_hand())

    def _by_hand(self) -> str:
        named = f"{local.VARIABLE}={local.folder()}" if local.folder() else f"the folder named by {local.VARIABLE}"
        stems = " or ".join([*self.archives, self.name][:2])
        return (
            f"Fetch it by hand from {self.url} and put it at {downloads() / self.file}, "
            f"or into {named} as {stems} (a folder, .zip or .tar.gz)"
        )


def _is_shadow(path: Path) -> bool:
    """Whether a file is what some systems pack beside each file: its icon and dates under its own suffix."""
    return path.name.startswith("._")


def table(root: Path, name: str, path_column: str, part_column: str) -> dict[Path, str]:
    """File -> part, as a CSV file of the set publishes it; "validation" is "valid".

    Parameters
    ----------
    root
        Below which the CSV file lies.
    name
        What it is called.
    path_column, part_column
        Its columns; paths are relative to the file's folder.
    """
    found = next(iter(sorted(root.rglob(name))), None)
    if found is None:
        return {}
    with found.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {"validation": "valid"}
    return {found.parent / row[path_column]: names.get(row[part_column], row[part_column]) for row in rows}
