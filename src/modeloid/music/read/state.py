"""Many scores at once as one block, out of symusic's serialised state: a few calls instead of many a track.

`ScoreTick.__getstate__` holds every list of events as one run of structs. That layout is private to symusic, so it is
tried on scores whose content is known before it is trusted; where it differs, `columns.from_score` does the work.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns, from_score
from .block import Arrays, Block, completed, pack, put_texts, unpack
from .tables import COUNT, TABLES

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_IN_TRACKS = {
    "notes": np.dtype(
        {
            "names": ["onset", "duration", "pitch", "velocity"],
            "formats": ["<i4", "<i4", "u1", "u1"],
            "offsets": [0, 4, 8, 9],
            "itemsize": 12,
        }
    ),
    "controls": np.dtype(
        {"names": ["tick", "number", "value"], "formats": ["<i4", "u1", "u1"], "offsets": [0, 4, 5], "itemsize": 8}
    ),
    "bends": np.dtype([("tick", "<i4"), ("value", "<i4")]),
    "pedals": np.dtype([("tick", "<i4"), ("duration", "<i4")]),
}
"""What a track holds, in the order of the state; its lyrics follow."""
_IN_SCORE = {
    "meters": np.dtype(
        {
            "names": ["tick", "numerator", "denominator"],
            "formats": ["<i4", "u1", "u1"],
            "offsets": [0, 4, 5],
            "itemsize": 8,
        }
    ),
    "keys": np.dtype(
        {"names": ["tick", "sharps", "minor"], "formats": ["<i4", "i1", "i1"], "offsets": [0, 4, 5], "itemsize": 8}
    ),
    "tempos": np.dtype([("tick", "<i4"), ("mspq", "<i4")]),
}
"""What stands behind the tracks, in the order of the state; the markers follow."""
_NOTHING_ELSE = bytes(16)
"""No controls, bends, pedals and lyrics behind the notes of a track, which is what most tracks hold."""
_HEAD = struct.Struct("<iI")
_U32 = struct.Struct("<I")
_I32 = struct.Struct("<i")

_NARROW_TICK = 2**24
"""Onsets below and a pitch fit into four bytes."""

State = Any
"""A serialised score; the score itself where states are not trusted."""
_Run = tuple[int, int, int, memoryview]
"""Number of the score, number of the track, rows, and the structs of a list of events."""
_Word = tuple[int, int, int, bytes]
"""Number of the score, number of the track, tick and text."""


@dataclass
class _Found:
    """What the states of many scores hold, score after score."""

    tpq: list[int] = field(default_factory=list)
    tracks: list[int] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)
    programs: bytearray = field(default_factory=bytearray)
    drums: bytearray = field(default_factory=bytearray)
    runs: dict[str, list[_Run]] = field(default_factory=lambda: {name: [] for name in (*_IN_TRACKS, *_IN_SCORE)})
    lyrics: list[_Word] = field(default_factory=list)
    markers: list[_Word] = field(default_factory=list)


def state_of(score: ScoreTick) -> State:
    """What `take` takes; a state is smaller than a score, and the memory of the score is free for the next one."""
    return score.__getstate__() if trusted() else score


def take(states: Sequence[State], infos: Sequence[str]) -> Block:
    """The same as `block.pack` of `columns.from_score` of each score.

    Parameters
    ----------
    states
        Of scores in ticks, see `state_of`.
    infos
        What the reader says of the path of each, in JSON.
    """
    serialised = [state for state in states if isinstance(state, bytes)]
    if len(serialised) == len(states):
        return _taken(serialised, infos)
    scores = [state for state in states if not isinstance(state, bytes)]
    return pack([from_score(score, **json.loads(info)) for score, info in zip(scores, infos, strict=True)])


def _taken(states: Sequence[bytes], infos: Sequence[str]) -> Block:
    found = _Found()
    for number, state in enumerate(states):
        _walk(state, number, found)
    total = len(states)
    arrays = _notes(found.runs["notes"], total)
    put_texts(arrays, "tracks.name", found.names)
    arrays["tracks.program"] = np.frombuffer(found.programs, np.uint8)
    arrays["tracks.drum"] = np.frombuffer(found.drums, np.uint8)
    arrays["tracks.count"] = np.array(found.tracks, COUNT)
    for table in ("controls", "pedals", "bends"):
        arrays |= _events(table, found.runs[table], total)
    for table, kind in _IN_SCORE.items():
        arrays |= _once(table, _rows(kind, found.runs[table]), _owners(found.runs[table]), total)
    arrays |= _words("lyrics", found.lyrics, total) | _words("markers", found.markers, total)
    return completed(arrays, found.tpq, infos)


def _walk(state: bytes, number: int, found: _Found) -> None:
    view, count_at = memoryview(state), _U32.unpack_from
    tpq, tracks = _HEAD.unpack_from(state)
    found.tpq.append(tpq)
    found.tracks.append(tracks)
    kinds = [(found.runs[name], kind.itemsize) for name, kind in _IN_TRACKS.items()]
    notes = found.runs["notes"]
    place = _HEAD.size
    for track in range(tracks):
        stop = place + 4 + count_at(state, place)[0]
        found.names.append(state[place + 4 : stop])
        found.programs.append(state[stop])
        found.drums.append(state[stop + 1] != 0)
        place = stop + 2
        for runs, size in kinds:
            (rows,) = count_at(state, place)
            start, place = place + 4, place + 4 + rows * size
            if rows:
                runs.append((number, track, rows, view[start:place]))
            if runs is notes and state.startswith(_NOTHING_ELSE, place):
                place += len(_NOTHING_ELSE)
                break
        else:
            place = _walk_texts(state, place, (number, track), found.lyrics)
    for name, kind in _IN_SCORE.items():
        (rows,) = count_at(state, place)
        start, place = place + 4, place + 4 + rows * kind.itemsize
        if rows:
            found.runs[name].append((number, 0, rows, view[start:place]))
    place = _walk_texts(state, place, (number, 0), found.markers)
    assert place == len(state)


def _walk_texts(state: bytes, place: int, whose: tuple[int, int], found: list[_Word]) -> int:
    (count,) = _U32.unpack_from(state, place)
    place += 4
    for _ in range(count):
        (tick,) = _I32.unpack_from(state, place)
        stop = place + 8 + _U32.unpack_from(state, place + 4)[0]
        found.append((*whose, tick, state[place + 8 : stop]))
        place = stop
    return place


def _rows(kind: np.dtype[Any], runs: list[_Run]) -> NDArray[Any]:
    return np.frombuffer(b"".join([run[3] for run in runs]), kind)


def _owners(runs: list[_Run]) -> NDArray[np.int64]:
    """The score that each row belongs to."""
    return np.repeat(np.array([run[0] for run in runs], np.int64), [run[2] for run in runs])


def _counts(runs: list[_Run], total: int) -> NDArray[np.int64]:
    """How many rows each score has."""
    found = np.zeros(total, COUNT)
    np.add.at(found, [run[0] for run in runs], [run[2] for run in runs])
    return found


def _of_tracks(runs: list[_Run]) -> NDArray[Any]:
    return np.repeat(np.array([run[1] for run in runs], TABLES["notes"]["track"]), [run[2] for run in runs])


def _notes(runs: list[_Run], total: int) -> Arrays:
    raw = _rows(_IN_TRACKS["notes"], runs)
    arrays = {name: np.ascontiguousarray(raw[name]) for name in raw.dtype.names or ()}
    edges = np.cumsum([0] + [run[2] for run in runs])
    for number in _disordered(arrays, edges).tolist():
        part = slice(edges[number], edges[number + 1])
        order = np.lexsort([arrays[name][part] for name in ("duration", "pitch", "onset")])
        for column in arrays.values():
            column[part] = column[part][order]
    arrays["track"] = _of_tracks(runs)  # the order changes nothing between tracks
    return {f"notes.{name}": column for name, column in arrays.items()} | {"notes.count": _counts(runs, total)}


def _disordered(notes: Arrays, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lists that are not sorted by onset, pitch and duration, which few are."""
    onset, pitch, duration = (notes[name] for name in ("onset", "pitch", "duration"))
    if not len(onset):
        return np.zeros(0, np.int64)
    narrow = onset.min() >= 0 and onset.max() < _NARROW_TICK
    key: NDArray[Any] = onset.astype(np.uint32 if narrow else np.int64)
    key <<= 8
    key |= pitch
    falls, same = key[1:] < key[:-1], key[1:] == key[:-1]
    if same.any():
        falls |= same & (duration[1:] < duration[:-1])
    places = np.flatnonzero(falls) + 1
    owners = np.searchsorted(edges, places, side="right") - 1
    return np.unique(owners[edges[owners] != places])  # where a list begins, nothing falls


def _events(table: str, runs: list[_Run], total: int) -> Arrays:
    raw = _rows(_IN_TRACKS[table], runs)
    arrays = {f"{table}.{name}": np.ascontiguousarray(raw[name]) for name in raw.dtype.names or ()}
    return arrays | {f"{table}.track": _of_tracks(runs), f"{table}.count": _counts(runs, total)}


def _once(table: str, raw: NDArray[Any], owner: NDArray[np.int64], total: int) -> Arrays:
    """Of what a score says twice the last, as `columns.from_score` does."""
    if len(raw) and (owner[1:] == owner[:-1]).any():
        fields = [raw[name] for name in raw.dtype.names or ()]
        order = np.lexsort([*fields, owner])
        repeated = np.logical_and.reduce([part[order][1:] == part[order][:-1] for part in (*fields, owner)])
        if repeated.any():
            kept = np.delete(np.arange(len(raw)), order[:-1][repeated])
            raw, owner = raw[kept], owner[kept]
    arrays = {f"{table}.{name}": raw[name] for name in raw.dtype.names or ()}
    return arrays | {f"{table}.count": np.bincount(owner, minlength=total)}


def _words(table: str, words: list[_Word], total: int) -> Arrays:
    owner, track, tick, texts = zip(*words, strict=True) if words else ((), (), (), ())
    arrays = {
        f"{table}.tick": np.array(tick, "<i4"),
        f"{table}.count": np.bincount(np.array(owner, int), minlength=total),
    }
    if "track" in TABLES[table]:
        arrays[f"{table}.track"] = np.array(track, TABLES[table]["track"])
    put_texts(arrays, f"{table}.text", texts)
    return arrays


@cache
def trusted() -> bool:
    """Whether this symusic's state says of scores with something of everything what its own lists say."""
    scores = [_known(number) for number in range(2)]
    try:
        taken = unpack(_taken([score.__getstate__() for score in scores], ["{}", "{}"]))
    except (AssertionError, struct.error, IndexError, TypeError, ValueError, KeyError):
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
