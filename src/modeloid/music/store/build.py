"""Open a data set: its store where it is built, else built from its files through the guarded readers."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..columns import Columns
from ..datasets.entry import DataSet, Entry, Stamp
from ..datasets.stored import Stored
from ..errors import DataError, MusicError
from ..read.child import Refusal
from ..read.formats import PACKAGES, READERS
from ..read.guarded import Progress, stream_files
from ..read.limits import Limits
from .cache import home, is_whole, make, unwritable
from .corpus import Corpus, read_header
from .lock import alone
from .merge import merge
from .pack import Named
from .shards import Shards
from .stamp import content_key, recall, remember

SHARD_PIECES = 512


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
        reading = _Reading(limits or Limits(), progress, workers)
        directory = _build(data, stamp, is_whole if verify else looks_whole, reading)
    corpus = Corpus(directory)
    if not len(corpus):
        first = f"{corpus.refused[0].path}: {corpus.refused[0].reason}" if corpus.refused else "there are none"
        count = len(corpus.refused)
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


def _build(data: DataSet, stamp: Stamp, is_good: Callable[[Path], bool], reading: _Reading) -> Path:
    with data.entries() as entries:
        key = content_key(entries, reading.limits)
        directory = _directory(data, key)
        if not is_good(directory):
            _need_parsers(entries)
            _write_alone(directory, is_good, lambda: _fill(directory, data, entries, reading))
        # what had to be fetched has a stamp only now
        remember(data.name, stamp or data.stamp(), reading.limits, key)
    return directory


def _write_alone(directory: Path, is_good: Callable[[Path], bool], write: Callable[[], None]) -> None:
    try:
        with alone(home() / "building" / f"{directory.name}.lock"):
            if not is_good(directory):
                write()
    except OSError as error:
        raise unwritable(error, directory) from error


@dataclass(frozen=True)
class _Reading:
    """How files are read."""

    limits: Limits
    progress: Progress | None
    workers: int | None

    def answers(self, entries: Sequence[Entry], chosen: Sequence[int]) -> Iterator[tuple[int, Columns | Refusal]]:
        """The number of each chosen entry with what came of it, in the order in which they are done."""
        made = [number for number in chosen if not isinstance(entries[number].source, Path)]
        read = [(number, source) for number in chosen if isinstance(source := entries[number].source, Path)]
        yield from ((number, source) for number in made if isinstance(source := entries[number].source, Columns))
        stream = stream_files([path for _, path in read], limits=self.limits, workers=self.workers)
        with contextlib.closing(stream) as answers:
            yield from ((read[place][0], answer) for place, answer in answers)


def _fill(directory: Path, data: DataSet, entries: Sequence[Entry], reading: _Reading) -> None:
    work = home() / "building" / directory.name
    shards = Shards(work, -(-len(entries) // SHARD_PIECES))
    _read_shards(shards, entries, reading)
    make(directory, lambda fresh: merge(shards, fresh, _about(data)))
    with contextlib.suppress(OSError):
        shutil.rmtree(work)


def _read_shards(shards: Shards, entries: Sequence[Entry], reading: _Reading) -> None:
    """Read what is not yet in a shard, and write each shard when its last piece is there."""
    waiting = {number: range(len(entries))[number * SHARD_PIECES :][:SHARD_PIECES] for number in shards.missing()}
    chosen = [number for numbers in waiting.values() for number in numbers]
    lacks = {shard: len(numbers) for shard, numbers in waiting.items()}
    answers: dict[int, Columns | Refusal] = {}
    for done, (number, answer) in enumerate(reading.answers(entries, chosen), len(entries) - len(chosen) + 1):
        answers[number] = answer
        shard = number // SHARD_PIECES
        lacks[shard] -= 1
        if not lacks[shard]:
            _save(shards, shard, [(entries[member], answers.pop(member)) for member in waiting[shard]])
        if reading.progress is not None:
            reading.progress(done, len(entries))


def _save(shards: Shards, number: int, answers: Sequence[tuple[Entry, Columns | Refusal]]) -> None:
    pieces = [Named(entry.name, found, entry.part) for entry, found in answers if isinstance(found, Columns)]
    refused = [Refusal(entry.name, found.reason) for entry, found in answers if isinstance(found, Refusal)]
    shards.save(number, pieces, refused)


def _about(data: DataSet) -> dict[str, Any]:
    licence = data.licence.plain()
    return {"name": data.name, "doc": data.doc, "citation": data.citation, "url": data.url, "licence": licence}


def _directory(data: DataSet, key: str) -> Path:
    return home() / "corpora" / f"{_safe(data.name)}-{key}"


def _need_parsers(entries: Sequence[Entry]) -> None:
    for form, package in PACKAGES.items():
        asks = next((entry for entry in entries if _form(entry) == form), None)
        if asks is not None and importlib.util.find_spec(package) is None:
            install = "Install it: pip install 'modeloid[score]'."
            raise DataError(f"the package {package}, which reads {form}, is not installed", asks.name, install)


def _form(entry: Entry) -> str:
    return READERS.get(entry.source.suffix.lower(), "") if isinstance(entry.source, Path) else ""


def _safe(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in name)[-60:]
