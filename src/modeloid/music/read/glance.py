"""One look at a whole block: in which of its pieces anything may be wrong."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .block import WORDED, Arrays, Block, texts
from .length import ends
from .limits import Limits
from .smf import MARK_TICK
from .tidy import DENOMINATORS, FASTEST_MSPQ, SLOWEST_MSPQ

_STRANGE = "\ufffd"
"""What symusic makes of a text that is not UTF-8."""

_Flags = NDArray[np.bool_]


class Glance(NamedTuple):
    """One flag a piece.

    Parameters
    ----------
    doubtful
        Reaches the marks, or holds a value above 127 or a text that is not UTF-8: to be read again with care.
    unusual
        Not as it should be in another way: to be tidied and checked by itself.
    """

    doubtful: _Flags
    unusual: _Flags


def glance(block: Block, limits: Limits) -> Glance:
    """Look at all pieces of a block at once; what has neither flag passes `tidy` and `check` unchanged."""
    arrays = block.arrays
    doubtful = _at_pieces(arrays, "notes", _above(arrays, "notes.pitch") | _above(arrays, "notes.velocity"))
    doubtful |= _at_pieces(arrays, "controls", _above(arrays, "controls.number") | _above(arrays, "controls.value"))
    doubtful |= _at_pieces(arrays, "tracks", _above(arrays, "tracks.program"))
    for table, column in (("tracks", "name"), *((table, "text") for table in WORDED)):
        doubtful |= _illegible(arrays, table, f"{table}.{column}")
    if _last_tick(arrays) >= MARK_TICK:
        doubtful |= ends(arrays) >= MARK_TICK
    return Glance(doubtful, _unusual(arrays, limits))


def _unusual(arrays: Arrays, limits: Limits) -> _Flags:
    count = arrays["notes.count"]
    found: _Flags = (count < max(1, limits.fewest_notes)) | (count > limits.notes)
    found |= arrays["pieces.seconds"] > limits.length_s
    found |= (arrays["pieces.tpq"] < 1) | (arrays["pieces.tpq"] > 32767)
    found |= _at_pieces(arrays, "notes", _below(arrays, "notes.onset", 0) | _below(arrays, "notes.duration", 1))
    mspq, sharps = arrays["tempos.mspq"], arrays["keys.sharps"]
    found |= _at_pieces(arrays, "tempos", (mspq < FASTEST_MSPQ) | (mspq > SLOWEST_MSPQ))
    found |= _at_pieces(arrays, "keys", (sharps < -7) | (sharps > 7) | (arrays["keys.minor"] > 1))
    strange = ~np.isin(arrays["meters.denominator"], DENOMINATORS) | (arrays["meters.numerator"] < 1)
    return found | _at_pieces(arrays, "meters", strange)


def _last_tick(arrays: Arrays) -> int:
    """No note ends behind it."""
    return int(arrays["notes.onset"].max(initial=0)) + int(arrays["notes.duration"].max(initial=0))


def _above(arrays: Arrays, name: str) -> Any:
    """Which values lie above 127; a plain False where none does, which is quicker to find out."""
    values = arrays[name]
    return values > 127 if values.max(initial=0) > 127 else False


def _below(arrays: Arrays, name: str, least: int) -> Any:
    values = arrays[name]
    return values < least if values.min(initial=least) < least else False


def _at_pieces(arrays: Arrays, table: str, rows: Any) -> _Flags:
    """The pieces that own one of the rows of a table that are flagged."""
    count = arrays[f"{table}.count"]
    found = np.zeros(len(count), bool)
    if np.any(rows):
        found[np.repeat(np.arange(len(count)), count)[rows]] = True
    return found


def _illegible(arrays: Arrays, table: str, name: str) -> _Flags:
    if arrays[name].max(initial=0) < 0x80:
        return np.zeros(len(arrays[f"{table}.count"]), bool)
    return _at_pieces(arrays, table, np.array([_STRANGE in text for text in texts(arrays, name, "replace")]))
