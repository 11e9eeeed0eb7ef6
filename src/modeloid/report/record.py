"""Reads the record of a modeloid: plain files that may still be growing, or be cut in the middle of a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA = 1


class RecordError(Exception):
    """A record cannot be read, said in one line."""

    exit_code = 2


@dataclass
class Record:
    """What a modeloid's cycle wrote down.

    Parameters
    ----------
    curves
        "train/loss" -> (turns, values), for every logged quantity.
    journal
        What happened, the oldest first.
    test
        The content of `test.json`, or empty.
    """

    curves: dict[str, tuple[list[int], list[float]]] = field(default_factory=dict)
    journal: list[dict[str, Any]] = field(default_factory=list)
    test: dict[str, Any] = field(default_factory=dict)


def read(directory: Path) -> Record:
    """Read what is there so far of the record below a modeloid's directory.

    Raises
    ------
    RecordError
        Where the log is of a schema that this version does not know.
    """
    record = Record(journal=list(_lines(directory / "record" / "journal.jsonl")))
    for line in _lines(directory / "record" / "log.jsonl"):
        if "schema" in line and line["schema"] != SCHEMA:
            raise RecordError(f"{directory}: log.jsonl has schema {line['schema']}; this version reads {SCHEMA}.")
        for stage, values in line.items():
            if isinstance(values, Mapping):
                _add(record, stage, int(line["step"]), values)
    try:
        record.test = json.loads((directory / "record" / "test.json").read_bytes())
    except (OSError, ValueError):
        record.test = {}
    return record


def _add(record: Record, stage: str, step: int, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        turns, numbers = record.curves.setdefault(f"{stage}/{name}", ([], []))
        turns.append(step)
        numbers.append(float(value))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    with path.open("rb") as file:
        for text in file:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line
