"""Reads the record of a modeloid: plain files that may still be growing, be cut in the middle of a line, or be missing.

Nothing here raises for what a record holds: what can be read is read, and `Record.problems` says what could not be.
The schema is described in docs/record.md.
"""

from __future__ import annotations

import json
import os.path
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .logged import Curve, curves, unknown_schema
from .reading import document, lines
from .schema import DATA, ENTRY, PIECE, RUN, SCHEMA, STAGES, TEST
from .shape import Fields, fit

__all__ = ["SCHEMA", "STAGES", "Curve", "Piece", "Record", "numbers", "plain", "read"]

_SHOWN_ODD = 3


@dataclass(frozen=True)
class Piece:
    """One generated piece.

    Parameters
    ----------
    step
        The turn it was made at; None for the pieces of the test.
    number
        Which of that turn's, from 0.
    files
        Suffix without the dot ("mid") -> path.
    seed, address, wishes
        What it takes to draw it again.
    annotation
        What the domain said of it: "metrics", "length_s", "tracks", "originality" ...; {} where it says nothing.
    """

    step: int | None
    number: int
    files: Mapping[str, Path]
    seed: int | None
    address: tuple[Any, ...]
    wishes: Mapping[str, Any]
    annotation: Mapping[str, Any]


@dataclass
class Record:
    """What a modeloid's cycle wrote down.

    Parameters
    ----------
    curves
        "train/loss" -> its curve, for every logged quantity, in the order of the log.
    journal
        What happened, the oldest first: dicts with "time" (s since 1970), "step", "what" and more.
    runs
        One dict a start: versions, argv, commit, machine, digests of the data.
    data
        What the domain says of its data: sets, licences, parts, refused files.
    test
        The content of `test.json`, or {}.
    samples
        Turn -> the pieces generated at it, ascending.
    tested
        The pieces of the test.
    examined
        Whether a result of the test lies there, readable or not.
    problems
        One line each for what could not be read.
    """

    curves: dict[str, Curve] = field(default_factory=dict)
    journal: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    test: dict[str, Any] = field(default_factory=dict)
    samples: dict[int, list[Piece]] = field(default_factory=dict)
    tested: list[Piece] = field(default_factory=list)
    examined: bool = False
    problems: list[str] = field(default_factory=list)


def read(directory: Path, turns: int | None = None) -> Record:
    """Read what is there so far of the record below a modeloid's directory.

    What is handed out has the types that the schema says, where it is there at all: numbers are finite, text can be
    written as UTF-8, and pieces' files lie below the record.

    Parameters
    ----------
    directory
        The modeloid's.
    turns
        The turn at which it stands, as its checkpoints say: where it was trained, a record that tells of nothing has
        lost something. 0 where it is new, None where that is not known.
    """
    place = directory / "record"
    record = Record()
    problems = record.problems
    if not _is_directory(place):
        if turns is None:
            problems.append("There is no record yet, and whether it was trained is not known.")
        elif turns > 0:
            problems.append(f"There is no record, although it stands at turn {turns:,}: what happened is not known.")
        return record
    record.curves = curves(place / "log.jsonl", problems)
    if turns and not record.curves and not problems:
        problems.append(f"log.jsonl is missing or tells of no turn, although it stands at turn {turns:,}.")
    record.journal = _entries(place / "journal.jsonl", ENTRY, problems)
    record.runs = _entries(place / "runs.jsonl", RUN, problems)
    record.data = _document(place / "data.json", DATA, problems)
    record.test = _document(place / "test.json", TEST, problems)
    record.examined = os.path.lexists(place / "test.json")
    record.samples = _samples(place / "samples", problems)
    if _is_directory(place / "samples" / "test"):
        record.tested = _pieces(place / "samples" / "test", None, problems)
    return record


def _entries(path: Path, shape: Fields, problems: list[str]) -> list[dict[str, Any]]:
    odd: list[str] = []
    found: list[dict[str, Any]] = []
    for line in lines(path, problems):
        if line.get("schema", SCHEMA) != SCHEMA:
            problems.append(unknown_schema(path.name, line["schema"]))
            return []
        entry = None if "schema" in line else fit(line, shape, path.name, odd)
        found += [] if entry is None else [entry]
    _tell_odd(path.name, odd, problems)
    return found


def _document(path: Path, shape: Fields, problems: list[str]) -> dict[str, Any]:
    found = document(path, problems)
    if found.get("schema", SCHEMA) != SCHEMA:
        problems.append(unknown_schema(path.name, found["schema"]))
        return {}
    odd: list[str] = []
    found = fit(found, shape, path.name, odd) or {}
    _tell_odd(path.name, odd, problems)
    return found


def _tell_odd(name: str, odd: list[str], problems: list[str]) -> None:
    if odd:
        which = ", ".join(dict.fromkeys(each.removeprefix(f"{name} ")[:80] for each in odd[:_SHOWN_ODD]))
        more = f" and {len(odd) - _SHOWN_ODD} more" if len(odd) > _SHOWN_ODD else ""
        problems.append(f"{name}: not what the schema says, and left out: {which}{more}.")


def _samples(place: Path, problems: list[str]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    for path in _listed(place, problems):
        text = path.name.removeprefix("step-")
        # 18 digits fit into 64 bits
        if path.name.startswith("step-") and text.isascii() and text.isdigit() and len(text) <= 18:
            found[int(text)] = found.get(int(text), []) + _pieces(path, int(text), problems)
    return dict(sorted(found.items()))


def _listed(place: Path, problems: list[str]) -> Iterable[Path]:
    try:
        return sorted(place.iterdir())
    except FileNotFoundError:
        return ()
    except OSError as error:
        problems.append(f"{place.name} cannot be read ({error.strerror}).")
        return ()


def _pieces(directory: Path, step: int | None, problems: list[str]) -> list[Piece]:
    index = document(directory / "index.json", problems)
    name = f"{directory.name}/index.json"
    if index.get("schema", SCHEMA) != SCHEMA:
        problems.append(unknown_schema(name, index["schema"]))
        return []
    odd: list[str] = []
    entries = [fit(entry, PIECE, name, odd) for entry in fit(index.get("pieces"), list, name, odd) or ()]
    _tell_odd(name, odd, problems)
    if not index and not (directory / "index.json").exists():
        problems.append(f"{name} is missing: what pieces were made is not known.")
    lost: list[int] = []
    found = [_piece(directory, step, number, entry, lost) for number, entry in enumerate(entries) if entry]
    if lost:
        files = "1 file of a piece is" if len(lost) == 1 else f"{len(lost)} files of pieces are"
        problems.append(f"{directory.name}: {files} missing or elsewhere, the first of piece {lost[0]}.")
    return found


def _piece(directory: Path, step: int | None, number: int, entry: Mapping[str, Any], lost: list[int]) -> Piece:
    """One piece; `lost` gets its number for each file that is not there."""
    files: dict[str, Path] = {}
    for name in entry.get("files", ()):
        path = directory / name
        if _is_inside(path, directory):
            suffix = path.suffix.removeprefix(".")
            files[suffix if suffix not in files else name] = path
        else:
            lost.append(number)
    wishes, annotation = entry.get("wishes", {}), entry.get("annotation", {})
    return Piece(step, number, files, entry.get("seed"), tuple(entry.get("address", ())), wishes, annotation)


def _is_inside(path: Path, directory: Path) -> bool:
    """Whether a path is a file just below a directory: a record that came from elsewhere must not show other files."""
    try:
        return path.is_file() and path.resolve().parent == directory.resolve()
    except (OSError, ValueError, RuntimeError):
        return False


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def plain(value: Any) -> str:
    """A value of a card as a reader wants it: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def numbers(values: Any) -> dict[str, float]:
    """The finite numbers of a mapping; {} of anything else."""
    if not isinstance(values, Mapping):
        return {}
    found = {name: value for name, value in values.items() if type(value) in (int, float)}
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}
