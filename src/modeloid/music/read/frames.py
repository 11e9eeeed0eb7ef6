"""How a guarded child answers: frames of a kind, a length and a body; plain arrays and json, never pickle."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .block import LAYOUT, Block

Buffer = bytes | memoryview

HEAD = struct.Struct("<cQ")
"""One letter for the kind, eight bytes for the length of the body."""
READY, ANSWERS, SHARED, NO_MEMORY = b"+", b"A", b"S", b"M"
"""Of a frame of the kind `SHARED` only the head comes through the pipe; the body lies in the shared memory."""
LONGEST_BODY = 2**32

_LENGTH = struct.Struct("<Q")
_ALIGNED = 8


@dataclass(frozen=True)
class Answer:
    """What a child says of a batch of files.

    Parameters
    ----------
    block
        The pieces of the files that gave one, in their order.
    reasons
        One a file: None where there is a piece, else why there is none, and whether that is for silence alone.
    digests
        One a file: the SHA-256 of the bytes that were read, "" where that is not known.
    """

    block: Block
    reasons: Sequence[tuple[str, bool] | None]
    digests: Sequence[str]


def dump(answer: Answer) -> bytes:
    """An answer as bytes, see `parts_of`."""
    return b"".join(parts_of(answer))


def parts_of(answer: Answer) -> list[Buffer]:
    """An answer as runs of bytes: a header in json, then one array after another."""
    arrays = [np.ascontiguousarray(answer.block.arrays[name], kind) for name, kind in LAYOUT.items()]
    header = {"reasons": answer.reasons, "digests": answer.digests, "lengths": [len(array) for array in arrays]}
    text = json.dumps(header).encode()
    parts: list[Buffer] = [_LENGTH.pack(len(text)), text, bytes(-len(text) % _ALIGNED)]
    for array in arrays:
        parts += [array.data.cast("B"), bytes(-array.nbytes % _ALIGNED)] if array.nbytes else []
    return parts


def load(body: Buffer) -> Answer:
    """What `dump` wrote; the arrays are views of the body."""
    start = _LENGTH.size + _LENGTH.unpack_from(body)[0]
    header = json.loads(bytes(body[_LENGTH.size : start]))
    start += -start % _ALIGNED
    arrays = {}
    for (name, kind), length in zip(LAYOUT.items(), header["lengths"], strict=True):
        arrays[name] = np.frombuffer(body, kind, length, start) if length else np.zeros(0, kind)
        start += arrays[name].nbytes + -arrays[name].nbytes % _ALIGNED
    reasons = [(reason[0], reason[1]) if reason else None for reason in header["reasons"]]
    return Answer(Block(arrays), reasons, header["digests"])
