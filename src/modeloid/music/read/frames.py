"""How a guarded child answers: frames of a kind, a length and a body; plain arrays and json, never pickle."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .block import LAYOUT, Block
from .refusal import Refusal, Silence

Buffer = bytes | memoryview

HEAD = struct.Struct("<cQ")
"""One letter for the kind, eight bytes for the length of the body."""
READY, ANSWERS, SHARED, NO_MEMORY = b"+", b"A", b"S", b"M"
"""Of a frame of the kind `SHARED` only the head comes through the pipe; the body lies in the shared memory."""
LONGEST_BODY = 2**32

_LENGTH = struct.Struct("<Q")
_ALIGNED = 8


@dataclass(frozen=True)
class Batch:
    """What became of a batch of files.

    Parameters
    ----------
    block
        The pieces of the files that gave one, in their order.
    refusals
        Of the others, by their number in the batch.
    digests
        One a file: the SHA-256 of the bytes that were read, "" where that is not known.
    """

    block: Block
    refusals: dict[int, Refusal]
    digests: list[str]

    def __len__(self) -> int:
        return len(self.digests)


def dump(batch: Batch) -> bytes:
    """A batch as bytes, see `parts_of`."""
    return b"".join(parts_of(batch))


def parts_of(batch: Batch) -> list[Buffer]:
    """A batch as runs of bytes: a header in json, then one array after another; not what the files are called."""
    arrays = [np.ascontiguousarray(batch.block.arrays[name], kind) for name, kind in LAYOUT.items()]
    refusals = [(number, one.reason, isinstance(one, Silence)) for number, one in batch.refusals.items()]
    header = {"refusals": refusals, "digests": batch.digests, "lengths": [len(array) for array in arrays]}
    text = json.dumps(header).encode()
    parts: list[Buffer] = [_LENGTH.pack(len(text)), text, bytes(-len(text) % _ALIGNED)]
    for array in arrays:
        parts += [array.data.cast("B"), bytes(-array.nbytes % _ALIGNED)] if array.nbytes else []
    return parts


def load(body: Buffer, paths: Sequence[Path]) -> Batch:
    """What `dump` wrote, of files that are called `paths`; the arrays are views of the body."""
    start = _LENGTH.size + _LENGTH.unpack_from(body)[0]
    header = json.loads(bytes(body[_LENGTH.size : start]))
    start += -start % _ALIGNED
    arrays = {}
    for (name, kind), length in zip(LAYOUT.items(), header["lengths"], strict=True):
        arrays[name] = np.frombuffer(body, kind, length, start) if length else np.zeros(0, kind)
        start += arrays[name].nbytes + -arrays[name].nbytes % _ALIGNED
    refusals = {
        number: (Silence if silent else Refusal)(str(paths[number]), reason)
        for number, reason, silent in header["refusals"]
    }
    return Batch(Block(arrays), refusals, header["digests"])
