"""The columns of many scores at once, out of symusic's serialised state: a few calls instead of many a track.

`ScoreTick.__getstate__` holds every list of events as one block of structs. That layout is private to symusic, so it
is tried on a score whose content is known before it is trusted; where it differs, `columns.from_score` does the work.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..columns import BESIDE, NOTE_COLUMNS, Columns, from_score

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_NOTE = np.dtype(
    {
        "names": ["onset", "duration", "pitch", "velocity"],
        "formats": ["<i4", "<i4", "i1", "i1"],
        "offsets": [0, 4, 8, 9],
        "itemsize": 12,
    }
)
_CONTROL = np.dtype(
    {"names": ["tick", "number", "value"], "formats": ["<i4", "u1", "u1"], "offsets": [0, 4, 5], "itemsize": 8}
)
_BEND = np.dtype([("tick", "<i4"), ("value", "<i4")])
_PEDAL = np.dtype([("tick", "<i4"), ("duration", "<i4")])
_LISTS = {"notes": _NOTE, "controls": _CONTROL, "bends": _BEND, "pedals": _PEDAL}
"""What a track holds, in the order of the state; its lyrics follow."""
_COUNT = struct.Struct("<I")
_TEMPO = struct.Struct("<ii")
_METER = struct.Struct("<iBBxx")
_KEY = struct.Struct("<ibbxx")

_Block = tuple[int, memoryview]
"""The number of a track and one of its lists."""


@dataclass(frozen=True)
class Batch:
    """Pieces, and the arrays of all of them, of which theirs are views; none where that could not be had."""

    pieces: list[Columns]
    notes: dict[str, NDArray[Any]] = field(default_factory=dict)
    beside: dict[str, NDArray[np.int32]] = field(default_factory=dict)


def take(scores: list[ScoreTick], abouts: list[dict[str, Any]]) -> Batch:
    """The same as `columns.from_score` of each score with its about."""
    if not trusted():
        return Batch([from_score(score, **about) for score, about in zip(scores, abouts, strict=True)])
    return _join([_frame(score.__getstate__()) for score in scores], abouts)


def _join(frames: list[tuple[dict[str, Any], dict[str, list[_Block]]]], abouts: list[dict[str, Any]]) -> Batch:
    notes, edges = _notes([lists["notes"] for _, lists in frames])
    beside = {name: _beside(name, [lists[name] for _, lists in frames]) for name in BESIDE}
    pieces = []
    for number, ((frame, lists), about) in enumerate(zip(frames, abouts, strict=True)):
        start, stop = edges[number], edges[number + 1]
        own = {name: rows[cuts[number] : cuts[number + 1]] for name, (rows, cuts) in beside.items() if lists[name]}
        pieces.append(Columns({name: column[start:stop] for name, column in notes.items()}, frame | about, own))
    return Batch(pieces, notes, {name: rows for name, (rows, _) in beside.items()})


def _notes(files: list[list[_Block]]) -> tuple[dict[str, NDArray[Any]], list[int]]:
    raw, tracks, counts, edges = _rows(_NOTE, files)
    columns = {name: np.ascontiguousarray(raw[name]) for name in _NOTE.fields or ()}
    order = _order(columns, np.repeat(np.arange(len(counts)), counts))
    if order is not None:
        columns = {name: column[order] for name, column in columns.items()}
    columns["track"] = np.repeat(tracks, counts)  # the order changes nothing between tracks
    return {name: columns[name].astype(kind, copy=False) for name, kind in NOTE_COLUMNS.items()}, edges


def _beside(name: str, files: list[list[_Block]]) -> tuple[NDArray[np.int32], list[int]]:
    raw, tracks, counts, edges = _rows(_LISTS[name], files)
    table = np.empty((len(raw), len(BESIDE[name])), np.int32)
    table[:, 0] = np.repeat(tracks, counts)
    for column, part in enumerate(BESIDE[name][1:], 1):
        table[:, column] = raw[part]
    return table, edges


def _rows(kind: np.dtype[Any], files: list[list[_Block]]) -> tuple[NDArray[Any], NDArray[Any], list[int], list[int]]:
    """All events of one kind, the track of each list, its length, and the edges of the files."""
    blocks = [block for file in files for block in file]
    raw = np.frombuffer(b"".join([block for _, block in blocks]), kind)
    counts = [len(block) // kind.itemsize for _, block in blocks]
    sizes = [sum([len(block) for _, block in file]) // kind.itemsize for file in files]
    tracks = np.array([number for number, _ in blocks], NOTE_COLUMNS["track"])
    return raw, tracks, counts, list(accumulate(sizes, initial=0))


def _order(columns: dict[str, NDArray[Any]], segment: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """By track, onset, pitch and duration; None where they lie so already."""
    onset, pitch, duration = (columns[name] for name in ("onset", "pitch", "duration"))
    full = [duration, pitch, onset, segment]
    if min(onset.min(initial=0), pitch.min(initial=0)) < 0:
        return np.lexsort(full)
    key = segment << 31
    key |= onset
    key <<= 7
    key |= pitch
    order: NDArray[np.int64] | None = None
    if (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        key, duration = key[order], duration[order]
    same = key[1:] == key[:-1]
    if same.any() and (duration[1:][same] < duration[:-1][same]).any():
        return np.lexsort(full)
    return order


def _frame(state: bytes) -> tuple[dict[str, Any], dict[str, list[_Block]]]:
    """What a state says of a piece, and its lists of events that are not empty."""
    view = memoryview(state)
    tpq, count = struct.unpack_from("<iI", state)
    place, tracks, words = 8, [], []
    lists: dict[str, list[_Block]] = {name: [] for name in _LISTS}
    for number in range(count):
        name, place = _text(state, place)
        tracks.append([name, state[place], bool(state[place + 1])])
        place += 2
        for kind, form in _LISTS.items():
            start = place + _COUNT.size
            place = start + _COUNT.unpack_from(state, place)[0] * form.itemsize
            if place > start:
                lists[kind].append((number, view[start:place]))
        lyrics, place = _texts(state, place)
        words += [[number, *word] for word in lyrics]
    meters, place = _numbers(state, place, _METER)
    keys, place = _numbers(state, place, _KEY)
    tempos, place = _numbers(state, place, _TEMPO)
    markers, place = _texts(state, place)
    assert place == len(state)
    about = {"tpq": tpq, "tracks": tracks, "tempos": tempos, "meters": meters, "keys": keys}
    return about | {name: rows for name, rows in (("lyrics", words), ("markers", markers)) if rows}, lists


def _text(state: bytes, place: int) -> tuple[str, int]:
    stop = place + 4 + _COUNT.unpack_from(state, place)[0]
    return state[place + 4 : stop].decode(errors="replace"), stop


def _texts(state: bytes, place: int) -> tuple[list[list[Any]], int]:
    count, place = _COUNT.unpack_from(state, place)[0], place + 4
    rows = []
    for _ in range(count):
        (tick,) = struct.unpack_from("<i", state, place)
        text, place = _text(state, place + 4)
        rows.append([tick, text])
    return rows, place


def _numbers(state: bytes, place: int, form: struct.Struct) -> tuple[list[list[int]], int]:
    start = place + 4
    stop = start + _COUNT.unpack_from(state, place)[0] * form.size
    rows = list(form.iter_unpack(state[start:stop]))
    if len(rows) > 1:
        rows = list(dict.fromkeys(reversed(rows)))[::-1]  # of equal ones the last, as `columns.from_score` does
    return [list(row) for row in rows], stop


@cache
def trusted() -> bool:
    """Whether this symusic's state says of scores with something of everything what its own lists say."""
    scores = [_known(number) for number in range(2)]
    try:
        taken = _join([_frame(score.__getstate__()) for score in scores], [{}, {}]).pieces
    except (AssertionError, struct.error, IndexError, TypeError, ValueError):
        return False
    return all(_same(one, from_score(score)) for one, score in zip(taken, scores, strict=True))


def _same(one: Columns, other: Columns) -> bool:
    arrays = [(one.notes, other.notes), (one.beside, other.beside)]
    return one.about == other.about and all(
        left.keys() == right.keys() and all(np.array_equal(left[name], right[name]) for name in left)
        for left, right in arrays
    )


def _known(number: int) -> ScoreTick:
    from symusic import core

    score = core.ScoreTick(480 + number)
    for program in (40, 41 + number):
        track = core.TrackTick(f"ä{program}", program, program == 41)
        for note in [(3, 70000, 61, 62), (3, 7, 60, 127), (80000, 5, number, 1)]:
            track.notes.append(core.NoteTick(*note))
        track.controls.append(core.ControlChangeTick(6, 7, 127))
        track.pitch_bends.append(core.PitchBendTick(9, -10))
        track.pedals.append(core.PedalTick(11, 12))
        track.lyrics.append(core.TextMetaTick(13, "lü"))
        score.tracks.append(track)
    score.tempos.append(core.TempoTick(14, mspq=500_001))
    for beats in (6, 3, 6):
        score.time_signatures.append(core.TimeSignatureTick(15, beats, 8))
    score.key_signatures.append(core.KeySignatureTick(16, -3, number))
    score.markers.append(core.TextMetaTick(17, "m"))
    return score
