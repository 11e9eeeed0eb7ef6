"""A piece as plain columns of numbers, and back: what crosses process borders and lies in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from symusic.core import NoteTickList, ScoreTick

NOTE_COLUMNS = {"onset": "<i4", "duration": "<i4", "pitch": "u1", "velocity": "u1", "track": "<u2"}
"""Name -> type of the columns of notes. `onset` and `duration` count ticks, `track` counts from 0."""


BESIDE = {
    "controls": ("track", "tick", "number", "value"),
    "pedals": ("track", "tick", "duration"),
    "bends": ("track", "tick", "value"),
}
"""Name -> what the numbers of a row are, for the events that stand beside the notes of a track."""

_ATTRIBUTES = {"controls": "controls", "pedals": "pedals", "bends": "pitch_bends"}


@dataclass(frozen=True)
class Columns:
    """The notes of one piece, sorted by track, onset, pitch and duration, and all that stands beside them.

    Parameters
    ----------
    notes
        One array for each name of `NOTE_COLUMNS`, all of the same length.
    about
        Plain data for JSON: ``tpq`` (ticks a quarter), ``tracks`` ([name, program, is_drum] each), ``tempos``
        ([tick, microseconds a quarter]), ``meters`` ([tick, numerator, denominator]), ``keys`` ([tick, sharps, minor]),
        and what the reader says of its path: ``reader``, ``repeats``, ``messages``. Only where there are any:
        ``lyrics`` ([track, tick, text]) and ``markers`` ([tick, text]).
    beside
        Name -> int32 array of shape (rows, numbers), see `BESIDE`, in the order of track and file. Only where there
        are any.
    """

    notes: dict[str, NDArray[Any]]
    about: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, NDArray[np.int32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.notes["onset"])

    @property
    def end_tick(self) -> int:
        """The tick at which the last note ends; 0 without notes."""
        return int((self.notes["onset"].astype(np.int64) + self.notes["duration"]).max(initial=0))


def from_score(score: ScoreTick, **about: Any) -> Columns:
    """Take a score's notes and all that symusic keeps beside them.

    Parameters
    ----------
    score
        In ticks.
    **about
        What the reader says of its path.
    """
    parts = [track.notes.numpy() for track in score.tracks]
    columns = {
        "onset": _join(parts, "time"),
        "duration": _join(parts, "duration"),
        "pitch": _join(parts, "pitch"),
        "velocity": _join(parts, "velocity"),
        "track": np.repeat(np.arange(len(parts)), [len(part["time"]) for part in parts]),
    }
    order = np.lexsort([columns[name] for name in ("duration", "pitch", "onset", "track")])
    notes = {name: columns[name][order].astype(kind) for name, kind in NOTE_COLUMNS.items()}
    frame = {
        "tpq": score.tpq,
        "tracks": [[track.name, track.program, track.is_drum] for track in score.tracks],
        "tempos": _once([tempo.time, tempo.mspq] for tempo in score.tempos),
        "meters": _once([meter.time, meter.numerator, meter.denominator] for meter in score.time_signatures),
        "keys": _once([key.time, key.key, key.tonality] for key in score.key_signatures),
    }
    beside = {name: rows for name in BESIDE if len(rows := _beside(score, name))}
    return Columns(notes, frame | _texts(score) | about, beside)


def to_score(columns: Columns) -> ScoreTick:
    """Build the score that these columns describe."""
    from symusic import core

    about = columns.about
    score = core.ScoreTick(about["tpq"])
    edges = np.searchsorted(columns.notes["track"], np.arange(len(about["tracks"]) + 1))
    for (name, program, is_drum), start, stop in zip(about["tracks"], edges[:-1], edges[1:], strict=True):
        track = core.TrackTick(name, program, is_drum)
        track.notes = _note_list(columns.notes, slice(start, stop))
        score.tracks.append(track)
    for tick, mspq in about["tempos"]:
        score.tempos.append(core.TempoTick(tick, mspq=mspq))
    for tick, numerator, denominator in about["meters"]:
        score.time_signatures.append(core.TimeSignatureTick(tick, numerator, denominator))
    for tick, sharps, minor in about["keys"]:
        score.key_signatures.append(core.KeySignatureTick(tick, sharps, minor))
    _put_beside(score, columns)
    return score


def _beside(score: ScoreTick, name: str) -> NDArray[np.int32]:
    rows = [np.zeros((0, len(BESIDE[name])), np.int32)]
    for number, track in enumerate(score.tracks):
        events = getattr(track, _ATTRIBUTES[name])
        if len(events):
            fields = events.numpy().values()
            rows.append(np.column_stack([np.full(len(events), number, np.int32), *fields]).astype(np.int32))
    return np.concatenate(rows) if len(rows) > 1 else rows[0]


def _texts(score: ScoreTick) -> dict[str, Any]:
    lyrics = [[number, word.time, word.text] for number, track in enumerate(score.tracks) for word in track.lyrics]
    markers = [[marker.time, marker.text] for marker in score.markers]
    return {name: rows for name, rows in (("lyrics", lyrics), ("markers", markers)) if rows}


def _put_beside(score: ScoreTick, columns: Columns) -> None:
    from symusic import core

    lists: dict[str, Any] = {
        "controls": core.ControlChangeTickList,
        "pedals": core.PedalTickList,
        "bends": core.PitchBendTickList,
    }
    for name, rows in columns.beside.items():
        edges = np.searchsorted(rows[:, 0], np.arange(len(score.tracks) + 1))
        for number in np.unique(rows[:, 0]):
            part = rows[edges[number] : edges[number + 1], 1:]
            fields: list[NDArray[Any]] = [
                np.array(column, kind) for column, kind in zip(part.T, _kinds(name), strict=True)
            ]
            setattr(score.tracks[number], _ATTRIBUTES[name], lists[name].from_numpy(*fields))
    for number, tick, text in columns.about.get("lyrics", ()):
        score.tracks[number].lyrics.append(core.TextMetaTick(tick, text))
    for tick, text in columns.about.get("markers", ()):
        score.markers.append(core.TextMetaTick(tick, text))


def _kinds(name: str) -> tuple[Any, ...]:
    return (np.int32, np.uint8, np.uint8) if name == "controls" else (np.int32, np.int32)


def _note_list(notes: dict[str, NDArray[Any]], part: slice) -> NoteTickList:
    from symusic import core

    kinds = {"onset": np.int32, "duration": np.int32, "pitch": np.int8, "velocity": np.int8}
    # symusic takes no read-only memory, which is what a store maps
    onset, duration, pitch, velocity = (np.require(notes[name][part], kind, ["C", "W"]) for name, kind in kinds.items())
    return core.NoteTickList.from_numpy(onset, duration, pitch, velocity)


def _join(parts: list[dict[str, NDArray[Any]]], name: str) -> NDArray[np.int64]:
    empty = [np.zeros(0, np.int64)]
    return np.concatenate(empty + [part[name].astype(np.int64) for part in parts])


def _once(rows: Iterable[Sequence[int]]) -> list[list[int]]:
    # verovio writes meters and keys once a track; a score needs them once: the last, which holds where two contradict
    last_first = [tuple(int(value) for value in row) for row in rows][::-1]
    return [list(row) for row in dict.fromkeys(last_first)][::-1]
