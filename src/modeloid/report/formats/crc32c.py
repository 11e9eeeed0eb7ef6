"""The checksum CRC-32C (Castagnoli; RFC 3720, appendix B.4) of many byte rows at once, or of one long one."""

from __future__ import annotations

import math
import operator
from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray


def crc32c(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The checksum of each row.

    Parameters
    ----------
    rows
        Shape (n, bytes), 4 bytes or more.

    Returns
    -------
    Shape (n,). Many short rows take some 10 ns a byte, a single one of any length as much.
    """
    if len(rows) == 1:
        return np.array([_of_one(rows[0])], np.uint32)
    sums = np.full(len(rows), 0xFFFFFFFF, np.uint32)
    for column in np.ascontiguousarray(rows.T):
        sums = _over(sums ^ column)
    return ~sums


def _of_one(data: NDArray[np.uint8]) -> int:
    """The same for one row, which may be long: it is cut into many, and their sums are put together."""
    width = math.isqrt(len(data)) + 1
    begun = data.copy()
    begun[:4] ^= 0xFF
    # zeros ahead of the first byte change no sum that begins with 0
    rows = np.concatenate([np.zeros(-len(data) % width, np.uint8), begun]).reshape(-1, width)
    sums = np.zeros(len(rows), np.uint32)
    further = np.arange(256, dtype=np.uint32) << np.array([[0], [8], [16], [24]], np.uint32)
    for column in np.ascontiguousarray(rows.T):
        sums, further = _over(sums ^ column), _over(further)
    total, tables = 0, further.tolist()
    for found in sums.tolist():
        total = found ^ reduce(operator.xor, (table[total >> 8 * byte & 0xFF] for byte, table in enumerate(tables)))
    return total ^ 0xFFFFFFFF


def _over(sums: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One byte further, which was put into the lowest byte."""
    return np.asarray(_table()[sums & 0xFF] ^ (sums >> np.uint32(8)), np.uint32)


@cache
def _table() -> NDArray[np.uint32]:
    sums = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        sums = (sums >> np.uint32(1)) ^ (sums & np.uint32(1)) * np.uint32(0x82F63B78)
    return sums
