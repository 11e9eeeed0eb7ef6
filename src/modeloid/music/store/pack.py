"""What is added to a store at a time: a block of pieces, their names, and which of its files gave none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..columns import Columns
from ..read.block import Arrays, Block, encoded, pack, put_texts
from ..read.refusal import Refusal, Silence
from .schema import PARTS, PIECES


@dataclass(frozen=True)
class Named:
    """A piece on its way into a store, and the part of the published split that it belongs to, "" without one."""

    name: str
    columns: Columns
    part: str = ""


@dataclass(frozen=True)
class Portion:
    """Pieces end to end, and what the files they come from say of themselves.

    Parameters
    ----------
    block
        The pieces, in order.
    names
        Their names and the parts of the published split, one a piece.
    refused
        The files that gave none, in order.
    sources
        [name, part, digest] of every file, read or not, in order.
    """

    block: Block
    names: Sequence[tuple[str, str]]
    refused: Sequence[Refusal] = ()
    sources: Sequence[Sequence[str]] = field(default_factory=list)


def portion_of(pieces: Sequence[Named], refused: Sequence[Refusal] = ()) -> Portion:
    """Pieces that are at hand one by one."""
    return Portion(pack([piece.columns for piece in pieces]), [(piece.name, piece.part) for piece in pieces], refused)


def labels(portion: Portion) -> Arrays:
    """The columns that no reader knows: ``pieces.name`` with its lengths, and ``pieces.part``."""
    arrays: Arrays = {"pieces.part": np.array([PARTS.index(part) for _, part in portion.names], PIECES["part"])}
    put_texts(arrays, "pieces.name", [encoded(name) for name, _ in portion.names])
    return arrays


def row_of(refusal: Refusal) -> list[Any]:
    """What a store notes of a file that gave no piece: path, reason, and whether for silence alone."""
    return [refusal.path, refusal.reason, isinstance(refusal, Silence)]


def refusal_of(row: Sequence[Any]) -> Refusal:
    """What `row_of` noted."""
    return (Silence if len(row) > 2 and row[2] else Refusal)(str(row[0]), str(row[1]))
