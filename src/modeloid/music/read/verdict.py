"""What became of each file of a folder: read, repaired with what was repaired, or refused with the reason."""

from __future__ import annotations

import contextlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..columns import Columns
from ..errors import DataError
from .block import texts
from .frames import Batch
from .guarded import Progress, stream_batches
from .limits import Limits
from .refusal import Refusal, Silence
from .tables import INFOS

VERDICTS = ("read", "repaired", "refused")
_WIDEST = 60


@dataclass(frozen=True)
class Verdict:
    """What became of one file.

    Parameters
    ----------
    path
        Inside the folder; a tune of a book of tunes is ``book.abc#0001``.
    verdict
        One of `VERDICTS`.
    reason
        What was repaired, or why it was refused; where it was read, empty, or why there is no piece in it.
    """

    path: str
    verdict: str
    reason: str = ""


def verdict_of(path: str, answer: Columns | Refusal) -> Verdict:
    """The verdict on what the guarded readers answered."""
    if isinstance(answer, Refusal):
        return none_of(path, answer)
    return read_of(path, answer.about.get("repairs", ()))


def none_of(path: str, refusal: Refusal) -> Verdict:
    """The verdict on a file that gave no piece: a faultless one in which nothing sounds was read all the same."""
    return Verdict(path, "read" if isinstance(refusal, Silence) else "refused", refusal.reason)


def verdicts_of(paths: Sequence[str], batch: Batch) -> list[Verdict]:
    """The verdicts on a batch of files."""
    infos = [json.loads(info).get("repairs", ()) for info in texts(batch.block.arrays, INFOS)]
    repairs = iter([infos[number] for number in batch.block.arrays["pieces.info"]])
    refusals = batch.refusals
    return [
        none_of(path, refusals[number]) if number in refusals else read_of(path, next(repairs))
        for number, path in enumerate(paths)
    ]


def read_of(path: str, repairs: Sequence[str]) -> Verdict:
    """The verdict on a file that gave a piece."""
    return Verdict(path, "repaired" if repairs else "read", "; ".join(repairs))


def import_folder(
    folder: Path, *, limits: Limits | None = None, workers: int | None = None, progress: Progress | None = None
) -> list[Verdict]:
    """Read every file below a folder, whatever it is called, and say what became of it.

    Parameters
    ----------
    folder
        Hidden files and folders in it are left alone.
    limits
        What one file may take; `Limits()` where not given.
    workers
        How many processes read; one a core where not given. The verdicts are the same for any number.
    progress
        Called with (pieces done, pieces in all).

    Returns
    -------
    One verdict a file, by path; one a tune for books of tunes.

    Raises
    ------
    DataError
        There is no such folder.
    MusicError
        The reading processes do not start.
    """
    from ..datasets.tunebook import opened

    with opened(files_below(folder)) as entries:
        paths = [Path(str(entry.source)) for entry in entries]
        verdicts: dict[int, list[Verdict]] = {}
        done = 0
        with contextlib.closing(stream_batches(paths, limits=limits, workers=workers)) as stream:
            for first, batch in stream:
                names = [entry.name for entry in entries[first : first + len(batch)]]
                verdicts[first] = verdicts_of(names, batch)
                for _ in names:
                    done += 1
                    if progress is not None:
                        progress(done, len(paths))
        return [verdict for first in sorted(verdicts) for verdict in verdicts[first]]


def files_below(folder: Path) -> list[tuple[str, Path]]:
    """Name and path of every file below a folder that is not hidden, by name; links to folders are not followed.

    Raises
    ------
    DataError
        There is no such folder.
    """
    places: dict[str, Path] = {}
    found = []
    for name, _ in paths_below(folder):
        inside, _, last = name.rpartition("/")
        # less than half the time of making it from the whole text
        place = places.get(inside) or places.setdefault(inside, folder / inside)
        found.append((name, place.joinpath(last)))
    return found


def paths_below(folder: Path) -> list[tuple[str, str]]:
    """As `files_below`, the paths as texts: for a million files, making `Path` of them takes longer than finding them.

    Raises
    ------
    DataError
        There is no such folder.
    """
    if not folder.is_dir():
        raise DataError("there is no such folder", folder, "Name an existing one.")
    found: list[tuple[str, str]] = []
    waiting = [("", str(folder))]
    while waiting:
        prefix, place = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(place) as entries:  # what may not be looked into, holds nothing
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if not entry.is_dir():
                    found.append((prefix + entry.name, entry.path))
                elif not entry.is_symlink():
                    waiting.append((f"{prefix}{entry.name}/", entry.path))
    return sorted(found)


def as_json(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """``{"files": [{"path", "verdict", "reason"}, ...], "read": n, "repaired": n, "refused": n}``, plain data."""
    files = [asdict(verdict) for verdict in verdicts]
    return {"files": files} | _counts(files)


def as_text(verdicts: Sequence[Verdict]) -> str:
    """A table for people: how many of each, then every file that was not simply read."""
    told = [verdict for name in ("refused", "repaired") for verdict in verdicts if verdict.verdict == name]
    width = min(_WIDEST, max((len(_shown(verdict.path)) for verdict in told), default=0))
    counts = _counts([asdict(verdict) for verdict in verdicts])
    lines = [", ".join(f"{count} {name}" for name, count in counts.items())]
    lines += [f"{verdict.verdict:<8}  {_shown(verdict.path):<{width}}  {_shown(verdict.reason)}" for verdict in told]
    return "\n".join(lines) + "\n"


def _counts(files: Sequence[dict[str, str]]) -> dict[str, int]:
    counts = Counter(file["verdict"] for file in files)
    return {name: counts[name] for name in VERDICTS}


def _shown(text: str) -> str:
    """As one line that every terminal takes."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
