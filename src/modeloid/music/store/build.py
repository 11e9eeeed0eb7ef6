"""Open a data set: its store where it is built, else built from its files through the guarded readers."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..datasets.entry import DataSet, Entry, Stamp
from ..datasets.stored import Stored
from ..errors import DataError, MusicError
from ..read.formats import PACKAGES, READERS
from ..read.guarded import Progress
from ..read.limits import Limits
from ..read.sniff import suffix_of
from .cache import home, is_whole, make, unwritable
from .corpus import Corpus, read_header
from .fill import Reading, fill, is_same
from .growing import Growing
from .lock import alone
from .seal import seal
from .stamp import content_key, key_of, recall, remember, workplace


def open_corpus(
    data: DataSet,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    verify: bool = False,
) -> Corpus:
    """Open a data set, parsing its files when this machine has not yet done so.

    Parameters
    ----------
    data
        The data set.
    limits
        What one file may take.
    progress
        Called with (pieces done, pieces in all) while parsing.
    workers
        How many processes parse; one a core where not given. The store is the same bytes for any number.
    verify
        Compare every byte of a store that is there with its checksums, and build it again where they differ; else
        only the sizes of its files are looked at.

    Raises
    ------
    DataError
        The files are absent, a library to read them is, or none of them could be read.
    MusicError
        The store cannot be written.
    """
    if isinstance(data, Stored):
        return Corpus(data.path)
    stamp = data.stamp()
    directory = _recalled(data, stamp, limits or Limits())
    if directory is None or (verify and not is_whole(directory)):
        reading = Reading(limits or Limits(), progress, workers)
        directory = _build(data, stamp, is_whole if verify else looks_whole, reading)
    corpus = Corpus(directory)
    if not len(corpus):
        none = (*corpus.refused, *corpus.silent)
        first = f"{none[0].path}: {none[0].reason}" if none else "there are none"
        count = len(none)
        raise DataError(f"none of {count} files could be read; the first: {first.rstrip('.')}", data.name)
    return corpus


def built(data: DataSet, limits: Limits | None = None) -> Path | None:
    """The store of a data set as its files are now, if this machine has it; costs a look at every file's date."""
    if isinstance(data, Stored):
        return data.path
    return _recalled(data, data.stamp(), limits or Limits())


def found(data: DataSet) -> Path | None:
    """As `built`, but by what the files hold where their dates tell nothing yet; None where they must be fetched."""
    quick = built(data)
    if quick or not data.stamp():
        return quick
    with data.entries() as entries:
        directory = _directory(data, content_key(entries, Limits()))
    return directory if looks_whole(directory) else None


def looks_whole(directory: Path) -> bool:
    """Whether all files of a store are there in the right size; `report.check` looks into them."""
    try:
        sizes = read_header(directory)["bytes"]
        return all((directory / name).stat().st_size == size for name, size in sizes.items())
    except (MusicError, OSError, KeyError):
        return False


def _recalled(data: DataSet, stamp: Stamp, limits: Limits) -> Path | None:
    key = recall(data.name, stamp, limits)
    directory = _directory(data, key) if key else None
    return directory if directory and looks_whole(directory) else None


def _build(data: DataSet, stamp: Stamp, is_good: Callable[[Path], bool], reading: Reading) -> Path:
    place = home() / "building" / _safe(data.name)
    with data.entries() as entries:
        try:
            with alone(place.with_name(f"{place.name}.lock")) as is_alone:
                key = _key_of_another(data, entries, is_good, reading.limits)
                if key is None:
                    _need_parsers(entries)
                    key = _fill(data, entries, reading, is_alone)
        except OSError as error:
            raise unwritable(error, place) from error
        # what had to be fetched has a stamp only now
        remember(data.name, stamp or data.stamp(), reading.limits, key)
    return _directory(data, key)


def _key_of_another(
    data: DataSet, entries: Sequence[Entry], is_good: Callable[[Path], bool], limits: Limits
) -> str | None:
    """The key of a good store of the same files; where there is no store at all of the set, they need not be read."""
    if not any(_directory(data, "x").parent.glob(f"{_safe(data.name)}-*")):
        return None
    key = content_key(entries, limits)
    return key if is_good(_directory(data, key)) else None


def _fill(data: DataSet, entries: Sequence[Entry], reading: Reading, is_alone: bool) -> str:
    # two that cannot know of one another must not write to the same files; what is broken off there is not taken up
    whose = "" if is_alone else f"-{os.getpid()}"
    work = home() / "building" / f"{_safe(data.name)}-{workplace(reading.limits)}{whose}"
    with Growing(work, lambda first, sources: is_same(entries, first, sources, reading.limits)) as growing:
        fill(growing, entries, reading)
        # by what was read, which a file may have ceased to hold meanwhile
        key = key_of(growing.sources, reading.limits)
        make(_directory(data, key), lambda fresh: seal(growing, fresh, _about(data)))
    with contextlib.suppress(OSError):
        shutil.rmtree(work)
    return key


def _about(data: DataSet) -> dict[str, Any]:
    licence = data.licence.plain()
    return {"name": data.name, "doc": data.doc, "citation": data.citation, "url": data.url, "licence": licence}


def _directory(data: DataSet, key: str) -> Path:
    return home() / "corpora" / f"{_safe(data.name)}-{key}"


def _need_parsers(entries: Sequence[Entry]) -> None:
    first: dict[str, Entry] = {}
    for entry in entries:
        if isinstance(entry.source, Path):
            first.setdefault(suffix_of(entry.source), entry)
    read = {READERS.get(suffix.lower(), ""): entry for suffix, entry in reversed(first.items())}
    for form, package in PACKAGES.items():
        if form in read and importlib.util.find_spec(package) is None:
            install = "Install it: pip install 'modeloid[score]'."
            raise DataError(f"the package {package}, which reads {form}, is not installed", read[form].name, install)


def _safe(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in name)[-60:]
