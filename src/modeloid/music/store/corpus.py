"""A store that is open: the notes of all pieces in columns, and what stands beside them, read when looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from ..columns import BESIDE, NOTE_COLUMNS, Columns, to_score
from ..errors import DataError
from ..read.refusal import Refusal, Silence
from .layout import HEADER, REFUSED
from .mapped import Mapped
from .pack import refusal_of
from .schema import INFOS, PARTS, TABLES, VERSION

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_Row = TypeVar("_Row")


class Rows(Sequence[_Row]):
    """A sequence whose entries are made when asked for."""

    def __init__(self, length: int, row: Callable[[int], _Row]) -> None:
        self._length = length
        self._row = row

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> _Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[_Row]: ...
    def __getitem__(self, index: int | slice) -> _Row | list[_Row]:
        if isinstance(index, slice):
            return [self._row(row) for row in range(*index.indices(self._length))]
        return self._row(range(self._length)[index])

    def __iter__(self) -> Iterator[_Row]:
        return map(self._row, range(self._length))


class Corpus:
    """All pieces of a data set. Opening one costs milliseconds and no memory at any size.

    Parameters
    ----------
    directory
        Of the store.

    Raises
    ------
    DataError
        There is no store, or one of another version.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.header = read_header(directory)
        self.name: str = self.header["name"]
        self.digest: str = self.header["digest"]
        """Names the notes and what stands beside them, whatever path they came by."""
        self._arrays = Mapped(directory, self.header["columns"])

    def __reduce__(self) -> tuple[type[Corpus], tuple[Path]]:
        return Corpus, (self.directory,)

    def __len__(self) -> int:
        return int(self.header["pieces"])

    @property
    def names(self) -> Rows[str]:
        """One a piece."""
        return Rows(len(self), lambda row: self._arrays.text("pieces.name", row))

    @property
    def about(self) -> Rows[dict[str, Any]]:
        """`Columns.about`, one a piece."""
        return Rows(len(self), self._about)

    @property
    def parts(self) -> Rows[str]:
        """The part of the published split that each piece belongs to; "" where there is none."""
        return Rows(len(self), lambda row: PARTS[self._arrays["pieces.part"][row]])

    @property
    def seconds(self) -> NDArray[np.float64]:
        """How long each piece sounds."""
        return self._arrays["pieces.seconds"]

    @property
    def edges(self) -> NDArray[np.int64]:
        """Shape (pieces + 1,): the notes of piece i are rows ``edges[i]:edges[i + 1]`` of the columns."""
        return self._arrays["notes.edges"]

    @cached_property
    def notes(self) -> dict[str, NDArray[Any]]:
        """One read-only array for each of `NOTE_COLUMNS`, over all pieces."""
        return {name: self._arrays[f"notes.{name}"] for name in NOTE_COLUMNS}

    @cached_property
    def refused(self) -> tuple[Refusal, ...]:
        """The files that were not read."""
        return tuple(file for file in self._none if not isinstance(file, Silence))

    @cached_property
    def silent(self) -> tuple[Silence, ...]:
        """The files that were read, and in which nothing sounds: no pieces."""
        return tuple(file for file in self._none if isinstance(file, Silence))

    @cached_property
    def infos(self) -> list[dict[str, Any]]:
        """What the readers say of their paths, each once; ``array("pieces.info")`` says which holds for a piece."""
        count = len(self._arrays[f"{INFOS}.edges"]) - 1
        return [json.loads(self._arrays.text(INFOS, row)) for row in range(count)]

    @cached_property
    def _none(self) -> list[Refusal]:
        with (self.directory / REFUSED).open() as lines:
            return [refusal_of(json.loads(line)) for line in lines]

    def columns(self, index: int) -> Columns:
        """One piece as columns; its arrays are read-only views of the store."""
        index = range(len(self))[index]
        rows = self._rows("notes", index)
        notes = {name: column[rows] for name, column in self.notes.items()}
        return Columns(notes, self._about(index), self._beside(index))

    def piece(self, index: int) -> ScoreTick:
        """One piece as a score."""
        return to_score(self.columns(index))

    def array(self, name: str) -> NDArray[Any]:
        """One column over all pieces, see `docs/store.md`."""
        return self._arrays[name]

    def text(self, name: str, row: int) -> str:
        """One row of a column of texts, see `docs/store.md`."""
        return self._arrays.text(name, row)

    def _about(self, index: int) -> dict[str, Any]:
        info: dict[str, Any] = json.loads(self._arrays.text(INFOS, int(self._arrays["pieces.info"][index])))
        about: dict[str, Any] = {"tpq": int(self._arrays["pieces.tpq"][index]), "tracks": self._tracks(index)}
        listed = {table: self._listed(table, index) for table in ("tempos", "meters", "keys")}
        worded = {table: rows for table in ("lyrics", "markers") if (rows := self._worded(table, index))}
        return about | listed | worded | info

    def _tracks(self, index: int) -> list[list[Any]]:
        rows = self._rows("tracks", index)
        names = [self._arrays.text("tracks.name", row) for row in range(rows.start, rows.stop)]
        programs, drums = (self._arrays[f"tracks.{name}"][rows] for name in ("program", "drum"))
        return [list(row) for row in zip(names, programs.tolist(), drums.astype(bool).tolist(), strict=True)]

    def _listed(self, table: str, index: int) -> list[list[Any]]:
        rows = self._rows(table, index)
        if rows.start == rows.stop:
            return []
        fields = [self._arrays[f"{table}.{column}"][rows].tolist() for column in TABLES[table]]
        return [list(row) for row in zip(*fields, strict=True)]

    def _worded(self, table: str, index: int) -> list[list[Any]]:
        rows = self._rows(table, index)
        if rows.start == rows.stop:
            return []
        texts = [self._arrays.text(f"{table}.text", row) for row in range(rows.start, rows.stop)]
        numbers = [self._arrays[f"{table}.{column}"][rows].tolist() for column in TABLES[table] if column != "text"]
        return [list(row) for row in zip(*numbers, texts, strict=True)]

    def _beside(self, index: int) -> dict[str, NDArray[np.int32]]:
        beside = {}
        for table in BESIDE:
            rows = self._rows(table, index)
            if rows.start < rows.stop:
                fields = [self._arrays[f"{table}.{column}"][rows] for column in TABLES[table]]
                beside[table] = np.column_stack(fields).astype(np.int32)
        return beside

    def _rows(self, table: str, index: int) -> slice:
        edges = self._arrays[f"{table}.edges"]
        return slice(int(edges[index]), int(edges[index + 1]))


def read_header(directory: Path) -> dict[str, Any]:
    """What the header of a store says.

    Raises
    ------
    DataError
        There is no store, its header is broken, or it is one of another version.
    """
    try:
        header: dict[str, Any] = json.loads((directory / HEADER).read_text())
        schema = header["schema"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = "A store is a folder with a header.json, as `modeloid data build` makes it."
        raise DataError("there is no store here", directory, advice) from error
    if schema != VERSION:
        raise DataError(f"is a store of version {schema}; this program reads {VERSION}", directory, "Build it again.")
    return header
