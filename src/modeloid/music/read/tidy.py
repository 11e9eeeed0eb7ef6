"""What no piece needs to be refused for is put right: notes of no length, and tempi, meters and keys that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..columns import Columns

FASTEST_MSPQ = 6_000
"""Microseconds a quarter at 10,000 quarters a minute."""
SLOWEST_MSPQ = 2**24 - 1
DENOMINATORS = tuple(2**power for power in range(8))
"""Of the meters that a MIDI file may hold and somebody may mean."""

_Row = list[int]
_SANE: dict[str, tuple[Callable[[_Row], bool], str]] = {
    "tempos": (lambda row: FASTEST_MSPQ <= row[1] <= SLOWEST_MSPQ, "tempo of {1} microseconds a quarter"),
    "meters": (lambda row: 1 <= row[1] <= 255 and row[2] in DENOMINATORS, "meter of {1}/{2}"),
    "keys": (lambda row: -7 <= row[1] <= 7 and row[2] in (0, 1), "key of {1} sharps"),
}


def tidy(columns: Columns) -> Columns:
    """Give notes without length one tick, and leave out senseless tempi, meters and keys.

    Parameters
    ----------
    columns
        A piece.

    Returns
    -------
    A piece whose ``about["repairs"]`` names what was done, after what was there; itself where nothing was.
    """
    repairs: list[str] = []
    kept: dict[str, Any] = {}
    for name, (fits, words) in _SANE.items():
        rows = columns.about[name]
        wrong = [row for row in rows if not fits(row)]
        if wrong:
            kept[name] = [row for row in rows if fits(row)]
            count = f"; {len(wrong)} such in all" if len(wrong) > 1 else ""
            repairs.append(f"a {words.format(*wrong[0])} at tick {wrong[0][0]} was left out{count}")
    notes = columns.notes
    flat = int(np.count_nonzero(notes["duration"] == 0))
    if flat:
        notes = notes | {"duration": np.where(notes["duration"] == 0, np.int32(1), notes["duration"])}
        repairs.append(f"{flat} notes of no length were given one tick")
    if not repairs:
        return columns
    about = columns.about | kept | {"repairs": [*columns.about.get("repairs", ()), *repairs]}
    return replace(columns, notes=notes, about=about)
