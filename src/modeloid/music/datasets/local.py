"""Where the data sets that somebody brought to this machine lie, and what is inside their archives."""

from __future__ import annotations

import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import DataError
from ..store.cache import scratch, unwritable
from .entry import Stamp, stamp_of

VARIABLE = "MODELOID_DATA"
"""Names a folder with data sets, each as an archive or unpacked."""

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")


def folder() -> Path | None:
    """The folder that the user named, if any."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else None


def find(place: Path | None, stems: Sequence[str]) -> Path | None:
    """The first of `stems` that lies in `place`: unpacked, as a file of that very name, or as an archive."""
    if place is None:
        return None
    candidates = (place / f"{stem}{suffix}" for stem in stems for suffix in ("", *ARCHIVES))
    return next((path for path in candidates if path.exists()), None)


def stamp(place: Path) -> Stamp:
    """The stamp of an archive, a file, or of all files below a folder."""
    if place.is_file():
        return stamp_of([(place.name, place)])
    below = (Path(parent) / name for parent, _, names in os.walk(place) for name in names)
    return stamp_of(sorted((path.relative_to(place).as_posix(), path) for path in below))


@contextmanager
def unpacked(place: Path) -> Iterator[Path]:
    """The folder with the contents of an archive, until the context ends; a folder or a file is itself.

    Raises
    ------
    MusicError
        The archive is broken, or there is no room to unpack it.
    """
    if not place.name.lower().endswith(ARCHIVES):
        yield place
        return
    with scratch() as fresh:
        try:
            _unpack(place, fresh)
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError) as error:
            # a full disk has a number, a broken archive has none
            if isinstance(error, OSError) and error.errno:
                raise unwritable(error, fresh) from error
            raise DataError(f"is a broken archive ({error})", place, "Fetch it again.") from error
        yield fresh


def _unpack(archive: Path, fresh: Path) -> None:
    if archive.suffix.lower() == ".zip":
        with zipfile.ZipFile(archive) as packed:
            # names that point outside are put inside by zipfile itself
            packed.extractall(fresh)  # noqa: S202
        return
    with tarfile.open(archive) as packed:
        # members that point outside are refused
        packed.extractall(fresh, filter="data")
