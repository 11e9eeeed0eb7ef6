"""Where the bars of a piece lie when its file does not say so: in quarters that nobody counted, from anywhere on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from modeloid.backends.arguments import WishError

if TYPE_CHECKING:
    from modeloid.music.columns import Columns

_BAR_BEATS = 4
_STEPS_PER_BEAT = 4
_BASS = 52
_LONGEST_STEPS = 16


def barred(columns: Columns, name: str) -> Columns:
    """The piece in bars of 4/4.

    One that has such bars stays as it is. One whose meters all are of one, two or four quarters (many files say 1/4 or
    2/4 for want of a better meter) gets bars of four: they begin at that sixteenth of the bar at which most of its
    notes begin, weighed by their lengths up to a bar, notes below E3 counting twice, half bars a third.

    Raises
    ------
    WishError
        No bar of it is in such a meter.
    """
    from modeloid.music.columns import Columns

    # of several meters at one tick the last is in force
    in_force = {int(row[0]): (int(row[1]), int(row[2])) for row in columns.about["meters"]}
    meters = list(in_force.values()) or [(4, 4)]
    if (4, 4) in meters:
        return columns
    beats = [4 * numerator / denominator for numerator, denominator in meters]
    if any(length not in (1, 2, 4) for length in beats):
        said = ", ".join(sorted({f"{numerator}/{denominator}" for numerator, denominator in meters}))
        do = "Give a piece in 4/4: ideas are heard in bars of four quarters"
        raise WishError(f"{name} is in {said}", "wish inspiration", do)
    shift = _later_by(columns) * int(columns.about["tpq"]) // _STEPS_PER_BEAT
    notes = {**columns.notes, "onset": (columns.notes["onset"] + shift).astype(columns.notes["onset"].dtype)}
    tempos = [[tick + shift if tick else 0, mspq] for tick, mspq in columns.about["tempos"]]
    return Columns(notes, {**columns.about, "meters": [[0, 4, 4]], "tempos": tempos})


def _later_by(columns: Columns) -> int:
    """By how many sixteenths, 0 to 15, the notes lie better in their bars."""
    steps = columns.notes["onset"].astype(np.float64) * _STEPS_PER_BEAT / int(columns.about["tpq"])
    length = columns.notes["duration"].astype(np.float64) * _STEPS_PER_BEAT / int(columns.about["tpq"])
    weight = np.minimum(length, _LONGEST_STEPS) * np.where(columns.notes["pitch"] < _BASS, 2.0, 1.0)
    bar = _BAR_BEATS * _STEPS_PER_BEAT
    at = np.bincount(np.rint(steps).astype(np.int64) % bar, weight, bar)
    begins = at + np.roll(at, -bar // 2) / 3
    return int(-begins.argmax() % bar)
