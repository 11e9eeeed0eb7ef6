"""Parquet files for analysis: the same tables as CSV has, typed, the curves long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..story import Story, apart
from ..tables import NUMBER, TEXT, WHOLE, Table, tables

_ROWS = 1 << 20


class Parquet:
    """``curves.parquet`` and one file for each of `tables`."""

    doc = "tables as Parquet, typed and small: for analysis"
    needs: Sequence[str] = ("pyarrow",)
    extra = "modeloid[parquet]"

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write all tables; those without rows too."""
        import pyarrow.parquet

        stories = apart(stories)
        written = [target / "curves.parquet"]
        _curves(stories, written[0])
        for name, table in tables(stories).items():
            written.append(target / f"{name}.parquet")
            pyarrow.parquet.write_table(_arrow(table), written[-1])
        return written


def _curves(stories: Sequence[Story], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    words = pa.dictionary(pa.int32(), pa.string())
    names = ("modeloid", "stage", "quantity")
    schema = pa.schema([*((name, words) for name in names), ("turn", pa.int64()), ("value", pa.float64())])
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for story in stories:
            for key, curve in story.record.curves.items():
                stage, _, quantity = key.partition("/")
                same = [_repeated(text, len(curve)) for text in (story.label, stage, quantity)]
                columns = [*same, pa.array(curve.turns), pa.array(curve.values)]
                writer.write_table(pa.table(columns, schema=schema), row_group_size=_ROWS)


def _repeated(text: str, count: int) -> Any:
    import numpy as np
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))


def _arrow(table: Table) -> Any:
    import pyarrow as pa

    types = {TEXT: pa.string(), WHOLE: pa.int64(), NUMBER: pa.float64()}
    columns = {
        name: pa.array([_typed(row.get(name), kind) for row in table.rows], types[kind])
        for name, kind in table.kinds.items()
    }
    return pa.table(columns)


def _typed(value: Any, kind: str) -> Any:
    return value if value is None else {TEXT: str, WHOLE: int, NUMBER: float}[kind](value)
