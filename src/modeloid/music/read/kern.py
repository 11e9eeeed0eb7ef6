"""Humdrum's kern through verovio."""

from __future__ import annotations

from pathlib import Path

from ..columns import Columns
from .limits import Limits
from .score import by_verovio
from .text import decode


def kern(data: bytes, path: Path, limits: Limits) -> Columns:  # noqa: ARG001 - every reader takes limits
    """Read a kern file; repeats are written out.

    verovio may crash or hang on odd input: call this in a guarded child only (`read.guarded`).

    Raises
    ------
    ReadError
        verovio cannot load it.
    """
    return by_verovio(decode(data), "kern", path)
