"""Tables for spreadsheets and scripts: UTF-8 with its mark, commas, every text in quotes, an empty cell for unknown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from ..record import Curve
from ..story import Story, apart
from ..tables import TEXT, WHOLE, Table, tables

_ROWS = 50_000
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Csv:
    """``curves-long.csv``, ``curves-wide.csv`` and one file for each of `tables`."""

    doc = "tables as CSV, the curves long and wide: for spreadsheets and scripts"
    needs: Sequence[str] = ()
    extra = ""

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write all tables; those without rows hold their header only."""
        stories = apart(stories)
        files = {"curves-long": _long(stories), "curves-wide": _wide(stories)}
        files |= {name: _lines(table) for name, table in tables(stories).items()}
        written = []
        for name, lines in files.items():
            path = target / f"{name}.csv"
            # spreadsheets take a file without the mark for the encoding of their country
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                _fill(file, lines)
            written.append(path)
        return written


def _fill(file: TextIO, lines: Iterable[str]) -> None:
    for line in lines:
        file.write(line)


def _lines(table: Table) -> Iterator[str]:
    yield _header(list(table.kinds))
    for row in table.rows:
        yield ",".join(_cell(row.get(name), kind) for name, kind in table.kinds.items()) + "\r\n"


def _long(stories: Sequence[Story]) -> Iterator[str]:
    yield _header(["modeloid", "stage", "quantity", "turn", "value"])
    for story in stories:
        for key, curve in story.record.curves.items():
            stage, _, quantity = key.partition("/")
            head = ",".join(_text(text) for text in (story.label, stage, quantity))
            for first in range(0, len(curve), _ROWS):
                turns, values = (_texts(each[first : first + _ROWS]) for each in (curve.turns, curve.values))
                yield "".join([f"{head},{turn},{value}\r\n" for turn, value in zip(turns, values, strict=True)])


def _wide(stories: Sequence[Story]) -> Iterator[str]:
    """A row a turn, a column a curve."""
    keys = list(dict.fromkeys(key for story in stories for key in story.record.curves))
    yield _header(["modeloid", "turn", *keys])
    for story in stories:
        curves = [story.record.curves.get(key) for key in keys]
        known = [curve.turns for curve in curves if curve is not None]
        turns = np.unique(np.concatenate(known)) if known else np.zeros(0, np.int64)
        head = _text(story.label)
        for first in range(0, len(turns), _ROWS):
            part = turns[first : first + _ROWS]
            columns = [_texts(part), *(_column(part, curve) for curve in curves)]
            yield "".join([f"{head},{','.join(row)}\r\n" for row in zip(*columns, strict=True)])


def _column(turns: NDArray[np.int64], curve: Curve | None) -> list[str]:
    """The cells of a curve at some turns, which hold all of its own between the first and the last."""
    cells = [""] * len(turns)
    if curve is None:
        return cells
    first = np.searchsorted(curve.turns, turns[0])
    last = np.searchsorted(curve.turns, turns[-1], side="right")
    places = np.searchsorted(turns, curve.turns[first:last]).tolist()
    for place, text in zip(places, _texts(curve.values[first:last]), strict=True):
        cells[place] = text
    return cells


def _texts(values: NDArray[Any]) -> list[str]:
    """The shortest texts that read back as these numbers; twice as quick as one `repr` after the other."""
    return json.dumps(values.tolist(), separators=(",", ":"))[1:-1].split(",") if len(values) else []


def _header(names: Sequence[str]) -> str:
    return ",".join(_text(name) for name in names) + "\r\n"


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == TEXT:
        return _text(str(value))
    return repr(int(value) if kind == WHOLE else float(value))


def _text(text: str) -> str:
    """Text in quotes; what a spreadsheet might run as a formula gets an apostrophe before it, as does one of these."""
    guard = "'" if text.lstrip(" ").startswith(_STARTS_FORMULA) else ""
    return '"' + guard + text.replace("\0", "\ufffd").replace('"', '""') + '"'
