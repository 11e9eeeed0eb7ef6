"""What can be said of an event representation, checked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...errors import RepresentationError
from ..arguments import (
    WHERE,
    check_choice,
    check_flag,
    check_meter,
    check_pitches,
    check_range,
    check_whole,
    filled,
)
from ..ensemble import parts

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "steps_per_beat": 8,
        "window_tokens": 512,
        "low": 21,
        "high": 109,
        "drums": [27, 89],
        "programs": True,
        "velocities": 32,
        "durations": [[4, 8], [12, 4]],
        "tempos": 32,
        "tempo_range": [40, 250],
        "meters": [[n, 4] for n in range(1, 8)] + [[n, 8] for n in (3, 5, 6, 7, 9, 12)] + [[2, 2], [3, 2]],
        "order": "pitch",
        "crop": "bar",
        "ends": False,
        "tracks": [],
        "infill": 0.0,
        "accompany": 0.0,
    }
)
LATER = ("tracks", "infill", "accompany")
"""Left out where they say nothing, so that what was made before there were any is the same data as before."""


def checked(spec: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments of ``kind`` "events", the defaults written out.

    Raises
    ------
    RepresentationError
        Unknown key or a value out of range.
    """
    full = filled("events", DEFAULTS, spec)
    ranges = {"steps_per_beat": (1, 96), "window_tokens": (1, 65_536), "velocities": (0, 127), "tempos": (0, 512)}
    check_whole(full, ranges)
    check_pitches(full)
    for key in ("programs", "ends"):
        check_flag(full, key)
    check_choice(full, "order", ("pitch", "duration"))
    check_choice(full, "crop", ("bar", "token"))
    _check_drums(full["drums"])
    _check_durations(full["durations"], full["steps_per_beat"])
    _check_tempo_range(full["tempo_range"])
    _check_meters(full["meters"], full["steps_per_beat"])
    _check_tracks(full)
    _check_gaps(full)
    return {key: value for key, value in full.items() if key not in LATER or value != DEFAULTS[key]}


def _check_tracks(full: Mapping[str, Any]) -> None:
    if full["tracks"] == []:
        return
    found = parts(full["tracks"])
    advice = 'Write for example ["MELODY", "PIANO"], "drums" last, and leave "programs" out.'
    if not full["programs"]:
        raise RepresentationError("tracks are told apart only with programs", WHERE, advice)
    drums = [number for number, part in enumerate(found) if part.is_drum]
    if len(found) == len(drums) or (drums and drums != [len(found) - 1]):
        raise RepresentationError("tracks must name a pitched one, and drums last", WHERE, advice)
    if drums and not full["drums"]:
        raise RepresentationError('tracks has "drums", drums is []', WHERE, "Give drums a range.")


def _check_gaps(full: Mapping[str, Any]) -> None:
    for name in ("infill", "accompany"):
        if not isinstance(full[name], int | float) or isinstance(full[name], bool):
            raise RepresentationError(f"{name}={full[name]!r} is not a number", WHERE)
        check_range(name, full[name], 0, 1)
    if full["infill"] + full["accompany"] > 1:
        raise RepresentationError("infill and accompany are more than all items", WHERE, "Their sum is at most 1.")
    if full["accompany"] and not full["programs"]:
        advice = 'Write for example "tracks": ["MELODY", "PIANO"].'
        raise RepresentationError("accompany needs tracks or programs", WHERE, advice)


def _check_drums(drums: object) -> None:
    if drums == []:
        return
    if not isinstance(drums, list | tuple) or len(drums) != 2:
        raise RepresentationError(f"drums={drums!r} is no range", WHERE, "Write for example [27, 89], or [] for none.")
    check_pitches({"low": drums[0], "high": drums[1]})


def _check_durations(durations: object, steps_per_beat: int) -> None:
    advice = "Write for example [[4, 8], [12, 4]]: up to 4 quarters in eighths of one, up to 12 in quarters of one."
    if not isinstance(durations, list | tuple) or not durations:
        raise RepresentationError(f"durations={durations!r} is no list", WHERE, advice)
    reached = 0
    for row in durations:
        if not isinstance(row, list | tuple) or len(row) != 2:
            raise RepresentationError(f"durations has the row {row!r}", WHERE, advice)
        check_whole({"durations": row[0]}, {"durations": (reached + 1, 256)})
        check_whole({"durations": row[1]}, {"durations": (1, steps_per_beat)})
        if steps_per_beat % row[1]:
            text = f"durations in parts of 1/{row[1]} do not lie on a grid of steps_per_beat={steps_per_beat}"
            raise RepresentationError(text, WHERE, advice)
        reached = row[0]


def _check_tempo_range(pair: Any) -> None:
    is_pair = isinstance(pair, list | tuple) and len(pair) == 2
    if not is_pair or not all(isinstance(value, int | float) for value in pair):
        raise RepresentationError(f"tempo_range={pair!r} is no range", WHERE, "Write for example [40, 250].")
    for value in pair:
        check_range("tempo_range", value, 10, 1000)
    if pair[0] >= pair[1]:
        raise RepresentationError(f"tempo_range={list(pair)} is empty", WHERE, "Write for example [40, 250].")


def _check_meters(meters: object, steps_per_beat: int) -> None:
    if not isinstance(meters, list | tuple):
        raise RepresentationError(f"meters={meters!r} is no list", WHERE, "Write for example [[3, 4], [4, 4]].")
    for meter in meters:
        check_meter(meter, steps_per_beat)
    if len({tuple(meter) for meter in meters}) < len(meters):
        raise RepresentationError(f"meters={meters!r} names one twice", WHERE)
