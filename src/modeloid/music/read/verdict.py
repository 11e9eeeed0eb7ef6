"""What became of each file of a folder: read, repaired with what was repaired, or refused with the reason."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..columns import Columns
from ..errors import DataError
from .child import Refusal
from .guarded import Progress, read_files
from .limits import Limits

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
        What was repaired, or why it was refused; empty where it was read.
    """

    path: str
    verdict: str
    reason: str = ""


def verdict_of(path: str, answer: Columns | Refusal) -> Verdict:
    """The verdict on what the guarded readers answered."""
    if isinstance(answer, Refusal):
        return Verdict(path, "refused", answer.reason)
    repairs = answer.about.get("repairs", ())
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
        answers = read_files(paths, limits=limits, workers=workers, progress=progress)
        return [verdict_of(entry.name, answer) for entry, answer in zip(entries, answers, strict=True)]


def files_below(folder: Path) -> list[tuple[str, Path]]:
    """Name and path of every file below a folder that is not hidden, by name; links to folders are not followed.

    Raises
    ------
    DataError
        There is no such folder.
    """
    if not folder.is_dir():
        raise DataError("there is no such folder", folder, "Name an existing one.")
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place) / name for name in names if not name.startswith(".")]
    return sorted((path.relative_to(folder).as_posix(), path) for path in found)


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
