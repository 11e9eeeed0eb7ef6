"""Ends for the notes of a track that are never ended."""

from __future__ import annotations

from collections import Counter

from .repairs import Repairs
from .track import Event, Events

_Key = tuple[int, int]
"""Channel and pitch."""


def end_notes(events: Events, repairs: Repairs) -> None:
    """End what is never ended: at the next note of the same pitch and channel, else at the end of the track.

    symusic pairs the first open note with the first end; only pitches where an end is missing are touched.
    """
    lacking = _lacking(events)
    if not lacking:
        return
    sounding = dict.fromkeys(lacking, False)
    rows: list[Event] = []
    for row in events.rows:
        key = _key(row)
        if key is not None and key in lacking:
            if _starts(row) and sounding[key]:
                rows.append(_off(row.tick, key))
            sounding[key] = _starts(row)
        rows.append(row)
    events.end = max(events.end, rows[-1].tick + 1)
    rows += [_off(events.end, key) for key, still in sounding.items() if still]
    events.rows[:] = rows
    text = "notes that never end were ended at the next one of their pitch or at the end of the track"
    repairs.add(sum(lacking.values()), text)


def _lacking(events: Events) -> Counter[_Key]:
    """How many notes of which pitch stay without an end."""
    sounding: Counter[_Key] = Counter()
    for row in events.rows:
        key = _key(row)
        if key is not None:
            sounding[key] = sounding[key] + 1 if _starts(row) else max(0, sounding[key] - 1)
    return +sounding


def _key(row: Event) -> _Key | None:
    return (row.body[0] & 0x0F, row.body[1]) if row.body[0] >> 4 in (0x8, 0x9) else None


def _starts(row: Event) -> bool:
    return row.body[0] >> 4 == 0x9 and row.body[2] > 0


def _off(tick: int, key: _Key) -> Event:
    return Event(tick, bytes([0x80 | key[0], key[1], 0]))
