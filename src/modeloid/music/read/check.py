"""Is what a reader returned music? Ticks, durations, pitches, tempi and meters in range, and not too much of it."""

from __future__ import annotations

from typing import Any

from ..columns import Columns
from ..errors import ReadError
from ..tempi import USUAL_MSPQ, seconds_of
from .limits import Limits


def check(columns: Columns, path: str, limits: Limits) -> None:
    """Refuse what no reader should have returned.

    Parameters
    ----------
    columns, path, limits
        The piece, where it was, and what it may be.

    Raises
    ------
    ReadError
        No notes, too many, a duration below one tick, a pitch, velocity, tempo, meter or tick rate out of range,
        or a piece that lasts too long.
    """
    if len(columns) < limits.fewest_notes:
        held = f"{len(columns)} notes, fewer than {limits.fewest_notes}" if len(columns) else "no notes"
        repairs = "; ".join(columns.about.get("repairs", ()))
        raise ReadError(f"holds {held} ({repairs})" if repairs else f"holds {held}", path)
    if len(columns) > limits.notes:
        raise ReadError(f"holds {len(columns)} notes, more than {limits.notes}", path)
    _check_frame(columns.about, path)
    _check_notes(columns, path)
    seconds = _at_most_s(columns)
    if seconds > limits.length_s:
        seconds = length_s(columns)
    if seconds > limits.length_s:
        raise ReadError(f"lasts {seconds / 3600:.1f} hours, more than {limits.length_s / 3600:.1f}", path)


def _check_notes(columns: Columns, path: str) -> None:
    notes = columns.notes
    if notes["onset"].min(initial=0) < 0 or notes["duration"].min(initial=1) < 1:
        raise ReadError("has a note that starts before 0 or lasts less than one tick", path)
    if notes["pitch"].max(initial=0) > 127 or notes["velocity"].max(initial=0) > 127:
        raise ReadError("has a pitch or a velocity above 127", path)


def _check_frame(about: dict[str, Any], path: str) -> None:
    if not 1 <= about["tpq"] <= 32767:
        raise ReadError(f"has {about['tpq']} ticks a quarter; 1 to 32767 are possible", path)
    if any(mspq <= 0 for _, mspq in about["tempos"]):
        raise ReadError("has a tempo that is not positive", path)
    if any(numerator < 1 or denominator < 1 for _, numerator, denominator in about["meters"]):
        raise ReadError("has a meter with a part below 1", path)


def _at_most_s(columns: Columns) -> float:
    """The length in seconds if all of the piece had its slowest tempo."""
    slowest = max([USUAL_MSPQ, *[mspq for _, mspq in columns.about["tempos"]]])
    return float(columns.end_tick * slowest / columns.about["tpq"] / 1e6)


def length_s(columns: Columns) -> float:
    """The sounding length of a piece in seconds, at 120 quarters a minute where no tempo is given."""
    return float(seconds_of(columns.end_tick, columns.about))
