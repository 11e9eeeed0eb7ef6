"""A store as Parquet files, one a table, for tools that read nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import MusicError
from .corpus import Corpus
from .schema import INFOS, PARTS, PIECES, TABLES, TEXT

ROWS_AT_ONCE = 1 << 20


def export_parquet(corpus: Corpus, directory: Path) -> list[Path]:
    """Write a corpus as Parquet.

    Parameters
    ----------
    corpus
        An open store.
    directory
        Where to; made if need be. Files of the same names are replaced.

    Returns
    -------
    ``pieces.parquet`` (a row a piece, `part` and `info` as texts) and one file for each table of the schema, whose
    first column ``piece`` counts the pieces from 0.

    Raises
    ------
    MusicError
        pyarrow is not installed, or the place cannot be written.
    """
    try:
        import pyarrow  # noqa: F401 - to say so before anything is written
    except ImportError as error:
        install = "Install it: pip install 'modeloid[parquet]'."
        raise MusicError("the package pyarrow, which writes Parquet, is not installed", directory, install) from error
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [_write(corpus, directory, table) for table in ("pieces", *TABLES)]
    except OSError as error:
        raise MusicError(f"cannot be written ({error.strerror or error})", directory) from error


def _write(corpus: Corpus, directory: Path, table: str) -> Path:
    from pyarrow import parquet

    path = directory / f"{table}.parquet"
    writer = None
    try:
        for rows in _rows(corpus, table):
            writer = writer or parquet.ParquetWriter(path, rows.schema)
            writer.write_table(rows)
    finally:
        if writer is not None:
            writer.close()
    return path


def _rows(corpus: Corpus, table: str) -> Iterator[Any]:
    import pyarrow

    kinds = PIECES if table == "pieces" else TABLES[table]
    count = len(corpus.array(f"{table}.{_numeric(kinds)}"))
    for start in range(0, max(count, 1), ROWS_AT_ONCE):
        part = slice(start, min(start + ROWS_AT_ONCE, count))
        columns = {name: _column(corpus, table, name, kind, part) for name, kind in kinds.items()}
        yield pyarrow.table(columns if table == "pieces" else {"piece": _pieces(corpus, table, part)} | columns)


def _column(corpus: Corpus, table: str, name: str, kind: str, part: slice) -> Any:
    import pyarrow

    texts = range(part.start, part.stop)
    if kind == TEXT:
        return pyarrow.array([_clean(corpus.text(f"{table}.{name}", row)) for row in texts], pyarrow.string())
    values = corpus.array(f"{table}.{name}")[part]
    if (table, name) == ("pieces", "part"):
        return pyarrow.array([PARTS[value] for value in values], pyarrow.string())
    if (table, name) == ("pieces", "info"):
        return pyarrow.array([_clean(corpus.text(INFOS, value)) for value in values.tolist()], pyarrow.string())
    return pyarrow.array(values)


def _pieces(corpus: Corpus, table: str, part: slice) -> Any:
    import pyarrow

    edges = corpus.array(f"{table}.edges")
    owners = np.searchsorted(edges, np.arange(part.start, part.stop), side="right") - 1
    return pyarrow.array(owners.astype(np.int64))


def _numeric(kinds: Mapping[str, str]) -> str:
    return next(name for name, kind in kinds.items() if kind != TEXT)


def _clean(text: str) -> str:
    """Parquet holds proper Unicode only; a name that is none shows a question mark where it is not."""
    return text.encode("utf-8", "replace").decode()
